"""Sets of repetitions as people make them, made up: uneven, hesitant, with fidgets around.

The spread of ranges and strokes is that of guided movements of twelve people (5th, 50th, 95th
percentile of the flexion: 31, 89, 132 deg; a stroke lasts 1.6 to 2.0 s), stretched.
"""

from __future__ import annotations

import math

import numpy as np

from sensorapp.model.imu import FloatArray

RATE_HZ = 10.0


class MadeUpSet:
    """Angles (n,) in deg at 10 Hz and the number of repetitions in them.

    `unruly` scales how often and how far the wearer departs from an even movement: at 1, one
    stroke in eight hesitates or turns back for a moment, half of the returns stop up to a
    quarter short, sizes vary by 4 to 18 %, and up to two fidgets of up to 45 % of the range
    come before the set and after it.
    """

    def __init__(self, rng: np.random.Generator, unruly: float = 1.0) -> None:
        self._rng = rng
        self._unruly = unruly
        self._parts: list[FloatArray] = []
        self.count = int(rng.integers(3, 16))
        self.range_deg = float(np.clip(rng.lognormal(math.log(80.0), 0.42), 25.0, 150.0))
        self._rest_deg = self._at_deg = float(rng.normal(0.0, 4.0))
        self._stay(rng.uniform(0.5, 4.0))
        self._fidget()
        self._repeat()
        self._move(self._rest_deg, 0.8)
        self._stay(rng.uniform(0.5, 3.0))
        self._fidget()
        self._stay(1.0)
        self.angle_deg = self._breathing(np.concatenate(self._parts))

    def _repeat(self) -> None:
        rng, size = self._rng, self.range_deg
        uneven = rng.uniform(0.04, 0.18) * self._unruly
        stroke_s, trend = rng.uniform(0.9, 3.0), rng.uniform(-0.03, 0.03)
        for number in range(self.count):
            share = max(0.45, 1.0 + uneven * rng.normal() + trend * number)
            self._move(self._rest_deg + size * share, stroke_s * rng.lognormal(0.0, 0.15))
            self._stay(rng.choice([0.0, 0.0, rng.uniform(0.2, 2.5)]))
            stops_short = rng.random() < 0.5 and number < self.count - 1
            short = rng.uniform(0.0, 0.25) * self._unruly if stops_short else 0.0
            self._move(
                self._rest_deg + size * (short + rng.normal(0.0, 0.03)),
                stroke_s * rng.lognormal(0.0, 0.15),
            )
            self._stay(rng.choice([0.0, rng.uniform(0.1, 2.0)]))
            self._rest_deg += rng.normal(0.0, 0.02) * size

    def _fidget(self) -> None:
        rng = self._rng
        for _ in range(int(rng.integers(0, 3))):
            if rng.random() < 0.5 * self._unruly:
                side = 1.0 if rng.random() < 0.7 else -0.5
                away = self.range_deg * rng.uniform(-0.3, 0.45) * side
                self._move(self._rest_deg + away, rng.uniform(0.6, 1.5))
                self._stay(rng.uniform(0.0, 1.0))
                self._move(self._rest_deg + rng.normal(0.0, 2.0), rng.uniform(0.6, 1.5))
                self._stay(rng.uniform(0.3, 2.0))

    def _move(self, to_deg: float, duration_s: float) -> None:
        rng, from_deg = self._rng, self._at_deg
        if rng.random() < 0.12 * self._unruly:
            half_way = from_deg + (to_deg - from_deg) * rng.uniform(0.3, 0.9)
            back = half_way - (to_deg - from_deg) * rng.uniform(-0.05, 0.22)
            self._stroke(half_way, 0.6 * duration_s)
            self._stroke(back, rng.uniform(0.3, 0.8))
            self._stroke(to_deg, 0.6 * duration_s)
        else:
            self._stroke(to_deg, duration_s)

    def _stroke(self, to_deg: float, duration_s: float) -> None:
        frames = max(4, int(duration_s * RATE_HZ))
        s = np.arange(1, frames + 1) / frames
        course = 10.0 * s**3 - 15.0 * s**4 + 6.0 * s**5
        self._parts.append(self._at_deg + (to_deg - self._at_deg) * course)
        self._at_deg = to_deg

    def _stay(self, duration_s: float) -> None:
        self._parts.append(np.full(int(duration_s * RATE_HZ), self._at_deg))

    def _breathing(self, angle_deg: FloatArray) -> FloatArray:
        rng, t_s = self._rng, np.arange(len(angle_deg)) / RATE_HZ
        for _ in range(3):
            turns = rng.uniform(0.15, 0.5) * t_s + rng.uniform()
            angle_deg = angle_deg + rng.uniform(0.1, 0.8) * np.sin(2.0 * np.pi * turns)
        return angle_deg + rng.normal(0.0, 0.25, len(angle_deg))
