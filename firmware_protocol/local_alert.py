"""The sensor's own alert: a buzz when a tilt lasts and no host is there to say so."""

from __future__ import annotations

import math
import struct

from firmware_protocol.device_parameters import LocalAlert, Vector
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import TICK_HZ
from firmware_protocol.samples import Samples

_SMOOTHING_TICKS = TICK_HZ
"""A second: steps and typing pass within this time, a slouch does not."""
_ACCEL = struct.Struct("<6x3h")


class AlertWatch:
    """Follows gravity in the samples; knows the tare, the alert that was set, and what is due."""

    def __init__(self) -> None:
        self.tare_g: Vector | None = None
        self.alert = LocalAlert(enabled=False)
        self._gravity_g: Vector | None = None
        self._seen_ticks = 0
        self._over_s = 0.0
        self._rearm_s = 0.0

    @property
    def gravity_g(self) -> Vector | None:
        """Smoothed acceleration in g, None before the first sample."""
        return self._gravity_g

    @property
    def is_set(self) -> bool:
        """Whether there is something to watch for."""
        return self.alert.enabled and self.tare_g is not None

    def set_alert(self, alert: LocalAlert) -> None:
        """From now on."""
        self.alert = alert
        self._over_s = self._rearm_s = 0.0

    def forget_samples(self) -> None:
        """Nothing was measured for a while."""
        self._gravity_g = None
        self._over_s = 0.0

    def see(
        self, samples: Samples, accel_exp: int, *, host_is_near: bool
    ) -> list[tuple[int, Haptic]]:
        """Take samples; the buzzes that are due, each with the place of its sample."""
        if host_is_near or not self.is_set:
            self._over_s = 0.0
            self._smooth(samples, accel_exp)
            return []
        due = []
        for place in range(samples.count):
            is_first = self._gravity_g is None
            passed_s = self._smooth(samples.part(place, place + 1), accel_exp)
            if not is_first and (haptic := self._due(passed_s)) is not None:
                due.append((place, haptic))
        return due

    def _smooth(self, samples: Samples, accel_exp: int) -> float:
        """Take samples; seconds between the last two. It is run for each that is ever taken."""
        scale = 2.0**-accel_exp
        seen_ticks = self._seen_ticks
        if self._gravity_g is None and samples.count:
            self._gravity_g = 0.0, 0.0, 0.0
            seen_ticks = samples.ticks[0] - _SMOOTHING_TICKS  # so that the first counts alone
        if self._gravity_g is None:
            return 0.0
        a, b, c = self._gravity_g
        passed_ticks = 0
        for (x, y, z), ticks in zip(_ACCEL.iter_unpack(samples.rows), samples.ticks, strict=True):
            passed_ticks = (ticks - seen_ticks) & 0xFFFFFFFF
            seen_ticks = ticks
            share = passed_ticks / _SMOOTHING_TICKS if passed_ticks < _SMOOTHING_TICKS else 1.0
            a += share * (x * scale - a)
            b += share * (y * scale - b)
            c += share * (z * scale - c)
        self._gravity_g, self._seen_ticks = (a, b, c), seen_ticks
        return passed_ticks / TICK_HZ

    def _due(self, passed_s: float) -> Haptic | None:
        self._rearm_s = max(0.0, self._rearm_s - passed_s)
        self._over_s = self._over_s + passed_s if self._is_over() else 0.0
        if self._over_s < self.alert.delay_s or self._over_s == 0.0 or self._rearm_s > 0.0:
            return None
        self._rearm_s = float(self.alert.rearm_s)
        self._over_s = 0.0
        return Haptic(self.alert.strength_pct, pattern=self.alert.pattern, repeats=1)

    def _is_over(self) -> bool:
        tare_g, gravity_g = self.tare_g, self._gravity_g
        assert tare_g is not None
        assert gravity_g is not None
        length = math.hypot(*tare_g) * math.hypot(*gravity_g)
        if length == 0.0:
            return False
        cosine = sum(left * right for left, right in zip(tare_g, gravity_g, strict=True)) / length
        return math.degrees(math.acos(max(-1.0, min(1.0, cosine)))) > self.alert.angle_deg
