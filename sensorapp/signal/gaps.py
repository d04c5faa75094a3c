"""Filling short holes with a straight line, for the orientation filter alone."""

from __future__ import annotations

import numpy as np

from sensorapp.model.imu import FloatArray


def filled(before: FloatArray, after: FloatArray, missing: int) -> FloatArray:
    """`after` (n, c) with `missing` rows put in front, on the line from `before` (c,)."""
    share = (np.arange(1, missing + 1) / (missing + 1))[:, np.newaxis]
    return np.concatenate((before + share * (after[0] - before), after))
