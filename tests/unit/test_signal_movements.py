"""Where movements begin and end."""

from __future__ import annotations

import numpy as np
import pytest

from sensorapp.metrics.base import minimum_jerk_speed
from sensorapp.model.imu import FloatArray
from sensorapp.signal.movements import MovementFinder, MovementSpan
from tests.signal_streams import chunks_of


def rest(seconds: float) -> FloatArray:
    return np.zeros(round(seconds * 100))


def stroke(peak_dps: float, duration_s: float) -> FloatArray:
    speed = minimum_jerk_speed(1.0, duration_s, 100.0)
    return np.asarray(speed / speed.max() * peak_dps)


def found(
    *parts: FloatArray, lost: list[tuple[int, int]] | None = None, rate_hz: float = 100.0
) -> list[MovementSpan]:
    speed_rads = np.radians(np.concatenate(parts))
    gyro = np.zeros((len(speed_rads), 3))
    gyro[:, 2] = speed_rads
    finder = MovementFinder(rate_hz)
    spans = []
    for chunk in chunks_of(gyro + 1.0, gyro, rate_hz, lost=lost or []):
        quats = np.zeros((len(chunk.index), 4))
        quats[:, 0] = chunk.index
        spans += finder.step(chunk, speed_rads[chunk.index], quats)
    return spans + finder.finish()


def test_a_stroke_is_one_movement_with_its_own_samples() -> None:
    (span,) = found(rest(1.0), stroke(90.0, 2.0), rest(1.0))
    # 8 of 90 deg/s are reached 0.16 s into a minimum-jerk stroke of 2 s.
    assert span.t_start_ns * 1e-9 == pytest.approx(1.16, abs=0.021)
    assert span.t_end_ns * 1e-9 == pytest.approx(2.84, abs=0.021)
    first = round(span.t_start_ns * 1e-7)
    assert span.quats[:, 0].tolist() == list(range(first, first + len(span.speed_rads)))
    assert span.t_end_ns == span.t_start_ns + len(span.speed_rads) * 10_000_000
    assert np.degrees(span.speed_rads.max()) == pytest.approx(90.0)


@pytest.mark.parametrize(
    ("parts", "count"),
    [
        ((stroke(90.0, 0.5),), 0),  # too short
        ((stroke(19.0, 2.0),), 0),  # too slow
        ((stroke(22.0, 2.0),), 1),
        ((np.full(200, 7.5),), 0),
        ((np.full(100, 40.0), rest(0.09), np.full(100, 40.0)), 1),  # a dip, filled by the filter
        ((np.full(100, 40.0), rest(0.5), np.full(100, 40.0)), 2),
        ((np.full(40, 40.0), rest(0.12), np.full(40, 40.0)), 1),  # together long enough
        ((stroke(90.0, 2.0), rest(0.3), stroke(90.0, 2.0), rest(0.3), stroke(90.0, 2.0)), 3),
    ],
)
def test_what_counts_as_a_movement(parts: tuple[FloatArray, ...], count: int) -> None:
    assert len(found(rest(1.0), *parts, rest(1.0))) == count


def test_a_hole_within_drops_it_and_the_next_is_found() -> None:
    parts = (rest(1.0), stroke(90.0, 2.0), rest(1.0), stroke(60.0, 2.0), rest(1.0))
    (span,) = found(*parts, lost=[(200, 203)])
    assert span.t_start_ns > 4_000_000_000


def test_one_that_never_ends_is_closed_after_30_s() -> None:
    spans = found(rest(1.0), np.full(7000, 30.0))
    lengths = [len(span.speed_rads) for span in spans]
    assert lengths[:2] == [3001, 3001]
    assert spans[0].t_end_ns == spans[1].t_start_ns


def test_finish_closes_what_is_going_on_and_drops_what_is_too_short() -> None:
    assert len(found(rest(1.0), np.full(100, 30.0))) == 1
    assert found(rest(1.0), np.full(50, 30.0)) == []


def test_active_once_long_and_fast_enough_until_it_ends() -> None:
    speed_rads = np.radians(np.concatenate((rest(1.0), stroke(90.0, 2.0), rest(1.0))))
    finder = MovementFinder(100.0)
    zeros = np.zeros((len(speed_rads), 3))
    active = []
    for chunk in chunks_of(zeros, zeros):
        finder.step(chunk, speed_rads[chunk.index], np.zeros((len(chunk.index), 4)))
        if finder.active:
            active.append(chunk.frame_t_ns * 1e-9)
    assert active[0] == pytest.approx(1.9, abs=0.11)  # 0.2 s below the limit, then 0.6 s
    assert active[-1] == pytest.approx(2.9, abs=0.11)


@pytest.mark.parametrize("rate_hz", [5.0, 26.0, 400.0])
def test_other_rates_work_too(rate_hz: float) -> None:
    t_s = np.arange(round(8 * rate_hz)) / rate_hz
    speed_dps = np.where((t_s > 2.0) & (t_s < 5.0), 60.0, 0.0)
    (span,) = found(speed_dps, rate_hz=rate_hz)
    assert span.t_start_ns * 1e-9 == pytest.approx(2.0, abs=0.3)
    assert span.t_end_ns * 1e-9 == pytest.approx(5.0, abs=0.3)
