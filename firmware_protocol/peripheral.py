"""The sensor's behaviour without I/O: writes and samples in, notifications out.

A shell owns the radio, the clock and the inertial sensor; it passes what happens and sends what
comes back, in order, each indication only after the one before was confirmed. `ticks` is always
the sensor clock, in 1/32768 s; what passes 32 bits is cut off.
"""

from __future__ import annotations

from firmware_protocol.acts import Act
from firmware_protocol.advertising import ServiceData, advertisement, scan_response
from firmware_protocol.backlog import BackfillEnd
from firmware_protocol.body import Body
from firmware_protocol.commands import Reply, Request
from firmware_protocol.config import PeripheralConfig
from firmware_protocol.controls import Controls
from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.ids import (
    DEFAULT_ACCEL_EXP,
    DEFAULT_GYRO_EXP,
    MIN_ATT_MTU,
    AttCode,
    Characteristic,
    MotionFormat,
    Op,
    Result,
    ScanFlag,
    SigCharacteristic,
    StatusFlag,
    StatusState,
)
from firmware_protocol.motion import ROW_BYTES, MotionPacket
from firmware_protocol.parameters import (
    BackfillRequest,
    BackfillSent,
    Position,
    StartAnswer,
    StartRequest,
    StopAnswer,
)
from firmware_protocol.samples import Samples
from firmware_protocol.sends import AttError, Send, motion_sends
from firmware_protocol.source import Source
from firmware_protocol.status import Gist, Status
from firmware_protocol.stream import Stream

__all__ = ["AttError", "Peripheral", "PeripheralConfig", "Send"]


_NOTIFYING = (Characteristic.CONTROL, Characteristic.MOTION, Characteristic.STATUS)


class Peripheral:
    """One sensor, from power-up on; connections come and go."""

    def __init__(self, config: PeripheralConfig) -> None:
        self._config = config
        self._info = config.info.pack()
        self._subscriptions: set[str] = set()
        self._source = Source(config)
        self._body = Body()
        self._controls = Controls(config, self._source, self._body)
        self._said: Gist | None = None

    # What happens on the link.

    def connected(self, att_mtu: int) -> None:
        """A host connected."""
        self.disconnected()
        self._controls.connected()
        self.mtu_changed(att_mtu)

    def mtu_changed(self, att_mtu: int) -> None:
        """ATT_MTU was agreed anew; counts from the next packet on."""
        if att_mtu < MIN_ATT_MTU:
            raise LocalProtocolError(f"ATT_MTU {att_mtu} is below {MIN_ATT_MTU}")
        self._source.att_mtu = att_mtu

    def disconnected(self) -> None:
        """The link is gone: subscriptions end, and so does a stream that does not buffer."""
        self._subscriptions.clear()
        self._said = None
        self._source.lose_link()
        self._controls.disconnected()

    def subscribed(self, characteristic: str, on: bool, ticks: int) -> tuple[Send, ...]:
        """A CCCD was written; the first Status is sent at once.

        While Motion Data are off, samples of a running stream are kept until RESUME, or lost,
        counted and named by the gap flag of the next packet if the stream does not buffer.
        """
        if characteristic not in _NOTIFYING:
            raise AttError(_missing(characteristic, AttCode.REQUEST_NOT_SUPPORTED))
        if not on:
            self._subscriptions.discard(characteristic)
            if characteristic == Characteristic.MOTION:
                self._source.unsubscribed()
            return ()
        self._subscriptions.add(characteristic)
        if characteristic == Characteristic.MOTION:
            self._source.listening = True
        return self.status_due(ticks) if characteristic == Characteristic.STATUS else ()

    def read(self, characteristic: str, ticks: int) -> bytes:
        """The whole value; the stack cuts it for long reads."""
        match characteristic:
            case Characteristic.INFO:
                return self._info
            case Characteristic.STATUS:
                return self._status(ticks).pack()
            case SigCharacteristic.MODEL_NUMBER:
                return self._config.model.encode("ascii")
            case SigCharacteristic.FIRMWARE_REVISION:
                return self._config.firmware.encode("ascii")
            case SigCharacteristic.SERIAL_NUMBER:
                return self._config.name.encode("ascii")
            case SigCharacteristic.BATTERY_LEVEL:
                if self._body.battery_pct is None:
                    raise AttError(AttCode.UNLIKELY_ERROR)
                return bytes((self._body.battery_pct,))
            case _:
                raise AttError(_missing(characteristic, AttCode.READ_NOT_PERMITTED))

    def write(self, characteristic: str, data: bytes, ticks: int) -> tuple[Send, ...]:
        """A value was written, with or without response."""
        if characteristic != Characteristic.CONTROL:
            raise AttError(_missing(characteristic, AttCode.WRITE_NOT_PERMITTED))
        try:
            request = Request.unpack(data)
        except RemoteProtocolError as error:
            raise AttError(AttCode.INVALID_LENGTH) from error
        if request.op == Op.ACK:
            self._acknowledge(request.parameters)
            return ()
        if Characteristic.CONTROL not in self._subscriptions:
            raise AttError(AttCode.CCCD_IMPROPERLY_CONFIGURED)
        match request.op:
            case Op.GET_CAPS:
                return self._answer(request, Result.OK, self._info)
            case Op.START:
                return self._start(request, ticks)
            case Op.STOP:
                return self._stop(request)
            case Op.RESUME if self._config.buffer_samples:
                return self._resume(request)
            case Op.BACKFILL if self._config.buffer_samples:
                return self._backfill(request)
            case Op.SLEEP:
                return self._sleep(request, ticks)
            case _:
                return self._answer(request, *self._controls.carry_out(request, ticks))

    # What happens on the body.

    def add_sample(
        self, row: bytes, ticks: int, clipped_accel: bool = False, clipped_gyro: bool = False
    ) -> tuple[Send, ...]:
        """Take one sample, see `add_samples`; `row` has 12 bytes."""
        return self.add_samples(Samples.one(row, ticks, accel=clipped_accel, gyro=clipped_gyro))

    def add_samples(self, samples: Samples) -> tuple[Send, ...]:
        """Take samples, one after the other; ignored when not streaming, but for the local alert.

        Rows at the scale in force, in either format; of flags only what is clipped.
        """
        samples.check()
        if self._body.worn is not None:
            worn = int(self._body.motion_flags)
            samples = samples.flagged(bytes(flags | worn for flags in samples.flags))
        if self.streaming or self._controls.is_guarding:
            samples = self._controls.see(samples, self.accel_exp)
        return motion_sends(self._source.take(samples))

    def flush(self, ticks: int) -> tuple[Send, ...]:  # noqa: ARG002 - every event carries ticks
        """Send the batch begun, however small."""
        return motion_sends(self._source.flush(self._body.motion_flags))

    def drain(self) -> tuple[Send, ...]:
        """One more packet of what RESUME or BACKFILL asked for; () if nothing waits.

        Call it whenever the radio has nothing else to send, so that live samples go first.
        """
        found = self._source.next_again()
        if isinstance(found, MotionPacket):
            return motion_sends((found,))
        if found is None or Characteristic.CONTROL not in self._subscriptions:
            return ()
        return self._backfilled(found)

    def status_due(self, ticks: int) -> tuple[Send, ...]:
        """One Status notification if the host wants them; call this once a second."""
        if Characteristic.STATUS not in self._subscriptions:
            return ()
        status = self._status(ticks)
        tells_once = self._body.button or self._controls.alerted
        self._body.button = self._controls.alerted = False
        self._said = (self._status(ticks) if tells_once else status).gist
        return (Send(Characteristic.STATUS.value, status.pack(), indicate=False),)

    def status_changed(self, ticks: int) -> tuple[Send, ...]:
        """A Status if state, flags, epoch or battery differ from the last one; call it often."""
        return () if self._said == self._status(ticks).gist else self.status_due(ticks)

    def set_battery(self, pct: int | None) -> None:
        """Charge, 0-100; None if it can't be told."""
        if pct is not None and not 0 <= pct <= 100:
            raise LocalProtocolError(f"battery {pct} % is outside 0-100")
        self._body.battery_pct = pct

    def set_worn(self, worn: bool | None) -> None:
        """Whether it is on the body; None if it can't be told."""
        self._body.worn = worn

    def set_charging(self, charging: bool) -> None:
        """Whether the battery is being charged."""
        self._body.charging = charging

    def press_button(self) -> None:
        """The button was pressed; the next Status tells."""
        self._body.button = True

    def acts(self) -> tuple[Act, ...]:
        """What the shell has to do with motor, light, radio and power; ask after each call."""
        return self._controls.take_acts()

    # What can be seen from outside.

    def advertising_data(self) -> bytes:
        """Raw advertising data."""
        return advertisement(self._config.name)

    def scan_response(self) -> bytes:
        """Raw scan-response data."""
        flags = self._body.scan_flags
        flags |= ScanFlag.STREAMING if self.streaming else ScanFlag(0)
        flags |= ScanFlag.BACKLOG if self._source.held_samples else ScanFlag(0)
        battery_pct, minutes = self._body.battery_pct, self._source.backlog_min
        return scan_response(ServiceData(flags, battery_pct, self._config.short_id, minutes))

    @property
    def streaming(self) -> bool:
        """Whether samples are taken."""
        return self._source.streaming

    @property
    def guarding(self) -> bool:
        """Whether samples are wanted though nobody may stream: for the local alert."""
        return self._controls.is_guarding

    @property
    def epoch(self) -> int:
        """Epoch of the last START, 0 before the first."""
        return self._source.epoch

    @property
    def rate_mhz(self) -> int:
        """Rate that the last START chose, 0 before the first."""
        return 0 if self._stream is None else self._stream.settings.rate_mhz

    @property
    def format(self) -> MotionFormat:
        """Format in force."""
        return MotionFormat.GYRO_ACCEL if self._stream is None else self._stream.settings.format

    @property
    def accel_exp(self) -> int:
        """Accelerometer scale in force: LSB 2**-accel_exp g."""
        return DEFAULT_ACCEL_EXP if self._stream is None else self._stream.settings.accel_exp

    @property
    def gyro_exp(self) -> int:
        """Gyroscope scale in force: LSB 2**-gyro_exp deg/s."""
        return DEFAULT_GYRO_EXP if self._stream is None else self._stream.settings.gyro_exp

    @property
    def max_batch(self) -> int:
        """Samples in a full packet on this link, 0 before the first START."""
        return 0 if self._stream is None else self._stream.batch(self._source.att_mtu)

    @property
    def until_packet(self) -> int | None:
        """How many samples from now on complete a packet, None if they complete none."""
        return self._source.until_packet

    @property
    def next_index(self) -> int:
        """Index that the next sample will have."""
        return 0 if self._stream is None else self._stream.next_index

    @property
    def acked_index(self) -> int:
        """The host has stored everything below this index."""
        return 0 if self._stream is None else self._stream.acked_index

    # Inside.

    @property
    def _stream(self) -> Stream | None:
        return self._source.stream

    def _answer(
        self, request: Request, result: Result, parameters: bytes = b""
    ) -> tuple[Send, ...]:
        reply = Reply(request.op, request.token, result, parameters)
        control = Characteristic.CONTROL.value
        return tuple(
            Send(control, part, indicate=True) for part in reply.pack(self._source.att_mtu)
        )

    def _start(self, request: Request, ticks: int) -> tuple[Send, ...]:
        try:
            wanted = StartRequest.unpack(request.parameters)
        except RemoteProtocolError:
            return self._answer(request, Result.LENGTH)
        if wanted.rate_mhz == 0 or wanted.format > 0x0F:
            return self._answer(request, Result.PARAMETER)
        if wanted.format not in ROW_BYTES:
            return self._answer(request, Result.UNSUPPORTED)
        rest = self._rest()
        self._controls.is_asleep = False
        settings = self._source.begin(wanted).settings
        answer = StartAnswer(settings.epoch, 0, settings.rate_mhz, ticks & 0xFFFFFFFF)
        return rest + self._answer(request, Result.OK, answer.pack())

    def _stop(self, request: Request) -> tuple[Send, ...]:
        rest = self._rest()
        self._source.streaming = False
        last_index = self.next_index - 1 if self.next_index else None
        return rest + self._answer(request, Result.OK, StopAnswer(last_index).pack())

    def _sleep(self, request: Request, ticks: int) -> tuple[Send, ...]:
        """What was asked for goes out first; samples that nobody fetched stay in the ring."""
        outcome = self._controls.carry_out(request, ticks)
        if outcome[0] is not Result.OK:
            return self._answer(request, *outcome)
        rest = self._rest()
        self._source.streaming = False
        return rest + self._answer(request, *outcome)

    def _rest(self) -> tuple[Send, ...]:
        """All that is still to be sent: the batch begun, then what was asked for again."""
        rest = self.flush(0)
        while more := self.drain():
            rest += more
        return rest

    def _resume(self, request: Request) -> tuple[Send, ...]:
        try:
            wanted = Position.unpack(request.parameters)
        except RemoteProtocolError:
            return self._answer(request, Result.LENGTH)
        return self._answer(request, *self._source.resume(wanted))

    def _backfill(self, request: Request) -> tuple[Send, ...]:
        try:
            wanted = BackfillRequest.unpack(request.parameters)
        except RemoteProtocolError:
            return self._answer(request, Result.LENGTH)
        return self._answer(request, self._source.backfill(request.token, wanted))

    def _backfilled(self, end: BackfillEnd) -> tuple[Send, ...]:
        result = Result.OK if end.sent == end.wanted else Result.RANGE_LOST
        request = Request(Op.BACKFILL, end.token)
        return self._answer(request, result, BackfillSent(end.sent).pack())

    def _acknowledge(self, parameters: bytes) -> None:
        # Sent without response, so that a wrong one can only be passed over.
        try:
            position = Position.unpack(parameters)
        except RemoteProtocolError:
            return
        self._source.acknowledge(position)

    @property
    def _state(self) -> StatusState:
        if self._controls.is_asleep:
            return StatusState.ASLEEP
        guards = not self.streaming and self._controls.is_guarding
        return StatusState.GUARDING if guards else self._source.state

    def _status(self, ticks: int) -> Status:
        stream = self._stream
        taken = self.next_index
        lost = 0 if stream is None else stream.lost_samples
        flags = self._body.status_flags | self._controls.status_flags
        return Status(
            state=self._state,
            flags=flags | (StatusFlag.OVERRUN if lost else StatusFlag(0)),
            epoch=self.epoch,
            battery_pct=self._body.battery_pct,
            lost_samples=lost,
            newest_index=taken - 1 if taken else None,
            oldest_index=0 if stream is None else stream.oldest_index,
            ticks=(ticks if stream is None or not taken else stream.newest_ticks) & 0xFFFFFFFF,
        )


def _missing(characteristic: str, otherwise: AttCode) -> AttCode:
    known = {*Characteristic, *SigCharacteristic}
    return otherwise if characteristic in known else AttCode.ATTRIBUTE_NOT_FOUND
