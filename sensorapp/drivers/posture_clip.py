"""Driver of our own open sensor: the protocol of firmware_protocol/SPEC.md, host side.

Six-axis samples with a device clock (ticks) and a sequence number (the sample index), a
battery level, and worn detection if the sensor has it.
"""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.commands import Reply, ReplyAssembler, Request
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.ids import (
    Characteristic,
    Feature,
    MotionFlag,
    Op,
    Result,
    StatusFlag,
)
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import (
    Available,
    BackfillRequest,
    Position,
    StartAnswer,
    StopAnswer,
)
from firmware_protocol.status import Status
from sensorapp.drivers.base import DriverOutput
from sensorapp.drivers.catching_up import CatchingUp, Ready
from sensorapp.drivers.clip_backfill import Backfill, Outcome
from sensorapp.drivers.clip_blocks import BlockMaker
from sensorapp.drivers.clip_examples import CLIP_EXAMPLES
from sensorapp.drivers.clip_silence import Arrivals, Silence
from sensorapp.drivers.clip_terms import device_info, start_answer, start_request
from sensorapp.model.actions import Action, Read, Reconnect, Subscribe, Write
from sensorapp.model.device import Advertisement, DeviceStatus
from sensorapp.model.imu import LostSamples
from sensorapp.model.inputs import (
    ActionFailed,
    Connected,
    Disconnected,
    Input,
    Notification,
    Stored,
    Tick,
    ValueRead,
)
from sensorapp.model.outputs import Fault
from sensorapp.model.stream import StreamPosition

KEY = "posture_clip"
BACKFILL_TOKENS = 0x80
"""Tokens from here on are of BACKFILL, so that it changes none of the other requests' tokens."""

ANSWER_S = 5.0
"""Without an answer for this long the link counts as lost (SPEC.md, section 5)."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request whose answer is awaited since `host_ns`."""

    op: Op
    token: int
    host_ns: int


class PostureClipRun:
    """The conversation with one clip: info, START, samples, acknowledgements, STOP.

    After a lost link a sensor that kept its samples is asked to go on (RESUME); its epoch goes
    on, too. All others start anew. Samples that were dropped on the way are asked for again
    (BACKFILL), and those after them held back meanwhile.
    """

    def __init__(
        self, sensor_id: str, rate_mhz: int, left_off: StreamPosition | None = None
    ) -> None:
        self._sensor_id = sensor_id
        self._wanted_mhz = rate_mhz
        self._name = ""
        self._token = 0
        self._backfill_token = 0
        self._replies = ReplyAssembler()
        self._info: Info | None = None
        self._start: StartAnswer | None = None
        self._lost_link: tuple[StartAnswer, int] | None = None
        self._order = CatchingUp()
        self._acked_index = 0
        self._asked: _Asked | None = None
        self._preparing = False
        self._maker = BlockMaker(sensor_id)
        self._backfill = Backfill()
        self._arrivals = Arrivals()
        if left_off is not None:
            self._name = left_off.sensor_name
            start = StartAnswer(left_off.epoch, 0, left_off.rate_mhz, 0)
            self._lost_link = start, left_off.boot_id
            self._order = CatchingUp(left_off.next_index)
            self._acked_index = left_off.next_index
            self._maker.epoch, self._maker.rate_mhz = 1, left_off.rate_mhz

    @property
    def streaming(self) -> bool:
        """True from the sensor's word that its stream began until that or the link ends."""
        return self._start is not None

    @property
    def position(self) -> StreamPosition | None:
        """How far the stream has come, while the sensor keeps what follows."""
        info, lost = self._info, self._lost_link
        if self._start is not None and info is not None and info.buffer_samples:
            lost = self._start, info.boot_id
        if lost is None:
            return None
        start, boot_id = lost
        return StreamPosition(
            self._name, KEY, boot_id, start.epoch, self._order.next_index, start.rate_mhz
        )

    def on_input(self, item: Input) -> tuple[DriverOutput, ...]:
        """Digest an input; bytes that the protocol does not allow become a `Fault`."""
        try:
            return tuple(self._digest(item))
        except RemoteProtocolError as error:
            return (Fault(self._sensor_id, None, f"packet_{error.kind}", f"{error}."),)

    def stop(self) -> tuple[Action, ...]:
        """Ask for the end of the stream; the answer names the last sample."""
        if self._start is None:
            return ()
        return (self._request(Op.STOP, b"", 0),)

    def _digest(self, item: Input) -> list[DriverOutput]:
        if isinstance(item, Connected):
            self._name = item.name
            return self._connected()
        if isinstance(item, Disconnected):
            return self._disconnected(item)
        if isinstance(item, ValueRead) and item.channel == Characteristic.INFO:
            return self._told_info(Info.unpack(item.data), item.host_ns)
        if isinstance(item, Notification):
            return self._notified(item)
        if isinstance(item, Stored):
            return self._acknowledge()
        if isinstance(item, Tick):
            return self._look(item.host_ns)
        if isinstance(item, ActionFailed) and item.channel != Characteristic.STATUS:
            return self._give_up(item.message)
        return []

    def _connected(self) -> list[DriverOutput]:
        self._replies = ReplyAssembler()
        self._start = None
        self._asked = None
        self._backfill.forget()
        self._preparing = True
        channels = (Characteristic.CONTROL, Characteristic.STATUS, Characteristic.MOTION)
        subscriptions = [Subscribe(self._sensor_id, channel.value) for channel in channels]
        return [*subscriptions, Read(self._sensor_id, Characteristic.INFO.value)]

    def _disconnected(self, item: Disconnected) -> list[DriverOutput]:
        if self._start is not None and self._info is not None:
            self._lost_link = self._start, self._info.boot_id
        self._start = None
        self._preparing = False
        # What is held back comes again in the session that goes on with this stream.
        return self._leave(item.host_ns) if item.wanted and not self._can_ask else []

    def _give_up(self, reason: str) -> list[DriverOutput]:
        """There will be no stream on this connection: another one may have better luck."""
        if not self._preparing:
            return []
        self._preparing = False
        return [Reconnect(self._sensor_id, reason)]

    def _told_info(self, info: Info, host_ns: int) -> list[DriverOutput]:
        self._info = info
        self._maker.told_info(info)
        device = device_info(self._sensor_id, info, self._wanted_mhz)
        lost = self._lost_link
        if lost is not None and (Feature.RESUME not in info.features or info.boot_id != lost[1]):
            lost = None
        if lost is None:
            return [*self._leave(host_ns), device, self._ask_to_start(info, host_ns)]
        position = Position(lost[0].epoch, self._order.next_index)
        return [device, self._request(Op.RESUME, position.pack(), host_ns)]

    def _leave(self, host_ns: int) -> list[DriverOutput]:
        """The epoch that the last link carried is over: hand on what was held back."""
        lost, self._lost_link = self._lost_link, None
        return [] if lost is None else self._blocks(host_ns, self._order.give_up())

    def _ask_to_start(self, info: Info, host_ns: int) -> Write:
        wanted = start_request(info, self._wanted_mhz)
        return self._request(Op.START, wanted.pack(), host_ns)

    def _notified(self, item: Notification) -> list[DriverOutput]:
        if item.channel == Characteristic.MOTION:
            return self._motion(item)
        if item.channel == Characteristic.STATUS:
            return self._status(item)
        if item.channel == Characteristic.CONTROL:
            return self._control(item)
        return []

    def _control(self, item: Notification) -> list[DriverOutput]:
        reply, asked = self._replies.feed(item.data), self._asked
        if reply is None:
            return []
        if reply.op == Op.BACKFILL:
            return self._backfilled(item.host_ns, reply)
        if asked is None or (reply.op, reply.token) != (asked.op, asked.token):
            return []  # also a copy: BlueZ repeats indications after a link loss
        self._asked = None
        if reply.op == Op.START:
            return self._started(item.host_ns, reply)
        if reply.op == Op.RESUME:
            return self._resumed(item.host_ns, reply)
        if reply.op == Op.STOP and reply.ok:
            return self._stopped(item.host_ns, StopAnswer.unpack(reply.parameters))
        return []

    def _started(self, host_ns: int, reply: Reply) -> list[DriverOutput]:
        start = start_answer(reply)
        if isinstance(start, str):
            fault = Fault(self._sensor_id, None, "start_refused", start)
            return [fault, *self._give_up(start)]
        self._start = start
        self._preparing = False
        self._maker.epoch += 1
        self._maker.rate_mhz = start.rate_mhz
        self._order = CatchingUp(start.first_index, can_ask=self._can_ask)
        self._acked_index = start.first_index
        self._arrivals.begin(start.first_index, host_ns)
        return []

    def _resumed(self, host_ns: int, reply: Reply) -> list[DriverOutput]:
        """The sensor goes on with its epoch, or has nothing of it: then it starts anew."""
        info, lost = self._info, self._lost_link
        if info is None or lost is None:
            return []
        if reply.result not in (Result.OK, Result.RANGE_LOST):
            return [*self._leave(host_ns), self._ask_to_start(info, host_ns)]
        try:
            available = Available.unpack(reply.parameters)
        except RemoteProtocolError as error:
            fault = Fault(self._sensor_id, None, f"packet_{error.kind}", f"{error}.")
            return [fault, *self._leave(host_ns), self._ask_to_start(info, host_ns)]
        live_index = available.newest_index + 1 & 0xFFFFFFFF
        self._order.resumed(live_index, host_ns, can_ask=self._can_ask)
        self._arrivals.begin(max(live_index, self._order.next_index), host_ns)
        self._start = lost[0]
        self._lost_link = None
        self._preparing = False
        return self._blocks(host_ns, self._order.lose(available.oldest_index))

    def _stopped(self, host_ns: int, answer: StopAnswer) -> list[DriverOutput]:
        start, self._start = self._start, None
        rest = [] if start is None else self._blocks(host_ns, self._order.give_up())
        first_index = self._order.next_index
        if answer.last_index is None or answer.last_index < first_index:
            return rest
        count = answer.last_index + 1 - first_index
        self._order.next_index = answer.last_index + 1
        return [*rest, LostSamples(self._sensor_id, host_ns, self._maker.epoch, first_index, count)]

    def _status(self, item: Notification) -> list[DriverOutput]:
        status = Status.unpack(item.data)
        report = DeviceStatus(
            sensor_id=self._sensor_id,
            host_ns=item.host_ns,
            battery_pct=status.battery_pct,
            worn=status.worn,
            charging=StatusFlag.CHARGING in status.flags,
            lost_samples=status.lost_samples,
        )
        asked = self._asked
        if asked is not None and item.host_ns - asked.host_ns > ANSWER_S * 1e9:
            return [report, *self._give_up("The sensor does not answer.")]
        start = self._start
        if start is None or status.epoch != start.epoch:
            return [report]
        ready = self._order.oldest(status.oldest_index)
        return [*self._blocks(item.host_ns, ready), report, *self._look(item.host_ns)]

    def _motion(self, item: Notification) -> list[DriverOutput]:
        packet = MotionPacket.unpack(item.data)
        start, end_index = self._start, packet.index + packet.count
        if start is None or packet.epoch != start.epoch:
            message = f"A packet of epoch {packet.epoch} came outside of its stream."
            return [Fault(self._sensor_id, None, "packet_epoch", message)]
        if not self._arrivals.plausible(end_index, item.host_ns, start.rate_mhz):
            message = f"A packet claims to hold sample {packet.index}, which can't be taken yet."
            return [Fault(self._sensor_id, None, "packet_index", message)]
        self._arrivals.came(end_index, item.host_ns)
        if MotionFlag.BACKFILL in packet.flags:
            self._backfill.came(item.host_ns)
        blocks = self._blocks(item.host_ns, self._order.add(packet, item.host_ns))
        return [*blocks, *self._fill_hole(item.host_ns)]

    def _blocks(self, host_ns: int, ready: list[Ready]) -> list[DriverOutput]:
        return list(self._maker.blocks(host_ns, ready))

    @property
    def _can_ask(self) -> bool:
        info = self._info
        return info is not None and bool(info.buffer_samples) and Feature.BACKFILL in info.features

    def _fill_hole(self, host_ns: int) -> list[DriverOutput]:
        """Ask for what is missing, one hole at a time and never beside another request."""
        start = self._start
        hole = None if self._asked is not None else self._backfill.wanted(self._order, host_ns)
        if start is None or hole is None:
            return []
        wanted = BackfillRequest(start.epoch, hole.first, hole.end - hole.first)
        self._backfill_token = self._backfill_token + 1 & 0x7F
        token = BACKFILL_TOKENS | self._backfill_token
        self._backfill.ask(hole, token, host_ns)
        request = Request(Op.BACKFILL, token, wanted.pack())
        return [Write(self._sensor_id, Characteristic.CONTROL.value, request.pack())]

    def _backfilled(self, host_ns: int, reply: Reply) -> list[DriverOutput]:
        outcome, hole = self._backfill.answered(reply, self._order, host_ns)
        if outcome is Outcome.LOST and hole is not None:
            return [*self._blocks(host_ns, self._order.lose(hole.end)), *self._fill_hole(host_ns)]
        if outcome is Outcome.RESUME:
            return self._resume_again(host_ns)
        if outcome is Outcome.HANG_UP:
            return [Reconnect(self._sensor_id, "Too much is lost on this connection.")]
        return [] if outcome is Outcome.WAIT else self._fill_hole(host_ns)

    def _resume_again(self, host_ns: int) -> list[DriverOutput]:
        """Within a connection: have all sent again that is not here in one piece."""
        start, info = self._start, self._info
        if start is None or info is None or self._asked is not None or not self._can_ask:
            return []
        self._lost_link = start, info.boot_id
        self._backfill.forget()
        position = Position(start.epoch, self._order.next_index)
        return [self._request(Op.RESUME, position.pack(), host_ns)]

    def _look(self, host_ns: int) -> list[DriverOutput]:
        """Once a second and more: what is overdue, and what silence means."""
        if self._start is None:
            return []
        if self._backfill.overdue(host_ns):
            self._backfill.forget()
            return [Reconnect(self._sensor_id, "The sensor does not answer.")]
        silence = self._arrivals.look(host_ns)
        if silence is Silence.HANG_UP:
            return [Reconnect(self._sensor_id, "The sensor is connected but sends no samples.")]
        if silence is Silence.ASK_AGAIN:
            return self._resume_again(host_ns)
        return self._fill_hole(host_ns)

    def _acknowledge(self) -> list[DriverOutput]:
        """Everything that came is durable: the sensor may forget it."""
        start = self._start
        if start is None or self._order.next_index == self._acked_index:
            return []
        self._acked_index = self._order.next_index
        request = Request(Op.ACK, 0, Position(start.epoch, self._acked_index).pack())
        channel = Characteristic.CONTROL.value
        return [Write(self._sensor_id, channel, request.pack(), response=False)]

    def _request(self, op: Op, parameters: bytes, host_ns: int) -> Write:
        self._token = (self._token + 1) & 0x7F
        self._asked = _Asked(op, self._token, host_ns)
        request = Request(op, self._token, parameters)
        return Write(self._sensor_id, Characteristic.CONTROL.value, request.pack())


class PostureClip:
    """Our own open sensor."""

    key = KEY
    label = "sensorapp clip (open firmware)"
    service_uuids = (Characteristic.SERVICE.value,)

    def match(self, advertisement: Advertisement) -> bool:
        """By its service; the name can be anything."""
        return Characteristic.SERVICE.value in advertisement.service_uuids

    def open(
        self, sensor_id: str, rate_mhz: int, left_off: StreamPosition | None = None
    ) -> PostureClipRun:
        """Begin a conversation."""
        return PostureClipRun(sensor_id, rate_mhz, left_off)


DRIVER = PostureClip()
EXAMPLES = CLIP_EXAMPLES
