"""Chance by purpose, a stream for each: a change of the part leaves the body as it was."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Draw(IntEnum):
    """What is drawn for a wearer of a seed."""

    BODY = 11
    PART = 12
    NOISE = 13


def stream_of(seed: int, purpose: Draw) -> np.random.Generator:
    """The chance of one purpose; the same for the same seed."""
    return np.random.default_rng([seed, int(purpose)])
