"""Rate, force and truth of the wearer agree, by tools that share no code with it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt
from scipy.spatial.transform import Rotation
from vqf import VQF

from firmware_protocol.ids import STANDARD_GRAVITY_MPS2
from sensorapp.virtual.scenarios import load_scenario
from sensorapp.virtual.wearer import Activity, ImuModel, Mounting, Phase, Script, Wearer

Floats = NDArray[np.float64]
ALL = Script(tuple(Phase.usual(activity, 6.0) for activity in Activity if activity != "sensor_off"))


def orientation(wearer: Wearer, t_s: Floats) -> Rotation:
    """Sensor to world, by SciPy's own Cardan angles: twist, side bend, then flexion."""
    flexion, side, twist = wearer.angles_deg(t_s).T
    trunk = Rotation.from_euler("YXZ", np.stack([twist, side, -flexion], axis=1), degrees=True)
    return trunk * Rotation.from_matrix(wearer.mounting.segment_from_sensor())


def table(wearer: Wearer) -> Floats:
    return np.concatenate(list(wearer.blocks()))


@pytest.mark.parametrize(
    "mounting", [Mounting(), Mounting(12, -5, 130), Mounting.random(np.random.default_rng(3))]
)
def test_integrated_rate_gives_back_the_orientation(mounting: Mounting) -> None:
    wearer = Wearer(ALL, seed=5, rate_mhz=200_000, mounting=mounting, imu=ImuModel.ideal())
    rate = table(wearer)[:, 3:]
    t_s = np.arange(len(rate)) / 200.0
    true = orientation(wearer, t_s)
    turned = true[0]
    worst_deg = 0.0
    for k, step in enumerate(Rotation.from_rotvec((rate[:-1] + rate[1:]) / 2 / 200.0), 1):
        turned = turned * step
        if k % 50 == 0:
            apart_deg = np.degrees((true[k].inv() * turned).magnitude())
            worst_deg = max(worst_deg, float(apart_deg))
    assert worst_deg < 0.1 * t_s[-1] / 60.0


def test_force_integrates_to_the_height_gained_by_standing_up() -> None:
    script = Script((Phase.usual(Activity.SIT, 3.0), Phase.usual(Activity.STAND, 4.0)))
    wearer = Wearer(script, seed=5, rate_mhz=1_000_000, imu=ImuModel.ideal())
    t_s = np.arange(7000) / 1000.0
    world = orientation(wearer, t_s).apply(table(wearer)[:, :3])
    accel = world - [0.0, STANDARD_GRAVITY_MPS2, 0.0]
    speed = np.cumsum(accel, axis=0) / 1000.0
    speed -= np.linspace(0, 1, len(speed))[:, None] * speed[-1]
    rise_m = np.sum(speed[:, 1]) / 1000.0
    # Hips rise by 0.42 m; a standing back leans by 3 deg, which costs the clip a few mm.
    assert rise_m == pytest.approx(0.42, abs=0.03)


@pytest.mark.parametrize("activity", [Activity.SIT, Activity.SENSOR_OFF, Activity.SLOW_BEND])
def test_force_at_rest_is_gravity_along_the_true_up(activity: Activity) -> None:
    script = Script((Phase.usual(activity, 30.0),))
    wearer = Wearer(script, seed=5, mounting=Mounting(10, 5, 40), imu=ImuModel.ideal())
    force = table(wearer)[:, :3]
    up = orientation(wearer, np.arange(len(force)) / 100.0).inv().apply([0.0, 1.0, 0.0])
    np.testing.assert_allclose(force, up * STANDARD_GRAVITY_MPS2, atol=0.06)
    np.testing.assert_allclose(np.linalg.norm(force, axis=1), STANDARD_GRAVITY_MPS2, atol=0.05)


def band_rms(force: Floats) -> float:
    band = butter(2, [0.5, 5.0], "bandpass", fs=100, output="sos")
    return float(np.std(sosfiltfilt(band, np.linalg.norm(force, axis=1))[200:-200]))


@pytest.mark.parametrize("seed", range(6))
def test_walking_shakes_the_clip_and_sitting_does_not(seed: int) -> None:
    def felt(activity: Activity) -> Floats:
        return table(Wearer(Script((Phase.usual(activity, 30.0),)), seed))[:, :3]

    walking = felt(Activity.WALK)
    assert 1.2 < band_rms(walking) < 4.0
    for activity in (Activity.SIT, Activity.TYPE, Activity.SLOUCH, Activity.SENSOR_OFF):
        assert band_rms(felt(activity)) < 0.2
    power = np.abs(np.fft.rfft(np.linalg.norm(walking, axis=1) - STANDARD_GRAVITY_MPS2)) ** 2
    steps_hz = np.fft.rfftfreq(3000, 0.01)[power.argmax()]
    assert 1.6 < steps_hz < 2.05


@pytest.mark.parametrize("name", ["tour", "slouch", "walk", "bends"])
def test_a_published_filter_finds_the_truth_from_the_samples(name: str) -> None:
    # VQF (Laidig and Seel 2023, doi 10.1016/j.inffus.2022.10.014) with the mounting known; the
    # accelerometer's offset of up to 40 mg on an axis is what keeps the two apart.
    wearer = load_scenario(name).wearer(seed=1)
    rows = table(wearer)
    found = VQF(0.01).updateBatch(
        np.ascontiguousarray(rows[:, 3:]), np.ascontiguousarray(rows[:, :3])
    )["quat6D"]
    sensor = Rotation.from_quat(np.roll(found, -1, axis=1))
    up = sensor.inv().apply([0.0, 0.0, 1.0]) @ wearer.mounting.segment_from_sensor().T
    flexion = np.degrees(np.arctan2(-up[:, 0], up[:, 1]))
    side = np.degrees(np.arcsin(-up[:, 2]))
    true = wearer.angles_deg(np.arange(len(rows)) / 100.0)
    error = (np.stack([flexion, side], axis=1) - true[:, :2])[200:]
    assert np.sqrt(np.mean((error - error[:200].mean(axis=0)) ** 2, axis=0)).max() < 1.5
    assert np.abs(error.mean(axis=0)).max() < 3.5
