"""Frames in a row are judged to the bit as they are one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.signal.activity.walking import WalkingDetector

_PART = st.tuples(
    st.integers(1, 80),  # frames
    st.sampled_from([0.0, 0.02, 0.12, 0.5, 2.0, 5.0]),  # how strongly it shakes, m/s2
    st.floats(1.0, 2.8),  # steps a second
    st.sampled_from([0.0, 0.2, 0.6]),  # how much of it goes to the sides
)


@given(
    parts=st.lists(_PART, min_size=1, max_size=8),
    seed=st.integers(0, 2**32 - 1),
    together=st.lists(st.integers(1, 200), min_size=1, max_size=5),
)
def test_walking_in_a_row_is_as_one_by_one(
    parts: list[tuple[int, float, float, float]], seed: int, together: list[int]
) -> None:
    rng = np.random.default_rng(seed)
    rows = []
    for frames, strength, steps_hz, sideways in parts:
        phase = 2.0 * np.pi * steps_hz * np.arange(frames) / 10.0
        shakes = strength * np.stack(
            (sideways * np.sin(phase / 2.0), 0.4 * np.cos(phase), np.sin(phase)), axis=1
        )
        rows.append(shakes + 0.1 * strength * rng.normal(size=shakes.shape))
    accel = np.concatenate(rows) + np.array([0.0, 0.0, 9.81])
    frames_mps2 = [(x, y, z) for x, y, z in accel.tolist()]
    single, many = WalkingDetector(100.0), WalkingDetector(100.0)
    values = list(single.band(np.sqrt((accel**2).sum(axis=1)).tolist()))
    at = 0
    while at < len(values):
        some = slice(at, at + together[at % len(together)])
        steps = many.stretch(values[some], frames_mps2[some])
        at += len(steps.walks)
        for row, frame in enumerate(range(some.start, at)):
            walks = single.take(values[frame], frames_mps2[frame])
            told = (single.confidence, single.cadence_spm) if walks else None
            assert (walks, single.brisk) == (steps.walks[row], steps.brisk[row])
            assert single.shaking_mps2 == steps.shaking_mps2[row]
            assert steps.walking.get(row) == told
