"""The algorithms that are compared, each with the settings its makers suggest.

All get the same samples, specific force and rate, and give the direction of up in sensor axes,
since the error counted is of inclination alone. Each one's quaternions turn the sensor's axes
into those of an earth whose z is up: for imufusion by asking for east-north-up; the filters of
ahrs expect a resting accelerometer to show the third row of the rotation matrix, whatever they
call that axis. `tests/reference/test_accuracy.py` checks it on a sensor at rest.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import vqf

from sensorapp.signal.chunks import Chunker
from sensorapp.signal.orientation import Orientation, estimate
from sensorapp.signal.timebase import Timebase
from tests.reference.broad import Floats, up_of
from tests.signal_streams import GRAVITY_MPS2, blocks_of

Bools = npt.NDArray[np.bool_]
Run = Callable[[Floats, Floats, float], Floats]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """`run` takes accel (n, 3) m/s2, gyro (n, 3) rad/s and Hz, and gives up (n, 3), unit.

    Who `hears_of_holes` is told which samples are missing, by rows of NaN; others get what is left.
    `highest_hz` and `disturbed` spare the slow ones some of the work.
    """

    name: str
    about: str
    run: Run
    causal: bool = True
    ours: bool = False
    hears_of_holes: bool = False
    package: str = "vqf"
    highest_hz: float = 1000.0
    disturbed: bool = True

    @property
    def installed(self) -> bool:
        return importlib.util.find_spec(self.package) is not None


def live(
    accel: Floats,
    gyro: Floats,
    rate_hz: float,
    lost: Sequence[tuple[int, int]] = (),
    clipped: Bools | None = None,
) -> tuple[Floats, Bools]:
    """Up (n, 3) by the live path, and where (n,) it calls itself uncertain.

    Rows in [a, b) of `lost` never come, and rows without a result keep the one before.
    """
    timebase, chunker = Timebase(round(rate_hz * 1000.0)), Chunker()
    orientation = Orientation(rate_hz)
    up, uncertain = np.full((len(accel), 3), np.nan), np.zeros(len(accel), dtype=np.bool_)
    for block in blocks_of(accel, gyro, rate_hz, lost=lost):
        if clipped is not None:
            rows = slice(block.first_index, block.first_index + block.count)
            block = replace(block, clipped=clipped[rows])
        t_ns = timebase.stamp(block.first_index, block.count, block.ticks)
        for chunk in chunker.push(block, t_ns):
            up[chunk.index] = up_of(orientation.step(chunk))
            uncertain[chunk.index] = orientation.uncertain(chunk.frame_t_ns)
    known = held(np.isfinite(up[:, 0]))
    return up[known], uncertain[known]


def held(known: Bools) -> npt.NDArray[np.intp]:
    """For each row the last one that is known; the first row before there is any."""
    return np.maximum.accumulate(np.where(known, np.arange(len(known)), 0))


def _ours(accel: Floats, gyro: Floats, rate_hz: float) -> Floats:
    return up_of(estimate(accel, gyro, rate_hz))


def _ours_whole(accel: Floats, gyro: Floats, rate_hz: float) -> Floats:
    return up_of(estimate(accel, gyro, rate_hz, causal=False))


def _vqf(accel: Floats, gyro: Floats, rate_hz: float) -> Floats:
    return up_of(vqf.VQF(1.0 / rate_hz).updateBatch(gyro, accel)["quat6D"])


def _offline_vqf(accel: Floats, gyro: Floats, rate_hz: float) -> Floats:
    return up_of(vqf.offlineVQF(gyro, accel, None, 1.0 / rate_hz)["quat6D"])


def _basic_vqf(accel: Floats, gyro: Floats, rate_hz: float) -> Floats:
    return up_of(vqf.BasicVQF(1.0 / rate_hz).updateBatch(gyro, accel)["quat6D"])


def _imufusion(accel: Floats, gyro: Floats, rate_hz: float) -> Floats:
    """As in the authors' example: gain 0.5, rejection 10 deg for 5 s at most, bias at rest."""
    import imufusion

    ahrs, bias = imufusion.Ahrs(), imufusion.Bias()
    ahrs.set_settings(
        imufusion.AhrsSettings(
            sample_rate=rate_hz,
            convention=imufusion.CONVENTION_ENU,
            gain=0.5,
            gyroscope_range=2000.0,
            acceleration_rejection=10.0,
            magnetic_rejection=10.0,
            rejection_timeout=5.0,
        )
    )
    ahrs.set_sample_period(1.0 / rate_hz)
    bias.set_settings(imufusion.BiasSettings(sample_rate=rate_hz))
    quats = np.empty((len(accel), 4))
    samples = zip(np.degrees(gyro), accel / GRAVITY_MPS2, strict=True)
    for row, (rates_dps, accel_g) in enumerate(samples):
        ahrs.update_no_magnetometer(bias.update(rates_dps), accel_g)
        quats[row] = ahrs.get_quaternion()
    return up_of(quats / np.linalg.norm(quats, axis=1, keepdims=True))  # it counts in float32


def _of_ahrs(name: str) -> Run:
    def run(accel: Floats, gyro: Floats, rate_hz: float) -> Floats:
        from ahrs import filters

        return up_of(getattr(filters, name)(gyr=gyro, acc=accel, frequency=rate_hz).Q)

    return run


ALGORITHMS = (
    Algorithm("ours", "live, from what came before", _ours, ours=True, hears_of_holes=True),
    Algorithm(
        "ours, whole",
        "knows the whole recording",
        _ours_whole,
        causal=False,
        ours=True,
        hears_of_holes=True,
    ),
    Algorithm("VQF", "vqf.VQF, as it comes", _vqf),
    Algorithm("offlineVQF", "vqf.offlineVQF, as it comes", _offline_vqf, causal=False),
    Algorithm("BasicVQF", "vqf.BasicVQF, as it comes", _basic_vqf),
    Algorithm(
        "imufusion",
        "gain 0.5, 2000 deg/s, rejection 10 deg, 5 s, Bias: the example's",
        _imufusion,
        package="imufusion",
    ),
    Algorithm(
        "Madgwick",
        "ahrs, as it comes (gain 0.033)",
        _of_ahrs("Madgwick"),
        package="ahrs",
        highest_hz=100.0,
    ),
    Algorithm(
        "Mahony",
        "ahrs, as it comes (kP 1, kI 0.3)",
        _of_ahrs("Mahony"),
        package="ahrs",
        highest_hz=100.0,
    ),
    Algorithm(
        "EKF",
        "ahrs, as it comes (1000 samples a second)",
        _of_ahrs("EKF"),
        package="ahrs",
        highest_hz=50.0,
        disturbed=False,
    ),
)
