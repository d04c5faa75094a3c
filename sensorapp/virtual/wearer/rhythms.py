"""What a body does by itself: breath, sway, the small motions of typing, and gait.

Each wearer gets their own sizes and rates, drawn once. Angles come in the order flexion,
side bend, twist; shifts in world axes (x forward, y up, z right).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sensorapp.virtual.wearer.oscillation import Oscillation
from sensorapp.virtual.wearer.timeline import Channel

Floats = NDArray[np.float64]

_TURN = 2.0 * np.pi


class Breath:
    """Breathing at rest: 12 to 18 breaths a minute that tip the upper back by 0.5 to 1 deg."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rate_hz = rng.uniform(0.2, 0.3)
        self._amplitude_deg = rng.uniform(0.25, 0.5)
        self._phase_rad = rng.uniform(0.0, _TURN)
        self._unevenness = Oscillation.drawn(rng, (0.25,), (0.01, 0.05), count=3)

    def flexion_deg(self, t_s: Floats) -> Floats:
        """Flexion (n,): breathing in straightens the back."""
        phase = _TURN * self._rate_hz * t_s + self._phase_rad + self._unevenness.at(t_s)[:, 0]
        return np.asarray(-self._amplitude_deg * np.sin(phase))


class Gait:
    """Level walking at about 1.8 steps a second.

    The trunk rises and falls once a step by 4 to 5 cm and sways once a stride, as the
    inverted pendulum has it (Zijlstra and Hof 2003, Gait Posture 18:1,
    doi 10.1016/S0966-6362(02)00190-X); a second harmonic stands for the heel strike.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._steps_hz = rng.uniform(1.7, 1.95)
        self._rise_m = rng.uniform(0.020, 0.025)
        self._sway_m = rng.uniform(0.015, 0.022)
        self._surge_m = rng.uniform(0.006, 0.010)
        self._angles_deg = np.array(
            [rng.uniform(1.0, 1.8), rng.uniform(1.5, 2.5), rng.uniform(3.0, 5.0)]
        )
        self._unevenness = Oscillation.drawn(rng, (0.25,), (0.03, 0.2), count=4)

    def _stride_rad(self, t_s: Floats) -> Floats:
        """Phase of the stride; a stride is two steps and lasts as long as it likes."""
        return np.asarray(np.pi * self._steps_hz * t_s + self._unevenness.at(t_s)[:, 0])

    def angles_deg(self, t_s: Floats) -> Floats:
        """Rocking of the trunk (n, 3)."""
        stride = self._stride_rad(t_s)
        course = [np.sin(2.0 * stride + 0.6), np.sin(stride), np.sin(stride + 0.9)]
        return np.asarray(np.stack(course, axis=1) * self._angles_deg)

    def shift_m(self, t_s: Floats) -> Floats:
        """Shift of the hips (n, 3); the steady way forward is left out, nothing feels it."""
        stride = self._stride_rad(t_s)
        rise = np.sin(2.0 * stride) + 0.12 * np.sin(4.0 * stride + 0.4)
        return np.stack(
            [
                self._surge_m * np.sin(2.0 * stride + 1.2),
                self._rise_m * rise,
                self._sway_m * np.sin(stride + 0.3),
            ],
            axis=1,
        )


class Rhythms:
    """All of one wearer's own motion, scaled by the shares in a timeline's channels."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._breath = Breath(rng)
        self._sway = Oscillation.drawn(rng, (0.25, 0.12, 0.18), (0.02, 0.35))
        self._desk_wander = Oscillation.drawn(rng, (0.9, 0.6, 0.9), (0.04, 0.25), count=5)
        self._jitter = Oscillation.drawn(rng, (0.05, 0.07, 0.09, 1e-4, 1e-4, 1e-4), (1.2, 6.0))
        self._gait = Gait(rng)

    def angles_deg(self, t_s: Floats, channels: Floats) -> Floats:
        """Angles (n, 3) to add to the pose."""
        angles = self._sway.at(t_s)
        angles[:, 0] += self._breath.flexion_deg(t_s)
        angles *= channels[:, Channel.WORN, None]
        typing = channels[:, Channel.TYPING, None]
        if typing.any():
            angles += typing * (self._desk_wander.at(t_s) + self._jitter.at(t_s)[:, :3])
        walking = channels[:, Channel.WALKING, None]
        if walking.any():
            angles += walking * self._gait.angles_deg(t_s)
        return angles

    def shift_m(self, t_s: Floats, channels: Floats) -> Floats:
        """Shift of the hips (n, 3)."""
        shift = np.zeros((len(t_s), 3))
        typing = channels[:, Channel.TYPING, None]
        if typing.any():
            shift += typing * self._jitter.at(t_s)[:, 3:]
        walking = channels[:, Channel.WALKING, None]
        if walking.any():
            shift += walking * self._gait.shift_m(t_s)
        return shift
