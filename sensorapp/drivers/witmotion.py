"""Driver of WitMotion's BLE 5.0 sensors (WT9011DCL-BT50, WT901BLECL5.0, BWT901BLE5.0).

Six axes at 10 to 200 Hz in frames without a clock, a sequence number or a checksum; a battery
voltage. What follows from that:

- **Time** comes from arrivals: their lower envelope over the sample count (`arrival_clock`) is
  told as ticks where session time looks at a sensor's clock, at every index that is a multiple
  of 1024. So a part that runs 0.7 % off its rate gets true times. Arrival times decide here,
  necessarily: a replay of the recorded inputs is equal to the live session bit for bit, as with
  every sensor, but the same samples in other packets, or at other instants, give times that
  differ by what arrivals differ.
- **Loss can't be named.** A frame that never came leaves no trace but a small delay of all that
  follow, which the envelope takes up over the next minutes. Copies can't be told either.
- **Nothing is saved on the sensor.** Rate and algorithm are written at each connection and last
  until it is switched off. Saving would wear its flash and would change what other programs
  find; the rate found first is put back at the end.

The sensor streams as soon as somebody subscribes, at whatever rate it was left. The stream of
this driver begins a second after the sensor's own word for its rate; frames before that are not
part of it.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from sensorapp.drivers.arrival_clock import SPAN, ArrivalClock
from sensorapp.drivers.base import DriverOutput, Example, WithoutMotor
from sensorapp.drivers.counts import Columns
from sensorapp.drivers.witmotion_frames import DUAL_MODE, SINGLE_MODE, FrameSplitter
from sensorapp.drivers.witmotion_registers import (
    RATE_CODES,
    SIX_AXES,
    UNLOCK_KEY,
    Register,
    RegisterReply,
    battery_pct,
    command,
    parse_reply,
)
from sensorapp.model.actions import Action, Reconnect, Subscribe, Write
from sensorapp.model.device import Advertisement, DeviceInfo, DeviceStatus
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import ActionFailed, Connected, Disconnected, Input, Notification
from sensorapp.model.outputs import Fault
from sensorapp.model.stream import StreamPosition

KEY = "witmotion"

_ACCEL_RANGE_G = 16.0
_GYRO_RANGE_DPS = 2000.0
_GRAVITY_MPS2 = 9.80665
_FULL_SCALE = 32_768
_COLUMNS = Columns.of(
    [(_GRAVITY_MPS2 * _ACCEL_RANGE_G / _FULL_SCALE, _FULL_SCALE - 1)] * 3
    + [(math.radians(_GYRO_RANGE_DPS / _FULL_SCALE), _FULL_SCALE - 1)] * 3
)

PAUSE_NS = 100_000_000
"""Between commands: the maker's own program waits this long, for there is no answer to wait for."""

WARM_NS = 1_000_000_000
"""Arrivals are watched for so long before the first sample: a single one may be 30 ms late."""

_SETTLED_NS = 500_000_000
_MEASURED_NS = 2_000_000_000
"""A sensor that never tells its rate is counted for so long, once it had time to change."""

_BATTERY_NS = 60_000_000_000

_UNLOCK = command(Register.UNLOCK, UNLOCK_KEY)
_READ_RATE = command(Register.READ, Register.RATE)
_READ_BATTERY = command(Register.READ, Register.BATTERY)
_FACTORY_RATE = 0x06


@dataclass(slots=True)
class _Preparation:
    """What is still to be said before the stream, and what is known of the rate so far."""

    rate_code: int
    rate_written: bool = False
    refused: bool = False
    asked_ns: int | None = None
    counted_from_ns: int | None = None
    frames: int = 0


@dataclass(slots=True)
class _Stream:
    """A stream at a rate that the sensor named; its first `warming` frames only set the clock."""

    epoch: int
    rate_mhz: int
    warm_ns: int
    clock: ArrivalClock = field(init=False)
    warming: int = 0
    next_index: int = 0
    battery_due_ns: int = 0
    stopping: bool = False
    over: bool = False

    def __post_init__(self) -> None:
        self.clock = ArrivalClock(self.rate_mhz)


class WitMotionRun(WithoutMotor):
    """The conversation with one sensor: subscribe, set the rate, samples, put the rate back."""

    def __init__(self, sensor_id: str, rate_mhz: int) -> None:
        self._sensor_id = sensor_id
        self._rate_code = min(RATE_CODES, key=lambda code: abs(RATE_CODES[code] - rate_mhz))
        self._code_found: int | None = None
        self._ports = SINGLE_MODE
        self._name = ""
        self._splitter = FrameSplitter()
        self._due: deque[bytes] = deque()
        self._written_ns: int | None = None
        self._heard_ns = 0
        self._preparation: _Preparation | None = None
        self._stream: _Stream | None = None
        self._epochs = 0

    @property
    def streaming(self) -> bool:
        """True from the sensor's word for its rate until the end or the link's end."""
        return self._stream is not None

    @property
    def position(self) -> None:
        """Nothing: these sensors keep no samples."""

    def on_input(self, item: Input) -> tuple[DriverOutput, ...]:
        """Digest an input; bytes that are no frame become a `Fault`."""
        if isinstance(item, Connected):
            return tuple(self._connected(item))
        if isinstance(item, Disconnected):
            self._end()
        elif isinstance(item, Notification) and item.channel == self._ports.notify:
            return tuple(self._notified(item))
        elif isinstance(item, ActionFailed):
            return tuple(self._failed(item))
        return ()

    def stop(self) -> tuple[Action, ...]:
        """Put back the rate that was found; its answer ends the stream."""
        self._preparation = None
        self._due.clear()
        if self._stream is None:
            return ()
        self._stream.stopping = True
        found = self._code_found if self._code_found in RATE_CODES else _FACTORY_RATE
        self._due.extend((command(Register.RATE, found or _FACTORY_RATE), _READ_RATE))
        return (self._write(_UNLOCK, self._heard_ns),)

    # The connection

    def _connected(self, item: Connected) -> list[DriverOutput]:
        self._end()
        self._splitter = FrameSplitter()
        self._written_ns = None
        self._name = item.name
        self._ports = SINGLE_MODE
        self._preparation = _Preparation(self._rate_code)
        rate = command(Register.RATE, self._rate_code)
        algorithm = command(Register.ALGORITHM, SIX_AXES)
        self._due.extend((_READ_RATE, _UNLOCK, algorithm, rate, _READ_RATE))
        return [Subscribe(self._sensor_id, self._ports.notify)]

    def _failed(self, item: ActionFailed) -> list[DriverOutput]:
        """A model with the other pair of characteristics, or a connection without a stream."""
        if self._preparation is None:
            return []
        if item.action == Subscribe.__name__ and item.channel == SINGLE_MODE.notify:
            self._ports = DUAL_MODE
            return [Subscribe(self._sensor_id, self._ports.notify)]
        self._end()
        return [Reconnect(self._sensor_id, item.message)]

    def _end(self) -> None:
        self._stream = None
        self._preparation = None
        self._due.clear()

    # What the sensor says

    def _notified(self, item: Notification) -> list[DriverOutput]:
        self._heard_ns = item.host_ns
        frames, dropped = self._splitter.feed(item.data)
        outputs: list[DriverOutput] = []
        if dropped:
            message = f"{dropped} bytes were part of no frame and were left out."
            outputs.append(Fault(self._sensor_id, None, "packet_framing", message))
        samples: list[bytes] = []
        for frame in frames:
            reply = parse_reply(frame)
            if reply is None:
                samples.append(frame)
            else:
                outputs += self._sampled(samples, item.host_ns)
                samples = []
                outputs += self._replied(reply, item.host_ns)
        outputs += self._sampled(samples, item.host_ns)
        return outputs + self._say(item.host_ns)

    def _sampled(self, frames: list[bytes], host_ns: int) -> list[DriverOutput]:
        """Samples of the stream, in blocks that begin wherever the clock is looked at."""
        stream = self._stream
        if self._preparation is not None:
            self._preparation.frames += len(frames)
        if stream is None or stream.over or not frames:
            return []
        counts = np.frombuffer(b"".join(frames), dtype="<i2").reshape(-1, 10)[:, 1:7]
        first, end = stream.next_index, stream.next_index + len(counts)
        stream.clock.heard(stream.warming + end - 1, host_ns)
        if end == len(counts) and host_ns < stream.warm_ns:
            stream.warming += end
            return []
        stream.next_index = end
        blocks: list[DriverOutput] = []
        while first < end:
            until = min(end, (first // SPAN + 1) * SPAN)
            part, counts = counts[: until - first], counts[until - first :]
            (accel_mps2, gyro_rads), clipped = _COLUMNS.decoded(part.tobytes())
            blocks.append(
                ImuBlock(
                    sensor_id=self._sensor_id,
                    host_ns=host_ns,
                    epoch=stream.epoch,
                    first_index=first,
                    ticks=stream.clock.ticks(stream.warming + first) if first % SPAN == 0 else None,
                    rate_mhz=stream.rate_mhz,
                    accel_mps2=accel_mps2,
                    gyro_rads=gyro_rads,
                    clipped=clipped,
                )
            )
            first = until
        return blocks

    def _replied(self, reply: RegisterReply, host_ns: int) -> list[DriverOutput]:
        if reply.register == Register.BATTERY:
            charge_pct = battery_pct(reply.words[0])
            return [DeviceStatus(self._sensor_id, host_ns, charge_pct, None, None, None)]
        if reply.register != Register.RATE:
            return []
        preparation, code = self._preparation, reply.words[0]
        if preparation is None:
            if self._stream is not None and self._stream.stopping and not self._due:
                self._end()
            return []
        if not preparation.rate_written:
            self._code_found = code if self._code_found is None else self._code_found
            return []
        if code != preparation.rate_code and not preparation.refused:
            preparation.refused = True  # or an answer to the question before; ask once more
            self._due.append(_READ_RATE)
            return []
        return self._begin(host_ns, RATE_CODES.get(code), f"rate code {code}")

    def _begin(self, host_ns: int, rate_mhz: int | None, said: str) -> list[DriverOutput]:
        self._end()
        if rate_mhz is None:
            message = f"The sensor's rate can't be used ({said})."
            return [
                Fault(self._sensor_id, None, "start_refused", message),
                Reconnect(self._sensor_id, message),
            ]
        self._epochs += 1
        self._stream = _Stream(self._epochs, rate_mhz, host_ns + WARM_NS)
        device = DeviceInfo(
            sensor_id=self._sensor_id,
            model=self._name or DRIVER.label,
            firmware="",
            boot_id=None,
            rates_mhz=tuple(RATE_CODES.values()),
            accel_range_g=_ACCEL_RANGE_G,
            gyro_range_dps=_GYRO_RANGE_DPS,
            buffer_s=0.0,
            encrypted=False,
        )
        return [device]

    # What it is told

    def _say(self, host_ns: int) -> list[DriverOutput]:
        """The next command, if the sensor had time for the last one."""
        written_ns = self._written_ns
        if written_ns is not None and 0 <= host_ns - written_ns < PAUSE_NS:
            return []
        stream, preparation = self._stream, self._preparation
        if self._due:
            data = self._due.popleft()
            if stream is not None and stream.stopping:
                stream.over = True  # from here on samples come at the rate that was put back
            if preparation is not None:
                preparation.rate_written |= data == command(Register.RATE, self._rate_code)
                if preparation.rate_written and preparation.asked_ns is None:
                    preparation.asked_ns = host_ns
            return [self._write(data, host_ns)]
        if preparation is not None:
            return self._measure(preparation, host_ns)
        if stream is None or stream.stopping or host_ns < stream.battery_due_ns:
            return []
        stream.battery_due_ns = host_ns + _BATTERY_NS
        return [self._write(_READ_BATTERY, host_ns)]

    def _measure(self, preparation: _Preparation, host_ns: int) -> list[DriverOutput]:
        """No word for the rate: count frames, and take the nearest rate that there is."""
        asked_ns, from_ns = preparation.asked_ns, preparation.counted_from_ns
        if asked_ns is None or host_ns - asked_ns < _SETTLED_NS:
            return []
        if from_ns is None:
            preparation.counted_from_ns, preparation.frames = host_ns, 0
            return [self._write(_READ_RATE, host_ns)]
        if host_ns - from_ns < _MEASURED_NS:
            return []
        rate_mhz = preparation.frames * 1e12 / (host_ns - from_ns)
        nearest_mhz = min(RATE_CODES.values(), key=lambda known: abs(known - rate_mhz))
        fits = abs(nearest_mhz - rate_mhz) <= 0.2 * nearest_mhz
        said = f"about {rate_mhz / 1000.0:.0f} Hz"
        return self._begin(host_ns, nearest_mhz if fits else None, said)

    def _write(self, data: bytes, host_ns: int) -> Write:
        self._written_ns = host_ns
        return Write(self._sensor_id, self._ports.write, data, response=False)


class WitMotion:
    """WitMotion sensors with Bluetooth 5.0."""

    key = KEY
    label = "WitMotion BLE 5.0"
    service_uuids = (SINGLE_MODE.service, DUAL_MODE.service)

    def match(self, advertisement: Advertisement) -> bool:
        """By the maker's own service; by the name too where others use the service."""
        if SINGLE_MODE.service in advertisement.service_uuids:
            return True
        return "WT" in advertisement.name and DUAL_MODE.service in advertisement.service_uuids

    def open(
        self,
        sensor_id: str,
        rate_mhz: int,
        left_off: StreamPosition | None = None,  # noqa: ARG002 nothing is kept to go on with
    ) -> WitMotionRun:
        """Begin a conversation."""
        return WitMotionRun(sensor_id, rate_mhz)


DRIVER = WitMotion()

_REST = "5561 eeff 0000 0408 0000 0000 0000 0000 6500 d430"
_ENDS = "5561 ff7f 0000 0080 ff7f 0100 0080 0000 0000 0000"
_RATE_100_HZ = "5571 0300 0900 0000 0000 0000 0000 0000 0000 0000"


def _example(title: str, packet: str, rows: list[list[float]]) -> Example:
    """Rows of counts that are in the first packet of a stream."""
    counts = np.array(rows)
    heard_ns = 1_800_000_000
    block = ImuBlock(
        sensor_id="wit",
        host_ns=heard_ns,
        epoch=1,
        first_index=0,
        ticks=(heard_ns - (len(rows) - 1) * 10_000_000) * 32_768 // 10**9,
        rate_mhz=100_000,
        accel_mps2=counts[:, :3] * (9.80665 / 2048),
        gyro_rads=np.radians(counts[:, 3:] * (2000 / 32768)),
        clipped=np.arange(len(rows)) > 0,
    )

    def notified(host_ns: int, data: str) -> Notification:
        return Notification(host_ns, "wit", SINGLE_MODE.notify, bytes.fromhex(data))

    inputs: tuple[Input, ...] = (
        Connected(0, "wit", KEY, "WT901BLE68", ""),
        *(notified(100_000_000 * count, _REST) for count in range(1, 6)),
        notified(700_000_000, _RATE_100_HZ),
        notified(heard_ns, packet),
    )
    return Example(title, inputs, block)


EXAMPLES = (
    _example("a frame at rest", _REST, [[-18, 0, 2052, 0, 0, 0]]),
    _example(
        "bytes of no frame, then two frames, the second at the ends of its ranges",
        f"61ee {_REST} {_ENDS}",
        [[-18, 0, 2052, 0, 0, 0], [32767, 0, -32768, 32767, 1, -32768]],
    ),
)
