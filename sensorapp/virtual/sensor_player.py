"""Plays a stream of samples into a peripheral in step with the event loop's clock.

Sample k of an epoch is due k / rate after its START and carries the ticks
floor(start ticks + k * 32768 / rate). Time goes on for the wearer while nobody streams:
after a pause the stream continues with the row that is due by then.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from firmware_protocol.ids import ANCHOR_SPAN_SAMPLES, TICK_HZ
from firmware_protocol.peripheral import Peripheral, PeripheralConfig, Send
from firmware_protocol.samples import Samples
from sensorapp.virtual.quantised import RowReader
from sensorapp.virtual.samples import SampleStream

_SAME_INSTANT = 1e-6
"""In samples: a timer may fire this much early (rounding of floats)."""


class Player:
    """Takes samples as they are due, one wake-up a packet.

    `send` gets what the peripheral wants to send, `on_used_up` is called once, when no
    row is left, and `on_sample` sees every sample that the peripheral took (12 bytes,
    gyroscope xyz then accelerometer xyz).
    """

    def __init__(
        self,
        peripheral: Peripheral,
        config: PeripheralConfig,
        stream: SampleStream,
        send: Callable[[tuple[Send, ...]], None],
        on_used_up: Callable[[], None],
        on_sample: Callable[[bytes], None] | None,
        boot_ticks: int,
    ) -> None:
        self.samples_played = 0
        self.samples_skipped = 0
        self._peripheral = peripheral
        self._stream = stream
        self._rows = RowReader(stream, config.accel_range_g, config.gyro_range_dps)
        self._send = send
        self._on_used_up = on_used_up
        self._on_sample = on_sample
        self._is_stopped = False
        self._loop = asyncio.get_running_loop()
        self._boot_s = self._loop.time() - boot_ticks / TICK_HZ
        self._timer: asyncio.TimerHandle | None = None
        self._origin_s: float | None = None
        self._rows_taken = 0
        self._begun_s: float | None = None
        self._begun_ticks = 0
        self._epoch_samples = 0
        self._batch_start = 0
        self._is_used_up = False

    def ticks(self) -> int:
        """The sensor's clock now; not cut to 32 bits."""
        return math.floor((self._loop.time() - self._boot_s) * TICK_HZ)

    def begin(self, ticks: int) -> None:
        """A START was accepted at `ticks`, now: sample 0 of the new epoch is due at once."""
        if self._is_stopped:
            return  # a START that was on its way when the power was cut
        now_s = self._loop.time()
        if self._origin_s is not None:
            due = math.ceil((now_s - self._origin_s) / self._period_s - _SAME_INSTANT)
            self._skip(due - self._rows_taken)
        self._origin_s = now_s - self._rows_taken * self._period_s
        self._begun_s = now_s
        self._begun_ticks = ticks
        self._epoch_samples = 0
        self._batch_start = 0
        self.catch_up()

    def pause(self) -> None:
        """Streaming ended; a finite stream still runs out when its time is over."""
        self._begun_s = None
        self._stop_timer()
        count = self._stream.count
        if self._origin_s is not None and count is not None and not self._is_used_up:
            end_s = self._origin_s + count * self._period_s
            self._timer = self._loop.call_at(end_s, self._use_up)

    def stop(self) -> None:
        """Take no more samples, for good."""
        self._is_stopped = True
        self._begun_s = None
        self._stop_timer()

    def catch_up(self) -> None:
        """Take every sample that is due by now."""
        begun_s = self._begun_s
        if begun_s is None:
            return
        elapsed = (self._loop.time() - begun_s) / self._period_s
        due = math.floor(elapsed + _SAME_INSTANT) + 1
        while self._epoch_samples < due:
            if not self._take(due - self._epoch_samples):
                self._use_up()
                return
        self._schedule(begun_s)

    def _take(self, most: int) -> bool:
        """Take rows up to the next packet; False if there are none."""
        peripheral = self._peripheral
        count = 1 if self._on_sample is not None else min(most, peripheral.until_packet or most)
        rows = self._rows.take(count, peripheral.accel_exp, peripheral.gyro_exp)
        first, self._epoch_samples = self._epoch_samples, self._epoch_samples + rows.count
        ticks = [self._ticks_at(number) for number in range(first, self._epoch_samples)]
        sends = peripheral.add_samples(Samples(rows.data, ticks, rows.clipped))
        self._rows_taken += rows.count
        self.samples_played += rows.count
        if self._on_sample is not None and rows.count:
            self._on_sample(rows.data)
        if sends:
            self._batch_start = self._epoch_samples
            self._send(sends)
        return rows.count > 0

    def _ticks_at(self, number: int) -> int:
        """The sensor's clock at a sample of this epoch; not cut to 32 bits."""
        return self._begun_ticks + number * TICK_HZ * 1000 // self._stream.rate_mhz

    def _schedule(self, begun_s: float) -> None:
        """Wake up next for the sample that completes a packet, or would if anybody listened."""
        taken, batch = self._epoch_samples, self._peripheral.max_batch
        full = self._batch_start + batch
        if full <= taken:
            full = taken + batch
        anchor = (taken // ANCHOR_SPAN_SAMPLES + 1) * ANCHOR_SPAN_SAMPLES
        last = max(min(full, anchor) - 1, taken)
        self._stop_timer()
        self._timer = self._loop.call_at(begun_s + last * self._period_s, self.catch_up)

    def _skip(self, rows: int) -> None:
        """Let rows pass that nobody measured."""
        skipped = self._rows.skip(rows)
        self._rows_taken += skipped
        self.samples_skipped += skipped

    def _use_up(self) -> None:
        self._begun_s = None
        self._stop_timer()
        if not self._is_used_up:
            self._is_used_up = True
            self._send(self._peripheral.flush(self.ticks()))
            self._on_used_up()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def _period_s(self) -> float:
        return 1000.0 / self._stream.rate_mhz
