"""Where Motion Data come from: the epoch in force, its stream, and what is sent again of it."""

from __future__ import annotations

from firmware_protocol.backlog import BackfillEnd, Backlog
from firmware_protocol.config import PeripheralConfig
from firmware_protocol.ids import (
    MIN_ATT_MTU,
    MotionFlag,
    MotionFormat,
    Result,
    StartOption,
    StatusState,
)
from firmware_protocol.motion import ROW_BYTES, MotionPacket
from firmware_protocol.parameters import Available, BackfillRequest, Position, StartRequest
from firmware_protocol.ring import Ring
from firmware_protocol.samples import Samples
from firmware_protocol.stream import Stream, StreamSettings

_GYRO_CLIPPED = int(MotionFlag.GYRO_CLIPPED)


class Source:
    """Epochs one after the other. Whoever owns it keeps `att_mtu` and `listening` true."""

    def __init__(self, config: PeripheralConfig) -> None:
        self.att_mtu = MIN_ATT_MTU
        self.listening = False
        self.epoch = 0
        self.stream: Stream | None = None
        self.streaming = False
        self._rates_mhz = tuple(sorted(set(config.rates_mhz)))
        self._buffer_bytes = config.buffer_samples * ROW_BYTES[MotionFormat.GYRO_ACCEL]
        self._backlog: Backlog | None = None
        self._fetched = False

    @property
    def state(self) -> StatusState:
        """What Status says of it."""
        if not self.streaming:
            return StatusState.IDLE
        kept = self._backlog is not None and not self._fetched
        return StatusState.BUFFERING if kept else StatusState.STREAMING

    @property
    def held_samples(self) -> int:
        """Samples kept until they are acknowledged; 0 without a buffer."""
        stream = self.stream
        return 0 if stream is None or stream.ring is None else stream.ring.held

    @property
    def backlog_min(self) -> int:
        """Whole minutes of samples that are kept, at most 255."""
        if self.stream is None:
            return 0
        return min(255, self.held_samples * 1000 // self.stream.settings.rate_mhz // 60)

    def lose_link(self) -> None:
        """The link is gone, and with it who asked; a stream goes on only if it buffers."""
        self.listening = False
        self.att_mtu = MIN_ATT_MTU
        self._fetched = False
        if self._backlog is None:
            self.streaming = False
        else:
            self._backlog.clear()
        if self.stream is not None:
            self.stream.abandon()

    def unsubscribed(self) -> None:
        """Motion Data are off: a stream that buffers waits for RESUME."""
        self.listening = False
        if self._backlog is not None:
            self._fetched = False
            self._backlog.cut()

    def begin(self, wanted: StartRequest) -> Stream:
        """A new epoch; what was held of the one before is gone."""
        self.epoch = (self.epoch + 1) & 0xFF
        settings = StreamSettings(
            epoch=self.epoch,
            format=MotionFormat(wanted.format),
            rate_mhz=min(self._rates_mhz, key=lambda rate: (abs(rate - wanted.rate_mhz), -rate)),
            accel_exp=wanted.accel_exp,
            gyro_exp=wanted.gyro_exp,
            max_batch=wanted.max_batch,
        )
        buffers = self._buffer_bytes > 0 and StartOption.BUFFER in wanted.options
        ring = Ring(self._buffer_bytes // ROW_BYTES[settings.format]) if buffers else None
        self.stream = Stream(settings, ring)
        self._backlog = None if ring is None else Backlog(settings, ring)
        self.streaming = True
        self._fetched = self.listening
        return self.stream

    def forget(self) -> None:
        """What is held is gone, and with it the epoch that it was of."""
        self.stream = self._backlog = None

    @property
    def until_packet(self) -> int | None:
        """How many samples from now on complete a packet, None if they complete none."""
        stream = self.stream
        if not self.streaming or stream is None or stream.full or not self._is_heard:
            return None
        return stream.until_packet(self.att_mtu)

    def take(self, samples: Samples) -> list[MotionPacket]:
        """Samples were measured."""
        stream = self.stream
        if not self.streaming or stream is None or stream.full:
            return []
        if stream.settings.format != MotionFormat.GYRO_ACCEL:
            samples = samples.flagged(bytes(flags & ~_GYRO_CLIPPED for flags in samples.flags))
        if self._is_heard:
            return stream.add(samples, self.att_mtu)
        stream.pass_by(samples)
        return []

    def flush(self, worn: int) -> list[MotionPacket]:
        """The batch begun, however small."""
        if not self.streaming or self.stream is None:
            return []
        if self._is_heard:
            return self.stream.flush(worn, self.att_mtu)
        self.stream.abandon()
        return []

    def next_again(self) -> MotionPacket | BackfillEnd | None:
        """What RESUME or BACKFILL want sent next."""
        return None if self._backlog is None else self._backlog.next(self.att_mtu)

    def resume(self, wanted: Position) -> tuple[Result, bytes]:
        """Go on from there, with what is held of it."""
        stream, backlog = self.stream, self._backlog
        if stream is None or stream.ring is None or backlog is None or wanted.epoch != self.epoch:
            return Result.EPOCH_UNKNOWN, b""
        if wanted.next_index > stream.next_index:
            return Result.PARAMETER, b""
        if not self.listening:
            return Result.STATE, b""
        ring = stream.ring
        ring.lacking(wanted.next_index)
        backlog.resume(wanted.next_index, stream.next_index - stream.pending)
        self._fetched = True
        available = Available(ring.oldest_index, (stream.next_index - 1) & 0xFFFFFFFF)
        lost = wanted.next_index < ring.oldest_index
        return Result.RANGE_LOST if lost else Result.OK, available.pack()

    def backfill(self, token: int, wanted: BackfillRequest) -> Result:
        """Send a range again; `next_again` says when it is through."""
        stream, backlog = self.stream, self._backlog
        if stream is None or backlog is None or wanted.epoch != self.epoch:
            return Result.EPOCH_UNKNOWN
        if not 0 < wanted.count <= stream.next_index - wanted.first_index:
            return Result.PARAMETER
        if not self.listening:
            return Result.STATE
        if backlog.is_backfilling:
            return Result.BUSY
        backlog.backfill(token, wanted.first_index, wanted.count)
        return Result.OK

    def acknowledge(self, position: Position) -> None:
        """Everything below is stored; another epoch's is passed over."""
        if self.stream is not None and position.epoch == self.epoch:
            self.stream.acknowledge(position.next_index)

    @property
    def _is_heard(self) -> bool:
        """Whether live samples are sent."""
        return self.listening and (self._fetched or self._backlog is None)
