"""Smooth irregular motion as a sum of sinusoids: known at any time, with any derivative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Oscillation:
    """Channels of sinusoids: `amplitude` (k, c), `omega_rads` (k,), `phase_rad` (k, c)."""

    amplitude: Floats
    omega_rads: Floats
    phase_rad: Floats

    @classmethod
    def drawn(
        cls,
        rng: np.random.Generator,
        rms: tuple[float, ...],
        band_hz: tuple[float, float],
        count: int = 8,
    ) -> Oscillation:
        """Draw `count` frequencies from the band, evenly on a logarithmic scale.

        Each channel gets its `rms`; power falls with the frequency, as it does in sway.
        """
        low, high = np.log(band_hz[0]), np.log(band_hz[1])
        edges = np.linspace(low, high, count + 1)
        frequency_hz = np.exp(rng.uniform(edges[:-1], edges[1:]))
        weight = np.sqrt(1.0 / frequency_hz)
        weight *= np.sqrt(2.0) / np.linalg.norm(weight)
        phase = rng.uniform(0.0, 2.0 * np.pi, (count, len(rms)))
        return cls(weight[:, None] * np.asarray(rms), 2.0 * np.pi * frequency_hz, phase)

    def at(self, t_s: Floats) -> Floats:
        """All channels at `t_s` (n,), as (n, c)."""
        turns = t_s[:, None] * self.omega_rads
        # sin(a + b) from one sine and cosine a frequency: the channels share their frequencies.
        along = self.amplitude * np.cos(self.phase_rad)
        across = self.amplitude * np.sin(self.phase_rad)
        return np.asarray(np.sin(turns) @ along + np.cos(turns) @ across)
