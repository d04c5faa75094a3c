"""Walking, its rhythm, and what looks like it, on made-up signals and simulated wearers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sensorapp.signal.activity.rhythm import StepRhythm
from sensorapp.signal.activity.walking import WalkingDetector
from tests import simulated_bodies as bodies
from tests.signal_streams import chunks_of, mean_accel

RNG = np.random.default_rng(11)
Doing = Callable[[float, bodies.Rng], bodies.Floats]


def steps_mps2(rate_hz: float, seconds: float, steps_hz: float) -> bodies.Floats:
    """Vertical acceleration of walking with a heel strike, without gravity."""
    phase = 2 * np.pi * steps_hz * np.arange(round(seconds * rate_hz)) / rate_hz
    steps: bodies.Floats = 1.5 * np.sin(phase) + 0.8 * np.sin(2 * phase)
    return steps


@pytest.mark.parametrize("rate_hz", [10.0, 26.0, 100.0, 400.0])
def test_steps_are_walking_and_sitting_is_not(rate_hz: float) -> None:
    t_s = np.arange(round(30 * rate_hz)) / rate_hz
    accel = np.zeros((len(t_s), 3))
    walks = (t_s > 10.0) & (t_s < 20.0)
    accel[:, 1] = 9.81 + np.where(walks, steps_mps2(rate_hz, 30.0, 1.8), 0.0)
    detector = WalkingDetector(rate_hz)
    chunks = chunks_of(accel, np.zeros_like(accel), rate_hz)
    walking = {chunk.frame_t_ns * 1e-9: detector.step(mean_accel(chunk)) for chunk in chunks}
    assert not any(walks for t, walks in walking.items() if t < 10.0 or t > 21.5)
    assert all(walks for t, walks in walking.items() if 11.5 < t < 20.0)


def test_rates_too_low_for_steps_never_walk() -> None:
    accel = RNG.normal(size=(40, 3)) * 5.0
    detector = WalkingDetector(8.0)
    assert not any(detector.step(mean_accel(chunk)) for chunk in chunks_of(accel, accel, 8.0))
    assert detector.cadence_spm is None
    assert detector.shaking_mps2 == 0.0


@pytest.mark.parametrize("steps_hz", [1.3, 1.6, 1.9, 2.2, 2.5])
def test_steps_a_minute_are_those_that_were_made(steps_hz: float) -> None:
    frames = bodies.frames_mps2(9.81 + np.outer(steps_mps2(100.0, 12.0, steps_hz), [0, 1, 0]))
    detector = WalkingDetector(100.0)
    said = [detector.cadence_spm if detector.step(frame) else None for frame in frames]
    assert said[:20] == [None] * 20
    told = [cadence for cadence in said[50:] if cadence is not None]
    assert len(told) == len(said[50:])
    assert np.abs(np.array(told) - 60.0 * steps_hz).max() < 4.0


def test_steps_a_minute_are_told_after_two_seconds_without_a_break_and_only_then() -> None:
    for rng in bodies.drawn(10):
        detector = WalkingDetector(bodies.RATE_HZ)
        in_a_row = longest = 0
        for frame in bodies.frames_mps2(bodies.walking(12.0, rng, 1.8, 1.0, begin_s=3.0)):
            in_a_row = in_a_row + 1 if detector.step(frame) else 0
            longest = max(longest, in_a_row)
            assert (detector.cadence_spm is not None) == (in_a_row > 20)
        assert longest > 20


def test_a_tone_of_the_band_is_measured_as_it_is() -> None:
    rhythm = StepRhythm()
    for k in range(300):
        rhythm.step(9.81 + math.sin(2 * math.pi * 1.5 * k / 10.0))
    power = math.sqrt(0.5)
    assert rhythm.slow_mps2 == pytest.approx(power, rel=0.05)
    assert rhythm.slow_likeness == pytest.approx(math.cos(2 * math.pi * 0.05), abs=0.03)
    assert rhythm.step_s == pytest.approx(1 / 1.5, abs=0.01)


def test_after_a_reset_nothing_is_remembered() -> None:
    detector, fresh = WalkingDetector(100.0), WalkingDetector(100.0)
    frames = bodies.frames_mps2(bodies.walking(8.0, np.random.default_rng(3), 1.9, 1.2))
    for frame in frames:
        detector.step(frame)
    detector.reset()
    assert [(detector.step(f), detector.brisk, detector.confidence) for f in frames] == [
        (fresh.step(f), fresh.brisk, fresh.confidence) for f in frames
    ]


@pytest.mark.parametrize(
    ("doing", "count", "most"),
    [
        (bodies.coughing, 50, 0.08),
        (bodies.laughing, 50, 0.08),
        (bodies.riding, 20, 0.08),
        (bodies.rolling, 8, 0.005),
        (bodies.leg_bouncing, 8, 0.005),
        (bodies.typing, 4, 0.0),
        (bodies.still, 4, 0.0),
    ],
)
def test_what_shakes_like_steps_is_seldom_walking(doing: Doing, count: int, most: float) -> None:
    walks = []
    for rng in bodies.drawn(count):
        detector = WalkingDetector(bodies.RATE_HZ)
        frames = bodies.frames_mps2(doing(30.0, rng))
        walks.append(np.mean([detector.step(frame) for frame in frames]))
    print(f"{doing.__name__}: {np.mean(walks):.4f} of the time called walking")
    assert np.mean(walks) <= most


@pytest.mark.parametrize("doing", [bodies.coughing, bodies.laughing])
def test_coughs_and_laughs_that_go_to_the_sides_are_seldom_walking(doing: Doing) -> None:
    walks = []
    for rng in bodies.drawn(50):
        detector = WalkingDetector(bodies.RATE_HZ)
        frames = bodies.frames_mps2(bodies.to_the_sides(doing(30.0, rng), rng, 0.4))
        walks.append(np.mean([detector.step(frame) for frame in frames]))
    print(f"{doing.__name__}, sideways: {np.mean(walks):.4f} of the time called walking")
    assert np.mean(walks) <= 0.08


def test_weak_steps_are_brisk_and_typing_is_not() -> None:
    rng = np.random.default_rng(5)
    brisk = []
    for accel in (bodies.walking(20.0, rng, 1.4, 0.6), bodies.typing(20.0, rng)):
        detector = WalkingDetector(100.0)
        frames = bodies.frames_mps2(accel)
        brisk.append([detector.step(frame) or detector.brisk for frame in frames][20:])
    assert all(brisk[0])
    assert not any(brisk[1])


def test_walkers_are_found_within_a_second_and_a_half_and_kept() -> None:
    kept, onsets_s = [], []
    for rng in bodies.drawn(30):
        steps_hz = rng.uniform(1.5, 2.4)
        rms_mps2 = 0.4 * steps_hz**2 * rng.uniform(0.5, 1.2)
        detector = WalkingDetector(bodies.RATE_HZ)
        accel = bodies.walking(20.0, rng, steps_hz, rms_mps2, begin_s=5.0)
        said = np.array([detector.step(frame) for frame in bodies.frames_mps2(accel)])
        assert not said[:50].any()
        onsets_s.append(float(np.argmax(said)) / 10.0 - 5.0 + 0.1)
        kept.append(said[65:].mean())
    print(f"found after {np.median(onsets_s):.2f} s in the median; kept {np.mean(kept):.4f}")
    assert np.median(onsets_s) < 1.5
    assert np.mean(kept) >= 0.99
