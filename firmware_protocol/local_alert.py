"""The sensor's own alert: a buzz when a tilt lasts and no host is there to say so."""

from __future__ import annotations

import math
import struct

from firmware_protocol.device_parameters import LocalAlert, Vector
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import TICK_HZ

_SMOOTHING_S = 1.0
"""Steps and typing pass within this time, a slouch does not."""
_ROW = struct.Struct("<6h")


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

    def see(self, row: bytes, accel_exp: int, ticks: int, *, host_is_near: bool) -> Haptic | None:
        """Take a 12-byte row; the buzz that is due now, if any."""
        *_, x, y, z = _ROW.unpack(row)
        scale = 2.0**-accel_exp
        passed_s = ((ticks - self._seen_ticks) % (1 << 32)) / TICK_HZ
        self._seen_ticks = ticks
        old = self._gravity_g
        share = 1.0 if old is None else min(1.0, passed_s / _SMOOTHING_S)
        new = (x * scale, y * scale, z * scale)
        self._gravity_g = new if old is None else _between(old, new, share)
        if old is None or host_is_near or not self.is_set:
            self._over_s = 0.0
            return None
        self._rearm_s = max(0.0, self._rearm_s - passed_s)
        self._over_s = self._over_s + passed_s if self._is_over() else 0.0
        if self._over_s < self.alert.delay_s or self._over_s == 0.0 or self._rearm_s > 0.0:
            return None
        self._rearm_s = float(self.alert.rearm_s)
        self._over_s = 0.0
        return Haptic(self.alert.strength_pct, pattern=self.alert.pattern, repeats=1)

    def _is_over(self) -> bool:
        a, b = self.tare_g, self._gravity_g
        assert a is not None
        assert b is not None
        length = math.hypot(*a) * math.hypot(*b)
        if length == 0.0:
            return False
        cosine = sum(left * right for left, right in zip(a, b, strict=True)) / length
        return math.degrees(math.acos(max(-1.0, min(1.0, cosine)))) > self.alert.angle_deg


def _between(old: Vector, new: Vector, share: float) -> Vector:
    x, y, z = (a + share * (b - a) for a, b in zip(old, new, strict=True))
    return (x, y, z)
