"""The conversation with one clip, from its first connection to the end of its last stream."""

from __future__ import annotations

from firmware_protocol.commands import Reply, ReplyAssembler
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.ids import Characteristic, Feature, Op, Result, StatusState
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import Position, StartAnswer, StopAnswer
from firmware_protocol.status import Status
from sensorapp.drivers.base import DriverOutput
from sensorapp.drivers.clip_backfill import Outcome
from sensorapp.drivers.clip_intake import Intake
from sensorapp.drivers.clip_left import Left
from sensorapp.drivers.clip_motor import MOTOR_OPS, ClipMotor, MotorOfRun
from sensorapp.drivers.clip_pings import Pings
from sensorapp.drivers.clip_requests import ANSWER_NS, Requests, opening
from sensorapp.drivers.clip_silence import BARREN_RESUMES, Silence
from sensorapp.drivers.clip_terms import (
    device_info,
    device_status,
    goes_on,
    sends_again,
    start_answer,
    start_request,
)
from sensorapp.model.actions import Action, Reconnect, Write
from sensorapp.model.imu import ImuBlock
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


class PostureClipRun(MotorOfRun):
    """The conversation with one clip: info, START, samples, acknowledgements, STOP.

    After a lost link a sensor that kept its samples is asked to go on (RESUME); its epoch goes
    on, too. All others start anew. Samples that were dropped on the way are asked for again
    (BACKFILL), and those after them held back meanwhile. A stream that falls silent while the
    sensor still reports is asked to go on, then started anew, then connected anew.
    """

    def __init__(
        self, sensor_id: str, rate_mhz: int, left_off: StreamPosition | None = None
    ) -> None:
        self._sensor_id = sensor_id
        self._wanted_mhz = rate_mhz
        self._name = ""
        self._now_ns = 0
        self._replies = ReplyAssembler()
        self._requests = Requests(sensor_id)
        self._pings = Pings(sensor_id)
        self._motor = ClipMotor(sensor_id, self._requests)
        self._intake = Intake(sensor_id, self._requests)
        self._info: Info | None = None
        self._start: StartAnswer | None = None
        self._left: Left | None = None
        self._stopped_at: int | None = None
        self._over: StartAnswer | None = None
        self._status: Status | None = None
        self._acked: tuple[int, int] | None = None
        self._resumes = self._restarts = self._held_end = 0
        self._preparing = self._hung_up = False
        if left_off is not None:
            self._name = left_off.sensor_name
            self._left = Left.of(left_off)
            self._acked = left_off.epoch, left_off.next_index
            self._intake.left_off(left_off.next_index, left_off.rate_mhz)

    @property
    def streaming(self) -> bool:
        """True from the sensor's word that its stream began until that or the link ends."""
        return self._start is not None

    @property
    def position(self) -> StreamPosition | None:
        """How far the stream has come, while the sensor keeps what follows."""
        info, left = self._info, self._left
        if self._start is not None and info is not None:
            left = Left(self._start, info.boot_id)
        if left is None or (info is not None and not goes_on(info)):
            return None
        return left.position(self._name, KEY, self._intake.next_index)

    def on_input(self, item: Input) -> tuple[DriverOutput, ...]:
        """Digest an input; bytes that the protocol does not allow become a `Fault`."""
        pause_ns, self._now_ns = item.host_ns - self._now_ns, item.host_ns
        if pause_ns > ANSWER_NS:
            self._requests.excuse(pause_ns)
            self._intake.slept(pause_ns)
        try:
            return tuple(self._digest(item))
        except RemoteProtocolError as error:
            return (self._fault(f"packet_{error.kind}", f"{error}."),)

    def takes(self, item: Notification) -> bool:
        """See `PacketTaker`."""
        pause_ns = item.host_ns - self._now_ns
        if self._start is None or self._stopped_at is not None or not 0 <= pause_ns <= ANSWER_NS:
            return False
        if item.channel != Characteristic.MOTION or self._requests.waiting:
            return False
        if not self._intake.takes(item.data, item.host_ns):
            return False
        self._now_ns = item.host_ns
        self._resumes = self._restarts = 0
        return True

    def taken(self) -> ImuBlock | None:
        """See `PacketTaker`."""
        return self._intake.taken()

    def stop(self) -> tuple[Action, ...]:
        """Ask for the end of the stream; the answer names the last sample."""
        if self._start is None or self._stopped_at is not None:
            return ()
        return (self._requests.ask(Op.STOP, b"", self._now_ns),)

    def _digest(self, item: Input) -> list[DriverOutput]:
        if isinstance(item, Notification):
            self._intake.heard(item.host_ns)
            found = self._notified(item)
            return found if self._stopped_at is None else found + self._ended(item.host_ns)
        if isinstance(item, Connected):
            return self._connected(item)
        if isinstance(item, Disconnected):
            return self._disconnected(item)
        if isinstance(item, ValueRead) and item.channel == Characteristic.INFO:
            return self._told_info(Info.unpack(item.data), item.host_ns)
        if isinstance(item, Stored):
            return self._acknowledge()
        if isinstance(item, Tick):
            return self._look(item.host_ns)
        if isinstance(item, ActionFailed) and item.channel != Characteristic.STATUS:
            return self._give_up(item.message)
        return []

    # The connection

    def _connected(self, item: Connected) -> list[DriverOutput]:
        self._name = item.name
        self._replies = ReplyAssembler()
        self._requests.forget()
        self._pings.connected(item.host_ns)
        self._intake.connected()
        self._start = self._over = self._stopped_at = self._status = None
        self._preparing, self._hung_up = True, False
        return opening(self._sensor_id)

    def _disconnected(self, item: Disconnected) -> list[DriverOutput]:
        """The link is gone; what a sensor keeps comes again, if need be in another session."""
        stopped_at = self._stopped_at
        if self._start is not None and self._info is not None:
            self._left = Left(self._start, self._info.boot_id)
        self._start = self._over = self._stopped_at = None
        self._preparing = False
        self._requests.forget()
        if not item.wanted or goes_on(self._info):
            return []
        self._left = None
        return self._intake.leave(stopped_at or 0, item.host_ns)

    def _give_up(self, reason: str) -> list[DriverOutput]:
        """There will be no stream on this connection: another one may have better luck."""
        was_preparing, self._preparing = self._preparing, False
        return self._hang_up(reason) if was_preparing else []

    def _hang_up(self, reason: str) -> list[DriverOutput]:
        if self._hung_up:
            return []
        self._hung_up = True
        return [Reconnect(self._sensor_id, reason)]

    def _told_info(self, info: Info, host_ns: int) -> list[DriverOutput]:
        self._info = info
        self._intake.told_info(info)
        device = device_info(self._sensor_id, info, self._wanted_mhz)
        left = self._left
        same_boot = left is not None and info.boot_id == left.boot_id
        if left is not None and same_boot and Feature.RESUME in info.features:
            return [device, self._ask_to_resume(left.start, host_ns)]
        # After a reboot nobody knows more of it; else the first Status, on its way, says its end.
        rest = [] if same_boot else self._leave(host_ns)
        return [*rest, device, *self._ask_to_start(host_ns)]

    def _leave(self, host_ns: int) -> list[DriverOutput]:
        """The epoch that the last link carried is over, and another one is to begin."""
        left, self._left = self._left, None
        if left is None:
            return []
        same_boot = self._info is not None and self._info.boot_id == left.boot_id
        end_index = self._end_of(left.start, host_ns) if same_boot else 0
        return self._intake.leave(end_index, host_ns, for_another=True)

    def _end_of(self, stream: StartAnswer, host_ns: int) -> int:
        """Where a stream ended as far as the sensor has said, 0 if it did not."""
        status = self._status
        if status is None or status.newest_index is None or status.epoch != stream.epoch:
            return 0
        return status.newest_index + 1 if self._intake.can_say(status, host_ns) else 0

    # What is asked of the sensor, and its answers

    def _ask_to_start(self, host_ns: int) -> list[DriverOutput]:
        if self._info is None:
            return []
        wanted = start_request(self._info, self._wanted_mhz)
        return [self._requests.ask(Op.START, wanted.pack(), host_ns)]

    def _ask_to_resume(self, start: StartAnswer, host_ns: int) -> Write:
        self._resumes += 1
        position = Position(start.epoch, self._intake.next_index)
        return self._requests.ask(Op.RESUME, position.pack(), host_ns)

    def _notified(self, item: Notification) -> list[DriverOutput]:
        if item.channel == Characteristic.MOTION:
            return self._motion(item.data, item.host_ns)
        if item.channel == Characteristic.STATUS:
            return self._reported(Status.unpack(item.data), item.host_ns)
        if item.channel == Characteristic.CONTROL:
            reply = self._replies.feed(item.data)
            return [] if reply is None else self._answered(reply, item.host_ns)
        return []

    def _answered(self, reply: Reply, host_ns: int) -> list[DriverOutput]:
        if reply.op == Op.BACKFILL:
            return self._backfilled(reply, host_ns)
        if reply.op == Op.TIME_SYNC:
            return list(self._pings.answered(reply, host_ns))
        if reply.op in MOTOR_OPS:
            return self._motor.answered(reply)
        if not self._requests.answered(reply):
            return []
        if reply.op == Op.START:
            return self._started(reply, host_ns)
        if reply.op == Op.RESUME:
            return self._resumed(reply, host_ns)
        if reply.op == Op.STOP and reply.ok:
            return self._stopped(StopAnswer.unpack(reply.parameters), host_ns)
        return []

    def _started(self, reply: Reply, host_ns: int) -> list[DriverOutput]:
        answer, old = start_answer(reply), self._start
        if isinstance(answer, str):
            return [self._fault("start_refused", answer), *self._give_up(answer)]
        rest = self._leave(host_ns)
        if old is not None:
            rest = self._intake.leave(self._end_of(old, host_ns), host_ns, for_another=True)
        self._start = answer
        self._preparing = False
        self._intake.begin(answer, host_ns, can_ask=sends_again(self._info), again=old is not None)
        self._acked = answer.epoch, answer.first_index
        return [*rest, *self._motor.begun(self._info)]

    def _resumed(self, reply: Reply, host_ns: int) -> list[DriverOutput]:
        """The sensor goes on with its epoch, or has nothing of it: then it starts anew."""
        start, left = self._start, self._left
        stream = left.start if start is None and left is not None else start
        if stream is None:
            return []
        if reply.result not in (Result.OK, Result.RANGE_LOST):
            return [*self._leave(host_ns), *self._ask_to_start(host_ns)]
        available = self._intake.available(reply, host_ns)
        if isinstance(available, Fault):
            return [available, *self._leave(host_ns), *self._ask_to_start(host_ns)]
        self._start, self._left = stream, None
        self._preparing = False
        self._held_end = available.newest_index + 1 & 0xFFFFFFFF
        found = self._intake.resumed(
            available, host_ns, can_ask=sends_again(self._info), again=start is not None
        )
        return [*found, *self._motor.begun(self._info)]

    def _stopped(self, answer: StopAnswer, host_ns: int) -> list[DriverOutput]:
        end_index = 0 if answer.last_index is None else answer.last_index + 1
        if self._start is None:
            return []
        if not self._intake.can_take(end_index, host_ns):
            self._stopped_at = 0
            return [self._fault("packet_index", "The sensor claims to have stopped in the future.")]
        self._stopped_at = end_index
        return []

    def _ended(self, host_ns: int) -> list[DriverOutput]:
        """After STOP the sensor still holds what was dropped on the way: fetch that first."""
        start, stopped_at = self._start, self._stopped_at
        if start is None or stopped_at is None:
            return []
        if not self._intake.ended(stopped_at):
            return self._intake.ask(start.epoch, host_ns)
        self._over, self._start, self._stopped_at = start, None, None
        return self._intake.leave(stopped_at, host_ns)

    def _backfilled(self, reply: Reply, host_ns: int) -> list[DriverOutput]:
        outcome, waited = self._intake.answered(reply, host_ns)
        start = self._start
        if start is None or outcome is Outcome.WAIT:
            return waited
        if outcome is Outcome.HANG_UP:
            return self._hang_up("Too much is lost on this connection.")
        if outcome is Outcome.RESUME:
            self._intake.doubt()
            waiting = self._requests.waiting
            return [] if waiting else [self._ask_to_resume(start, host_ns)]
        return [*waited, *self._intake.ask(start.epoch, host_ns)]

    def _acknowledge(self) -> list[DriverOutput]:
        """Everything that came is durable: the sensor may forget it."""
        stream = self._over if self._start is None else self._start
        if stream is None:
            return []
        now = stream.epoch, self._intake.next_index
        if now == self._acked:
            return []
        self._acked = now
        return [self._requests.acknowledge(Position(*now))]

    # What the sensor says by itself

    def _motion(self, data: bytes, host_ns: int) -> list[DriverOutput]:
        packet, start = MotionPacket.unpack(data), self._start
        if start is None or packet.epoch != start.epoch:
            message = f"A packet of epoch {packet.epoch} came outside of its stream."
            return [self._fault("packet_epoch", message)]
        if not self._intake.can_take(packet.index, host_ns):
            message = f"A packet claims to hold sample {packet.index}, which can't be taken yet."
            return [self._fault("packet_index", message)]
        self._resumes = self._restarts = 0
        self._requests.came(host_ns)
        blocks = self._intake.packet(packet, data, host_ns)
        return blocks + self._intake.ask(start.epoch, host_ns)

    def _reported(self, status: Status, host_ns: int) -> list[DriverOutput]:
        start = self._start
        report = device_status(self._sensor_id, status, host_ns)
        if start is None or status.epoch != start.epoch:
            self._status = status
            return [report, *self._look(host_ns)]
        if not self._intake.can_say(status, host_ns):
            message = "A status claims samples that can't be taken or held yet."
            return [self._fault("status_index", message)]
        self._status = status
        waited = self._intake.told(status, host_ns)
        return [*waited, report, *self._idle(status, host_ns), *self._look(host_ns)]

    def _idle(self, status: Status, host_ns: int) -> list[DriverOutput]:
        """Somebody stopped the stream, maybe an earlier session: fetch the rest, begin another."""
        idle = status.state == StatusState.IDLE and self._intake.is_quiet(host_ns)
        busy = self._requests.waiting or self._stopped_at is not None or self._restarts > 0
        if not idle or busy or status.newest_index is None:
            return []
        return self._restart(host_ns) if self._intake.ended(status.newest_index + 1) else []

    def _look(self, host_ns: int) -> list[DriverOutput]:
        """Once a second and more: what is overdue, and what silence means."""
        if self._hung_up:
            return []
        if self._requests.overdue(host_ns) or self._intake.overdue(host_ns):
            return self._hang_up("The sensor does not answer.")
        start = self._start
        if start is None:
            return []
        silence = Silence.NOTHING if self._stopped_at is not None else self._intake.silence(host_ns)
        found = [*self._silent(silence, start, host_ns), *self._intake.ask(start.epoch, host_ns)]
        return [*found, *self._pings.due(self._info, self._requests, host_ns)]

    def _silent(self, silence: Silence, start: StartAnswer, host_ns: int) -> list[DriverOutput]:
        if silence is Silence.HANG_UP:
            return self._hang_up("The sensor is connected but sends no samples.")
        if silence is Silence.NOTHING or self._requests.waiting:
            return []
        kept = goes_on(self._info)
        if kept and silence is Silence.ASK_AGAIN:
            return [self._ask_to_resume(start, host_ns)]
        if kept and self._intake.next_index < self._held_end and self._resumes < BARREN_RESUMES:
            return []
        return self._restart(host_ns)

    def _restart(self, host_ns: int) -> list[DriverOutput]:
        """Another stream on this connection, once; the answer parts it from the one that is on."""
        self._restarts += 1
        return self._ask_to_start(host_ns) if self._restarts == 1 else []

    def _fault(self, kind: str, message: str) -> Fault:
        return Fault(self._sensor_id, None, kind, message)
