"""The sensor's own alert: a buzz when a tilt lasts and no host is there to say so."""

from __future__ import annotations

import math
import struct

from firmware_protocol.device_parameters import LocalAlert, Vector
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import TICK_HZ
from firmware_protocol.samples import Samples

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

    def see(
        self, samples: Samples, accel_exp: int, *, host_is_near: bool
    ) -> list[tuple[int, Haptic]]:
        """Take samples; the buzzes that are due, each with the place of its sample."""
        scale = 2.0**-accel_exp
        is_watching = self.is_set and not host_is_near
        due = []
        gravity_g, seen_ticks = self._gravity_g, self._seen_ticks
        columns = zip(_ROW.iter_unpack(samples.rows), samples.ticks, strict=True)
        for place, ((*_, x, y, z), ticks) in enumerate(columns):
            passed_s = ((ticks - seen_ticks) % (1 << 32)) / TICK_HZ
            seen_ticks = ticks
            if gravity_g is None:
                gravity_g = x * scale, y * scale, z * scale
                continue
            share = min(1.0, passed_s / _SMOOTHING_S)
            a, b, c = gravity_g
            gravity_g = (
                a + share * (x * scale - a),
                b + share * (y * scale - b),
                c + share * (z * scale - c),
            )
            if is_watching and (haptic := self._due(gravity_g, passed_s)) is not None:
                due.append((place, haptic))
        if not is_watching:
            self._over_s = 0.0
        self._gravity_g, self._seen_ticks = gravity_g, seen_ticks
        return due

    def _due(self, gravity_g: Vector, passed_s: float) -> Haptic | None:
        self._rearm_s = max(0.0, self._rearm_s - passed_s)
        self._over_s = self._over_s + passed_s if self._is_over(gravity_g) else 0.0
        if self._over_s < self.alert.delay_s or self._over_s == 0.0 or self._rearm_s > 0.0:
            return None
        self._rearm_s = float(self.alert.rearm_s)
        self._over_s = 0.0
        return Haptic(self.alert.strength_pct, pattern=self.alert.pattern, repeats=1)

    def _is_over(self, gravity_g: Vector) -> bool:
        tare_g = self.tare_g
        assert tare_g is not None
        length = math.hypot(*tare_g) * math.hypot(*gravity_g)
        if length == 0.0:
            return False
        cosine = sum(left * right for left, right in zip(tare_g, gravity_g, strict=True)) / length
        return math.degrees(math.acos(max(-1.0, min(1.0, cosine)))) > self.alert.angle_deg
