"""What an upper back feels when it coughs, laughs, rides or walks: rough, and different each time.

Each function gives the specific force (n, 3) of one made-up wearer at 100 Hz, axes as the
sensor is worn: X right, Y up, Z backward. Sizes differ between wearers as they do between
people. They are meant to be hard: a customary rule on windows of 5 s (root mean square of
0.5-3 Hz above 0.5 m/s2 and autocorrelation above 0.15) calls 34 % of this coughing and 21 % of
this laughing walking; on recorded people it was 14 to 19 % and 6 to 15 %.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from sensorapp.model.posture import Vector3

Floats = NDArray[np.float64]
Rng = np.random.Generator

RATE_HZ = 100.0
GRAVITY_MPS2 = 9.80665


def drawn(count: int) -> list[Rng]:
    """Generators of `count` wearers from a seed drawn now; it is printed, pytest shows it."""
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    print(f"wearers drawn from seed {seed}")
    return np.random.default_rng(seed).spawn(count)


def frames_mps2(accel_mps2: Floats) -> list[Vector3]:
    """Mean acceleration of each tenth of a second."""
    frames = accel_mps2[: len(accel_mps2) // 10 * 10].reshape(-1, 10, 3).mean(axis=1)
    return [(x, y, z) for x, y, z in frames.tolist()]


def _times_s(seconds: float) -> Floats:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def _noise(count: int, low_hz: float, high_hz: float, rng: Rng) -> Floats:
    """Noise of one band, standard deviation 1."""
    sos = butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    values: Floats = sosfiltfilt(sos, rng.normal(size=count))
    values /= values.std()
    return values


def _burst(t_s: Floats, begin_s: float, length_s: float, power: float = 2.0) -> Floats:
    """Comes and goes over its length, 0 elsewhere."""
    share = np.clip((t_s - begin_s) / length_s, 0.0, 1.0)
    burst: Floats = np.maximum(0.0, np.sin(np.pi * share)) ** power
    return burst


def _felt(t_s: Floats, moved_mps2: Floats, rng: Rng, lean_rad: Floats | float = 0.0) -> Floats:
    """Gravity along a breathing back, the motion (n, 3), and the sensor's noise."""
    breath = np.radians(rng.uniform(0.25, 0.5)) * np.sin(2 * np.pi * rng.uniform(0.2, 0.3) * t_s)
    flexion = breath + lean_rad
    up = np.stack((np.zeros_like(t_s), np.cos(flexion), -np.sin(flexion)), axis=1)
    return up * GRAVITY_MPS2 + moved_mps2 + rng.normal(size=moved_mps2.shape) * 0.03


def still(seconds: float, rng: Rng) -> Floats:
    t_s = _times_s(seconds)
    return _felt(t_s, np.zeros((len(t_s), 3)), rng)


def typing(seconds: float, rng: Rng) -> Floats:
    t_s = _times_s(seconds)
    jitter = np.stack([0.04 * _noise(len(t_s), 1.0, 8.0, rng) for _ in range(3)], axis=1)
    return _felt(t_s, jitter, rng, np.radians(10.0 + 0.6 * _noise(len(t_s), 0.05, 0.4, rng)))


def coughing(seconds: float, rng: Rng) -> Floats:
    """One to four coughs of 0.3 to 0.5 s in a row, 0.35 to 0.8 s apart, then a pause."""
    t_s = _times_s(seconds)
    moved, lean = np.zeros((len(t_s), 3)), np.zeros(len(t_s))
    strength = 9.0 * np.exp(0.5 * rng.normal())
    at_s = rng.uniform(0.0, 1.0)
    while at_s < seconds:
        for _ in range(rng.integers(1, 5)):
            length_s, amount = rng.uniform(0.3, 0.5), strength * rng.uniform(0.5, 1.3)
            phase = 2 * np.pi * (rng.uniform(2.5, 6.0) * (t_s - at_s) + rng.uniform())
            push = amount * _burst(t_s, at_s, length_s)
            moved[:, 1] += rng.uniform(0.4, 0.9) * push * np.sin(phase)
            moved[:, 2] += rng.uniform(0.5, 1.0) * push * np.sin(phase + rng.uniform(-1, 1))
            lean += np.radians(rng.uniform(1, 6)) * _burst(t_s, at_s, 2 * length_s)
            at_s += rng.uniform(0.35, 0.8)
        at_s += rng.uniform(0.5, 4.0)
    return _felt(t_s, moved, rng, lean)


def laughing(seconds: float, rng: Rng) -> Floats:
    """Shaking at 4 to 6 Hz for 1 to 3 s, over and over, while the trunk rocks."""
    t_s = _times_s(seconds)
    strength = 2.9 * np.exp(0.5 * rng.normal())
    moved, lean = np.zeros((len(t_s), 3)), np.zeros(len(t_s))
    swell = 1.0 + _noise(len(t_s), 0.05, 0.5, rng)
    moved[:, 1] = 0.1 * strength * _noise(len(t_s), 0.5, 3.0, rng) * swell
    at_s = rng.uniform(0.0, 1.0)
    while at_s < seconds:
        length_s = rng.uniform(1.0, 3.0)
        burst = strength * rng.uniform(0.5, 1.5) * _burst(t_s, at_s, length_s, 0.7)
        burst *= 1.0 + 0.6 * np.sin(2 * np.pi * (rng.uniform(0.7, 2.0) * t_s + rng.uniform()))
        phase = 2 * np.pi * rng.uniform(4.0, 6.0) * t_s
        moved[:, 1] += burst * np.sin(phase)
        moved[:, 2] += 0.8 * burst * np.sin(phase + 1.0)
        rocking = np.sin(2 * np.pi * rng.uniform(0.3, 1.2) * (t_s - at_s))
        lean += np.radians(rng.uniform(2, 12)) * _burst(t_s, at_s, length_s, 0.7) * rocking
        at_s += length_s + rng.uniform(0.3, 2.0)
    return _felt(t_s, moved, rng, lean)


def to_the_sides(felt_mps2: Floats, rng: Rng, share: float) -> Floats:
    """The same body, thrown about sideways, too, by `share` of how it shakes up and down.

    Half as an echo that comes 40 to 110 ms late, half at random while the shaking lasts. How far
    a cough or a laugh goes to the sides nobody has measured on an upper back.
    """
    rise = felt_mps2[:, 1] - felt_mps2[:, 1].mean()
    size = np.sqrt(np.convolve(rise**2, np.ones(30) / 30.0, "same"))
    aside = 0.7 * np.roll(rise, rng.integers(4, 12)) + 0.5 * size * _noise(len(rise), 1.0, 5.0, rng)
    return felt_mps2 + np.outer(share * aside, [1.0, 0.0, 0.0])


def riding(seconds: float, rng: Rng) -> Floats:
    """Sitting in a bus or a train: broad shaking that swells and fades."""
    t_s = _times_s(seconds)
    count = len(t_s)
    swell = 1.0 + 0.5 * _noise(count, 0.05, 0.3, rng)
    moved = (
        rng.uniform(0.1, 0.5) * _noise(count, 0.4, 3.0, rng),
        rng.uniform(0.2, 0.9) * _noise(count, 0.8, 9.0, rng) * swell,
        rng.uniform(0.1, 0.5) * _noise(count, 0.2, 2.0, rng),
    )
    return _felt(t_s, np.stack(moved, axis=1), rng)


def rolling(seconds: float, rng: Rng) -> Floats:
    """Pushing an office chair about: a shove each one or two seconds, and a rough floor."""
    t_s = _times_s(seconds)
    moved = np.zeros((len(t_s), 3))
    moved[:, 1] = 0.25 * _noise(len(t_s), 3.0, 12.0, rng)
    at_s = 0.0
    while at_s < seconds:
        length_s = rng.uniform(0.5, 1.2)
        push = rng.uniform(0.5, 2.5) * _burst(t_s, at_s, length_s)
        moved[:, 2] += push * np.sin(2 * np.pi * rng.uniform(0.8, 2.0) * (t_s - at_s))
        bump = rng.uniform(0.2, 1.0) * _burst(t_s, at_s, rng.uniform(0.3, 0.8))
        moved[:, 1] += bump * np.sin(2 * np.pi * rng.uniform(2.0, 8.0) * (t_s - at_s))
        at_s += rng.uniform(0.6, 2.5)
    return _felt(t_s, moved, rng)


def leg_bouncing(seconds: float, rng: Rng) -> Floats:
    """A restless leg shakes the chair at 3.8 to 6 Hz."""
    t_s = _times_s(seconds)
    phase = 2 * np.pi * rng.uniform(3.8, 6.0) * t_s + 0.3 * _noise(len(t_s), 0.1, 0.5, rng)
    shake = rng.uniform(0.2, 1.0) * np.sin(phase)
    return _felt(t_s, np.stack((0.0 * shake, shake, 0.3 * shake), axis=1), rng)


def walking(
    seconds: float, rng: Rng, steps_hz: float, rms_mps2: float, *, begin_s: float = 0.0
) -> Floats:
    """Steps of one wearer from `begin_s` on: uneven, with a heel strike and a limp of its own."""
    t_s = _times_s(seconds)
    count = len(t_s)
    on = np.clip((t_s - begin_s) / 0.6, 0.0, 1.0)
    pace = steps_hz * (1.0 + 0.04 * _noise(count, 0.2, 1.0, rng)) * on
    stride = np.cumsum(np.pi * pace) / RATE_HZ
    rise = np.sin(2 * stride) + rng.uniform(0, 0.25) * np.sin(stride + 1.0)
    rise += rng.uniform(0, 0.35) * np.sin(4 * stride + rng.uniform(0, 6))
    rise += rng.uniform(0, 0.15) * np.sin(6 * stride + rng.uniform(0, 6))
    rise *= 1.0 + 0.12 * _noise(count, 0.3, 2.0, rng)
    rise += 0.25 * _noise(count, 0.5, 10.0, rng)
    forth = 0.6 * np.sin(2 * stride + 1.2) + 0.3 * _noise(count, 1.0, 8.0, rng)
    moved = np.stack((0.6 * np.sin(stride + 0.5), 1.2 * rise, forth), axis=1)
    return _felt(t_s, rms_mps2 * moved * on[:, np.newaxis], rng)
