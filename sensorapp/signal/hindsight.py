"""Orientation once a recording is over, when what came later is known too.

Method: the gyroscope's errors are learned over the whole recording first (`gyro_errors`), then
its rates, freed from them, go through offlineVQF (Laidig & Seel 2023, doi
10.1016/j.inffus.2022.10.014, section 3.6), which filters forward and backward. For reports, not
for what is shown live: that can't know it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import vqf

from sensorapp.model.imu import FloatArray
from sensorapp.signal.gyro_errors import USUAL, ErrorModel, GyroErrors
from sensorapp.signal.interval_rates import IntervalRates

_LEARNED_AT_ONCE_S = 1.0
_SHORTEST = 2
"""Samples that offlineVQF needs."""


def orientations_in_hindsight(
    stretches: Sequence[tuple[FloatArray, FloatArray]], rate_hz: float, model: ErrorModel = USUAL
) -> list[FloatArray]:
    """Quaternions (n, 4), w x y z, sensor to earth, for each stretch without a hole.

    A stretch is specific force and rate, (n, 3) each, all finite. Headings of different
    stretches don't connect. `model` is what is supposed of the gyroscope.
    """
    errors = learned_errors(stretches, rate_hz, model)
    quats: list[FloatArray] = []
    for accel, gyro in stretches:
        interval = IntervalRates(rate_hz)
        interval.set_errors(errors)
        quats.append(_smoothed(accel, interval.step(gyro), rate_hz))
    return quats


def learned_errors(
    stretches: Sequence[tuple[FloatArray, FloatArray]], rate_hz: float, model: ErrorModel = USUAL
) -> FloatArray:
    """The gyroscope's error matrix (3, 3) after having seen all."""
    learner, interval = GyroErrors(rate_hz, model), IntervalRates(rate_hz)
    piece = max(1, round(_LEARNED_AT_ONCE_S * rate_hz))
    for accel, gyro in stretches:
        interval.reset()
        learner.restart()
        for begin in range(0, len(gyro), piece):
            rates = interval.step(gyro[begin : begin + piece])
            unclipped = np.zeros(len(rates), dtype=np.bool_)
            if learner.step(rates, accel[begin : begin + piece], unclipped):
                interval.set_errors(learner.matrix)
    return learner.matrix


def _smoothed(accel: FloatArray, rates: FloatArray, rate_hz: float) -> FloatArray:
    if len(accel) < _SHORTEST:
        accel, rates = (np.repeat(values, _SHORTEST, axis=0) for values in (accel, rates))
        return _smoothed(accel, rates, rate_hz)[:1]
    both: dict[str, FloatArray] = vqf.offlineVQF(
        rates, np.ascontiguousarray(accel), None, 1.0 / rate_hz
    )
    return both["quat6D"]
