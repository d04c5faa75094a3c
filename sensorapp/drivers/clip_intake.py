"""What becomes of a clip's packets: samples in order, and requests for those that are missing."""

from __future__ import annotations

from firmware_protocol.commands import Reply
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.ids import Op
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import Available, BackfillRequest, StartAnswer
from firmware_protocol.status import Status
from sensorapp.drivers.base import DriverOutput
from sensorapp.drivers.catching_up import OVERDUE_NS, CatchingUp, Ready
from sensorapp.drivers.clip_backfill import Backfill, Outcome
from sensorapp.drivers.clip_blocks import BlockMaker
from sensorapp.drivers.clip_requests import Requests
from sensorapp.drivers.clip_rows import Rows
from sensorapp.drivers.clip_silence import Arrivals, Silence
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.outputs import Fault


class Intake:
    """A clip's samples, one stream after the other. Whoever owns it says which stream is on.

    Each sample of a stream is handed on once and in order of index, or named as lost.
    """

    def __init__(self, sensor_id: str, requests: Requests) -> None:
        self._sensor_id = sensor_id
        self._requests = requests
        self._order = CatchingUp()
        self._backfill = Backfill()
        self._arrivals = Arrivals()
        self._maker = BlockMaker(sensor_id)
        self._rows = Rows()

    @property
    def next_index(self) -> int:
        """All below is handed on, or named as lost."""
        return self._order.next_index

    def told_info(self, info: Info) -> None:
        """The sensor said which ranges it has."""
        self._maker.told_info(info)

    def left_off(self, next_index: int, rate_mhz: int) -> None:
        """Another session had what is below; a sensor that can go on does so."""
        self._order = CatchingUp(next_index)
        self._maker.epoch, self._maker.rate_mhz = 1, rate_mhz

    def connected(self) -> None:
        """Another link: what was asked for will not come."""
        self._rows.forget()
        self._backfill.forget()

    def begin(self, start: StartAnswer, host_ns: int, *, can_ask: bool, again: bool) -> None:
        """A new stream; `again` if it is to end the silence of one on the same link."""
        self._rows.forget()
        self._maker.epoch += 1
        self._maker.rate_mhz = start.rate_mhz
        self._order = CatchingUp(start.first_index, can_ask=can_ask)
        self._backfill.begin()
        self._arrivals.begin(start.first_index, host_ns, again=again)

    def available(self, reply: Reply, host_ns: int) -> Available | Fault:
        """What an answer to RESUME says; a `Fault` if it can't speak of this stream."""
        try:
            available = Available.unpack(reply.parameters)
        except RemoteProtocolError as error:
            return Fault(self._sensor_id, None, f"packet_{error.kind}", f"{error}.")
        end_index = available.newest_index + 1 & 0xFFFFFFFF
        begins = max(available.oldest_index, self.next_index)
        if begins <= end_index and self.can_take(end_index, host_ns):
            return available
        message = "The sensor claims to hold samples that can't be of this stream."
        return Fault(self._sensor_id, None, "packet_index", message)

    def resumed(
        self, available: Available, host_ns: int, *, can_ask: bool, again: bool
    ) -> list[DriverOutput]:
        """The stream goes on, `again` on the same link; all from `next_index` on is sent again."""
        end_index = available.newest_index + 1 & 0xFFFFFFFF
        self._backfill.forget()
        self._rows.forget()
        self._order.resumed(end_index, host_ns, can_ask=can_ask)
        self._arrivals.begin(end_index, host_ns, again=again)
        return self._blocks(host_ns, self._order.lose(available.oldest_index))

    def heard(self, host_ns: int) -> None:
        """The sensor said something."""
        self._arrivals.heard(host_ns)

    def slept(self, pause_ns: int) -> None:
        """Allow for a sleep of this program."""
        self._backfill.excuse(pause_ns)

    def doubt(self) -> None:
        """Forget what waits: some of it can't be of this stream, and nobody knows which."""
        self._order.doubt()

    def silence(self, host_ns: int) -> Silence:
        """What is to be done about a stream that brings no samples."""
        return self._arrivals.look(host_ns)

    def is_quiet(self, host_ns: int) -> bool:
        """Whether no samples came for longer than a stream takes from one packet to the next."""
        return self._arrivals.silent_ns(host_ns) > OVERDUE_NS

    def can_take(self, index: int, host_ns: int) -> bool:
        """Whether the sensor can have got to this sample by now."""
        return self._arrivals.plausible(index, host_ns, self._maker.rate_mhz)

    def takes(self, data: bytes, host_ns: int) -> bool:
        """Whether a packet just goes on with the stream: gathered, until `taken` is asked."""
        span = self._rows.span(data)
        if span is None or not self._arrivals.in_time(span[0], host_ns):
            return False
        if not self._order.follows(*span, host_ns):
            return False
        self._arrivals.flowed(span[1], host_ns)
        self._rows.add(data, host_ns)
        return True

    def taken(self) -> ImuBlock | None:
        """What `takes` gathered."""
        rows = self._rows.take()
        return None if rows is None else self._maker.joined(*rows)

    def packet(self, packet: MotionPacket, data: bytes, host_ns: int) -> list[DriverOutput]:
        """Samples of the stream that is on, checked by `can_take`; `data` is what came."""
        self._rows.like(data, packet)
        self._arrivals.came(packet.index + packet.count, host_ns)
        if packet.is_backfill:
            self._backfill.came(host_ns)
        return self._blocks(host_ns, self._order.add(packet, host_ns))

    def can_say(self, status: Status, host_ns: int) -> bool:
        """Whether the indices of a Status can be of the stream that is or was on."""
        newest_index, oldest_index = status.newest_index, status.oldest_index
        end_index = oldest_index if newest_index is None else newest_index + 1
        return oldest_index <= end_index and self.can_take(end_index, host_ns)

    def told(self, status: Status, host_ns: int) -> list[DriverOutput]:
        """The sensor says what it has taken, and that it has nothing below `oldest_index`."""
        if status.newest_index is not None:
            self._order.taken(status.newest_index + 1, host_ns)
        return self._blocks(host_ns, self._order.oldest(status.oldest_index))

    def overdue(self, host_ns: int) -> bool:
        """Whether the sensor owes samples, or a word on them, for too long."""
        return self._backfill.overdue(host_ns)

    def ask(self, epoch: int, host_ns: int) -> list[DriverOutput]:
        """Ask for what is missing, one hole at a time and never beside an awaited request."""
        if self._requests.waiting:
            return []
        hole = self._backfill.wanted(self._order, host_ns)
        if hole is None:
            return []
        wanted = BackfillRequest(epoch, hole.first, hole.end - hole.first)
        token, write = self._requests.beside(Op.BACKFILL, wanted.pack())
        self._backfill.ask(hole, token, host_ns)
        return [write]

    def answered(self, reply: Reply, host_ns: int) -> tuple[Outcome, list[DriverOutput]]:
        """An answer to BACKFILL: what follows, and samples that waited for what is lost."""
        outcome, hole = self._backfill.answered(reply, self._order, host_ns)
        if outcome is not Outcome.LOST or hole is None:
            return outcome, []
        return outcome, self._blocks(host_ns, self._order.lose(hole.end))

    def ended(self, end_index: int) -> bool:
        """The sensor stopped at `end_index`: whether all of it is here, or known to be lost."""
        self._order.ended(end_index)
        return self._backfill.hole is None and self._order.hole(0) is None

    def leave(
        self, end_index: int, host_ns: int, *, for_another: bool = False
    ) -> list[DriverOutput]:
        """The stream is over: hand on what waits, and name what is missing below `end_index`.

        `for_another` if the next stream is to follow.
        """
        rest = self._blocks(host_ns, self._order.give_up())
        self._backfill.forget()
        first_index = self._order.next_index
        count = self._order.lose_tail(end_index)
        if count:
            epoch = self._maker.epoch
            rest.append(
                LostSamples(self._sensor_id, host_ns, epoch, first_index, count, for_another)
            )
        return rest

    def _blocks(self, host_ns: int, ready: list[Ready]) -> list[DriverOutput]:
        return [*self._maker.blocks(host_ns, ready)]
