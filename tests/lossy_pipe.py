"""A clip and its driver back to back, no radio: a pipe between them that does what hosts do.

Notifications may be dropped, doubled and swapped, links cut, programs killed, and time passes in
steps of a sample. Indications are confirmed, as in ATT: they are lost with the link and not
otherwise, but come twice, as BlueZ has it.
"""

from __future__ import annotations

import math
import random
import struct
from collections import deque
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from firmware_protocol.ids import REPLY, Characteristic, Op, Result
from firmware_protocol.peripheral import AttError, Peripheral, Send
from sensorapp.drivers.base import DriverOutput
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.actions import Read, Reconnect, Subscribe, Write
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import (
    ActionFailed,
    Command,
    Connected,
    Disconnected,
    Input,
    Notification,
    Stored,
    Tick,
    UserCommand,
    ValueRead,
)
from sensorapp.model.outputs import Fault
from sensorapp.model.stream import StreamPosition
from sensorapp.virtual.identity import virtual_config

RATE_HZ = 100
STEP_NS = 1_000_000_000 // RATE_HZ
CLIP = "clip"
_PER_STEP = 2
"""Notifications that the radio takes in a step: eight times what live samples need."""
_STARTED = bytes((REPLY, Op.START))
_GYRO_RADS = math.radians(2.0**-4)
_ACCEL_MPS2 = 9.80665 * 2.0**-12


@dataclass(frozen=True)
class Weather:
    """Chances for each notification; of `double` for each indication, too, and of `drop` for each
    acknowledgement. `reach` is how many others a swapped one overtakes at most.
    """

    drop: float = 0.0
    double: float = 0.0
    swap: float = 0.0
    reach: int = 1
    mtu: int = 247


Stream = tuple[int, int]
"""Boot id, and how many streams this sensor had begun: its own epoch comes again after 256."""


class Pipe:
    """One sensor and one host; `taken` counts what the sensor took, by stream."""

    def __init__(self, seed: int, buffer_samples: int, weather: Weather) -> None:
        self.weather = weather
        self.taken: dict[Stream, int] = {}
        self.faults: list[Fault] = []
        self.reconnects: list[str] = []
        self.requests = 0
        self.up = False
        self.now_ns = 0
        self.came = Came()
        self.run = DRIVER.open(CLIP, RATE_HZ * 1000)
        self._rng = random.Random(seed)
        self._buffer_samples = buffer_samples
        self._boot_id = 1
        self._streams = self._links = 0
        self._steps = 0
        self._air: deque[Send] = deque()
        self._durable: tuple[Came, StreamPosition | None] = Came(), None
        self.peripheral = self._booted()

    def connect(self) -> None:
        if not self.up:
            self.peripheral.connected(self.weather.mtu)
            self.up = True
            self._links += 1
            self._tell(Connected(self.now_ns, CLIP, DRIVER.key, "TP-3F9A", ""))

    def cut(self, *, wanted: bool = False) -> None:
        if self.up:
            self.up = False
            self._air.clear()
            self.peripheral.disconnected()
            self._tell(Disconnected(self.now_ns, CLIP, wanted))

    def reboot(self) -> None:
        self.cut()
        self._boot_id += 1
        self.peripheral = self._booted()

    def kill_host(self, *, stored: bool = False) -> StreamPosition | None:
        """The program dies; another begins where what is on the disk ends, `stored` if all is."""
        if stored:
            self._durable = deepcopy(self.came), self.run.position
        self.up = False
        self._air.clear()
        self.peripheral.disconnected()
        came, position = self._durable
        self.came = deepcopy(came)
        self.run = DRIVER.open(CLIP, RATE_HZ * 1000, position)
        return position

    def passes(self, seconds: float) -> None:
        for _ in range(round(seconds * RATE_HZ)):
            self._step()

    def freezes(self, seconds: float, *, host: bool) -> None:
        """Nothing is heard for a while, then all at once; `host` if this program slept, too."""
        for _ in range(round(seconds * RATE_HZ)):
            self._measure()
            if self._steps % RATE_HZ == 0 and not host:
                self._tell(Tick(self.now_ns))
                self._store()
        self._carry(len(self._air))

    @property
    def wanted(self) -> dict[Stream, int]:
        """What the sensor took in streams that this program knows of."""
        return {stream: end for stream, end in self.taken.items() if stream in self.came.begun}

    @property
    def stream(self) -> Stream:
        """What the sensor measures for now, or measured last."""
        return self._boot_id, self._streams

    def stop(self) -> None:
        """Leave in good order, however long it takes; a link that is lost is made again."""
        told = -1
        for _ in range(200):
            self.connect()
            if self.run.streaming and told != self._links:
                told = self._links
                self._act(self.run.stop())
            self.passes(0.5)
            if self.up and told >= 0 and not self.run.streaming and not self.peripheral.streaming:
                break
        self._store()
        self.cut(wanted=True)

    def _booted(self) -> Peripheral:
        config = virtual_config(RATE_HZ * 1000, boot_id=self._boot_id)
        self._epoch = 0
        return Peripheral(replace(config, buffer_samples=self._buffer_samples))

    @property
    def _ticks(self) -> int:
        return self._steps * 32768 // RATE_HZ

    def _step(self) -> None:
        self._measure()
        if self._steps % RATE_HZ == 0:
            self._tell(Tick(self.now_ns))
            self._store()
        self._carry(_PER_STEP)

    def _measure(self) -> None:
        self._steps += 1
        self.now_ns += STEP_NS
        sensor = self.peripheral
        if sensor.streaming:
            index = sensor.next_index
            name = (index & 0x3FFF, index >> 14, self._streams, self._boot_id, 0, 4096)
            self._send(sensor.add_sample(struct.pack("<6h", *name), self._ticks))
            self.taken[self.stream] = sensor.next_index
        if self._steps % RATE_HZ == 0:
            self._send(sensor.status_due(self._ticks))

    def _store(self) -> None:
        """What came is durable; only then is it acknowledged."""
        self._durable = deepcopy(self.came), self.run.position
        self._tell(Stored(self.now_ns, "host", 0))

    def _send(self, sends: Iterable[Send]) -> None:
        rng, weather = self._rng, self.weather
        for send in sends:
            if not self.up or (not send.indicate and rng.random() < weather.drop):
                continue
            place = len(self._air)
            if not send.indicate and rng.random() < weather.swap:
                for _ in range(rng.randint(1, weather.reach)):
                    place -= place > 0 and not self._air[place - 1].indicate
            self._air.insert(place, send)
            if rng.random() < weather.double:
                self._air.append(send)

    def _carry(self, count: int) -> None:
        for _ in range(count):
            if not self._air and self.up:
                self._send(self.peripheral.drain())
            if self._air:
                send = self._air.popleft()
                self._tell(Notification(self.now_ns, CLIP, send.characteristic, send.data))
                if send.data[:2] == _STARTED and send.data[3] == Result.OK:
                    self.came.begins(self.stream)

    def _tell(self, item: Input) -> None:
        self._act(self.run.on_input(item))

    def _act(self, outputs: Iterable[DriverOutput]) -> None:
        for output in outputs:
            if isinstance(output, ImuBlock):
                self.came.block(output)
            elif isinstance(output, LostSamples):
                self.came.lost(output)
            elif isinstance(output, Fault):
                self.faults.append(output)
            elif isinstance(output, Reconnect):
                self.reconnects.append(output.reason)
                self.cut()
            elif isinstance(output, Subscribe | Read | Write):
                self._perform(output)

    def _perform(self, action: Subscribe | Read | Write) -> None:
        kind, channel = type(action).__name__, Characteristic.CONTROL.value
        if not self.up:
            self._tell(ActionFailed(self.now_ns, CLIP, kind, channel, "gone"))
            return
        try:
            if isinstance(action, Subscribe):
                self._send(self.peripheral.subscribed(action.channel, True, self._ticks))
            elif isinstance(action, Read):
                data = self.peripheral.read(action.channel, self._ticks)
                self._tell(ValueRead(self.now_ns, CLIP, action.channel, data))
            elif action.response or self._rng.random() >= self.weather.drop:
                self.requests += action.response
                sends = self.peripheral.write(action.channel, action.data, self._ticks)
                if self.peripheral.epoch != self._epoch:
                    self._epoch = self.peripheral.epoch
                    self._streams += 1
                self._send(sends)
        except AttError as error:
            self._tell(ActionFailed(self.now_ns, CLIP, kind, channel, str(error)))


class Came:
    """What the driver handed on; each sample is checked against its own name as it comes."""

    def __init__(self) -> None:
        self.samples = 0
        self.named: dict[Stream, int] = {}
        self.ends: dict[Stream, int] = {}
        self.begun: list[Stream] = []

    def begins(self, stream: Stream) -> None:
        """The sensor's answer to START came, maybe for the second time."""
        if stream not in self.begun:
            self.begun.append(stream)

    def block(self, block: ImuBlock) -> None:
        gyro = np.rint(block.gyro_rads / _GYRO_RADS).astype(int)
        boots = np.rint(block.accel_mps2[:, 0] / _ACCEL_MPS2).astype(int)
        stream = int(boots[0]), int(gyro[0, 2])
        assert (boots == stream[0]).all()
        assert (gyro[:, 2] == stream[1]).all()
        indices = gyro[:, 0] + (gyro[:, 1] << 14)
        assert (indices == np.arange(block.count) + block.first_index).all(), "another sample"
        assert stream == self.begun[-1], "a stream that was over"
        begin = block.first_index - block.lost_before
        assert begin == self.ends.get(stream, 0), f"{begin} after {self.ends.get(stream)}"
        self.samples += block.count
        self._note(stream, block.lost_before, block.first_index + block.count)

    def lost(self, lost: LostSamples) -> None:
        stream = self.begun[-1]
        assert lost.first_index == self.ends.get(stream, 0)
        self._note(stream, lost.count, lost.first_index + lost.count)

    def _note(self, stream: Stream, named: int, end: int) -> None:
        self.named[stream] = self.named.get(stream, 0) + named
        self.ends[stream] = end


class KeptPipe(Pipe):
    """A pipe whose host's inputs are kept."""

    def __init__(self, seed: int, buffer_samples: int, weather: Weather) -> None:
        self.inputs: list[Input] = []
        super().__init__(seed, buffer_samples, weather)

    def _tell(self, item: Input) -> None:
        self.inputs.append(item)
        super()._tell(item)

    def stop(self) -> None:
        """Ask for the end, as the user would."""
        self.inputs.append(UserCommand(self.now_ns, CLIP, Command.STOP))
        super().stop()
