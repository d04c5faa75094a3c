"""Causal low-pass and band-pass filters that keep their state between chunks.

Designed by SciPy, which is imported only when a filter is made: that import costs about a
second, so a program that streams calls `load_scipy` in a thread before it begins. Both classes
start settled on the first sample, so a constant input gives a constant output (a band-pass:
zero) from the start. `VectorFilter` runs SciPy's `lfilter`, which takes 12 us a call where
`sosfilt` takes 45; for one section they are the same recursion. `ScalarFilter` takes 0.3 us a
section and sample, less for the ten samples of a chunk.

Delay of the second-order Butterworth low-pass: sqrt(2) / (2 pi cutoff), that is 45 ms at
5 Hz and 38 ms at 6 Hz.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from sensorapp.model.imu import FloatArray

_MANY = 128
"""Values of a stream from which on SciPy is quicker than a loop."""
_HIGHEST = 0.4
"""Share of the sample rate that a corner may not exceed (the Nyquist limit is 0.5)."""


def load_scipy() -> None:
    """Import what the filters need, so that making the first one costs nothing more."""
    from scipy import signal  # noqa: F401


def low_pass_sos(cutoff_hz: float, rate_hz: float) -> FloatArray:
    """Second-order Butterworth low-pass, (1, 6); the corner is lowered to fit slow sensors."""
    from scipy import signal

    cutoff_hz = min(cutoff_hz, _HIGHEST * rate_hz)
    return np.asarray(signal.butter(2, cutoff_hz, fs=rate_hz, output="sos"), dtype=np.float64)


def band_pass_sos(low_hz: float, high_hz: float, rate_hz: float) -> FloatArray:
    """Band-pass of a second-order Butterworth prototype, (2, 6)."""
    from scipy import signal

    corners = (low_hz, min(high_hz, _HIGHEST * rate_hz))
    sos = signal.butter(2, corners, btype="bandpass", fs=rate_hz, output="sos")
    return np.asarray(sos, dtype=np.float64)


def low_pass_delay_s(cutoff_hz: float) -> float:
    """Delay of `low_pass_sos` for slow input."""
    return math.sqrt(2.0) / (2.0 * math.pi * cutoff_hz)


def zero_phase_low_pass(values: FloatArray, cutoff_hz: float, rate_hz: float) -> FloatArray:
    """`values` (n,), n >= 10 and finite, low-passed forward and back: for what is over.

    Second-order Butterworth, twice; its corner is raised by 1 / 0.802 so that both passes
    together have -3 dB at `cutoff_hz` (Winter 2009, Biomechanics and Motor Control of Human
    Movement, section 2.3.4.4). The ends are continued by point reflection.
    """
    from scipy import signal

    sos = low_pass_sos(cutoff_hz / 0.802, rate_hz)
    return np.asarray(signal.sosfiltfilt(sos, values), dtype=np.float64)


@cache
def _compiled_alike() -> bool:
    """Whether SciPy's recursion rounds as ours does.

    It does unless its compiler made one operation of a product and a sum, as on ARM.
    """
    values = np.random.default_rng(1).normal(size=4 * _MANY).tolist()
    ours, theirs = (ScalarFilter(low_pass_sos(6.0, 100.0)) for _ in range(2))
    pieces = (values[at : at + _MANY - 1] for at in range(0, len(values), _MANY - 1))
    loop = [value for piece in pieces for value in ours.step(piece)]
    theirs.step(values[:1])
    compiled = theirs._compiled(np.array(values[1:]))  # noqa: SLF001  its own class's
    return bool(np.array_equal(loop[1:], compiled))


class VectorFilter:
    """A second-order filter over (n, c) values along the first axis; finite values only."""

    def __init__(self, sos: FloatArray) -> None:
        """`sos` is one section, (1, 6)."""
        from scipy import signal

        if len(sos) != 1:
            raise ValueError("one section only")
        self._lfilter: Callable[..., tuple[FloatArray, FloatArray]] = signal.lfilter
        self._b, self._a = sos[0, :3].copy(), sos[0, 3:].copy()
        self._settled: FloatArray = signal.lfilter_zi(self._b, self._a)[:, np.newaxis]
        self._state: FloatArray | None = None

    def step(self, values: FloatArray) -> FloatArray:
        """Filtered `values` (n, c), n >= 1, continuing where the last call ended."""
        if self._state is None:
            self._state = self._settled * values[0]
        filtered, self._state = self._lfilter(self._b, self._a, values, axis=0, zi=self._state)
        return filtered

    def reset(self) -> None:
        """Forget all; the next sample settles the filter anew."""
        self._state = None


class ScalarFilter:
    """Filters a stream of single values; finite values only."""

    def __init__(self, sos: FloatArray) -> None:
        from scipy import signal

        self._sections = [(b0, b1, b2, a1, a2) for b0, b1, b2, _, a1, a2 in sos.tolist()]
        self._settled: list[list[float]] = signal.sosfilt_zi(sos).tolist()
        self._state: list[list[float]] | None = None

    def step(self, values: Sequence[float]) -> Sequence[float]:
        """Filtered `values`, at least one, continuing where the last call ended."""
        if self._state is None:
            self._state = [[z1 * values[0], z2 * values[0]] for z1, z2 in self._settled]
        if len(values) >= _MANY and _compiled_alike():
            compiled: list[float] = self._compiled(np.asarray(values)).tolist()
            return compiled
        for (b0, b1, b2, a1, a2), state in zip(self._sections, self._state, strict=True):
            z1, z2 = state
            filtered = []
            for value in values:
                out = b0 * value + z1
                z1 = z2 + b1 * value - a1 * out
                z2 = b2 * value - a2 * out
                filtered.append(out)
            state[0], state[1] = z1, z2
            values = filtered
        return values

    def _compiled(self, values: FloatArray) -> FloatArray:
        from scipy import signal

        assert self._state is not None
        for (b0, b1, b2, a1, a2), state in zip(self._sections, self._state, strict=True):
            values, left = signal.lfilter((b0, b1, b2), (1.0, a1, a2), values, zi=np.array(state))
            state[0], state[1] = left.tolist()
        return values

    def reset(self) -> None:
        """Forget all; the next value settles the filter anew."""
        self._state = None
