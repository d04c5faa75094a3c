"""A virtual sensor on a wire: the same peripheral as behind the radio, without one.

What a file's samples need on their way to a recording or an analysis: rounded, packed and
numbered as the sensor would, handed over as fast as they are taken. Host time is made up
from sample time, so a recording made this way replays at the right pace.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from firmware_protocol.ids import TICK_HZ
from firmware_protocol.peripheral import AttError, Peripheral, PeripheralConfig, Send
from firmware_protocol.samples import Samples
from sensorapp.model.actions import Action, Read, Subscribe, Write
from sensorapp.model.inputs import (
    ActionFailed,
    Connected,
    Disconnected,
    Input,
    Notification,
    Tick,
    ValueRead,
)
from sensorapp.virtual.quantised import QuantisedRows, RowReader
from sensorapp.virtual.samples import SampleStream

WIRE_MTU = 247
"""ATT_MTU of a link with data length extension: a packet of 19 samples fills it."""

_NS = 1_000_000_000

Feed = Callable[[Input], Sequence[Action]]
"""Takes an input, gives the actions that follow from it."""


class _Wire:
    """Carries actions to a peripheral and what it sends to a feed, in order."""

    def __init__(self, config: PeripheralConfig, sensor_id: str, rate_mhz: int, feed: Feed) -> None:
        self._config = config
        self._peripheral = Peripheral(config)
        self._sensor_id = sensor_id
        self._rate_mhz = rate_mhz
        self._feed = feed
        self._actions: deque[Action] = deque()
        self._taken = 0
        self.host_ns = 0
        """Made-up arrival time: that of the newest sample."""

    @property
    def ticks(self) -> int:
        """The sensor's clock at the next sample, modulo 2**32."""
        return _ticks(self._taken, self._taken + 1, self._rate_mhz)[0]

    def tell(self, item: Input) -> None:
        """Feed an input and carry out all that follows."""
        self._actions.extend(self._feed(item))
        while self._actions:
            self._perform(self._actions.popleft())

    def send(self, sends: Iterable[Send]) -> None:
        """Hand on what the peripheral sends."""
        for send in sends:
            item = Notification(self.host_ns, self._sensor_id, send.characteristic, send.data)
            self._actions.extend(self._feed(item))
        while self._actions:
            self._perform(self._actions.popleft())

    def connect(self, driver: str) -> None:
        """The connection is up; the feed prepares the stream."""
        self._peripheral.connected(WIRE_MTU)
        self.tell(Connected(0, self._sensor_id, driver, self._config.name, "wire"))

    def leave(self) -> None:
        """The connection ends as it was meant to."""
        self._peripheral.disconnected()
        self.tell(Disconnected(self.host_ns, self._sensor_id, wanted=True))

    def take(self, stream: SampleStream) -> None:
        """Play all samples, with a tick of the host's clock and a status each second."""
        peripheral, config = self._peripheral, self._config
        reader = RowReader(stream, config.accel_range_g, config.gyro_range_dps, ahead=True)
        second = 0
        while True:
            # What follows from a packet or a tick may change what becomes of the next sample.
            to_tick = -(-(second + 1) * self._rate_mhz // 1000) - self._taken
            count = max(1, min(to_tick, peripheral.until_packet or to_tick))
            rows = reader.take(count, peripheral.accel_exp, peripheral.gyro_exp)
            if rows.count == 0:
                break
            self.send(peripheral.add_samples(self._timed(rows)))
            if self.host_ns // _NS > second:
                second = self.host_ns // _NS
                self.send(peripheral.status_due(self.ticks))
                self.tell(Tick(self.host_ns))
        self.send(peripheral.flush(self.ticks))

    def _timed(self, rows: QuantisedRows) -> Samples:
        """The next samples, which are taken now."""
        first, self._taken = self._taken, self._taken + rows.count
        self.host_ns = self._taken * 1000 * _NS // self._rate_mhz
        return Samples(rows.data, _ticks(first, self._taken, self._rate_mhz), rows.clipped)

    def _perform(self, action: Action) -> None:
        """Carry out one action; a refusal by the peripheral is an input like any other."""
        peripheral = self._peripheral
        try:
            if isinstance(action, Subscribe):
                self.send(peripheral.subscribed(action.channel, True, self.ticks))
            elif isinstance(action, Read):
                data = peripheral.read(action.channel, self.ticks)
                self.tell(ValueRead(self.host_ns, self._sensor_id, action.channel, data))
            elif isinstance(action, Write):
                self.send(peripheral.write(action.channel, action.data, self.ticks))
        except AttError as error:
            name = type(action).__name__
            channel = getattr(action, "channel", "")
            message = f"ATT error 0x{error.code:02x}"
            self.tell(ActionFailed(self.host_ns, self._sensor_id, name, channel, message))


def _ticks(first: int, end: int, rate_mhz: int) -> list[int]:
    """The sensor's clock at each of these samples, modulo 2**32."""
    return [(number * 1000 * TICK_HZ // rate_mhz) & 0xFFFFFFFF for number in range(first, end)]


def play_through(
    config: PeripheralConfig, stream: SampleStream, driver: str, sensor_id: str, feed: Feed
) -> None:
    """Play `stream` through a sensor of this kind into `feed`, from connection to end.

    Raises `ValueError` for a sample that is not finite: the wire can't carry one.
    """
    wire = _Wire(config, sensor_id, stream.rate_mhz, feed)
    wire.connect(driver)
    wire.take(stream)
    wire.leave()
