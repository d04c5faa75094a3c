"""What a metric is: a pure function with a name, a unit and examples of known answers.

To add one, put a module with a `METRIC` into this package; nothing else needs to change.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np

from sensorapp.model.imu import FloatArray
from sensorapp.signal.movements import MovementSpan

T = TypeVar("T")


class Better(StrEnum):
    """Which way of a metric's value is the more wanted one."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, eq=False)
class Example(Generic[T]):
    """An input whose answer is known without our code; `source` says from where."""

    given: T
    answer: float | None
    tolerance: float
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Metric(Generic[T]):
    """A measure.

    `measure` is pure, never raises because of data, and gives None where there is nothing
    to tell. `key` names it in outputs, `unit` is "" for plain numbers, `help` one sentence.
    """

    key: str
    unit: str
    better: Better
    help: str
    measure: Callable[[T], float | None]
    examples: tuple[Example[T], ...]


def find_metrics(package: str = __package__) -> dict[str, Metric[object]]:
    """All metrics of `package` by key, in the order of their modules' names."""
    found: dict[str, Metric[object]] = {}
    listed = pkgutil.iter_modules(importlib.import_module(package).__path__)
    for name in sorted(module.name for module in listed):
        metric = getattr(importlib.import_module(f"{package}.{name}"), "METRIC", None)
        if isinstance(metric, Metric):
            if metric.key in found:
                raise ValueError(f"two metrics are called {metric.key!r}")
            found[metric.key] = metric
    return found


def span_of(
    speed_rads: FloatArray, rate_hz: float, quats: FloatArray | None = None
) -> MovementSpan:
    """A movement from t = 0 on, for examples; without `quats` it turns about z."""
    if quats is None:
        half = np.cumsum(speed_rads) / rate_hz / 2.0
        zero = np.zeros_like(half)
        quats = np.stack((np.cos(half), zero, zero, np.sin(half)), axis=1)
    t_end_ns = round(len(speed_rads) / rate_hz * 1e9)
    return MovementSpan(0, t_end_ns, speed_rads, quats, rate_hz)


def minimum_jerk_speed(amplitude_rad: float, duration_s: float, rate_hz: float) -> FloatArray:
    """Speed (n,) in rad/s of the smoothest movement between two rests.

    Flash & Hogan 1985, J Neurosci 5:1688: 30 A / T * (s^2 - 2 s^3 + s^4), s = t / T.
    """
    share = np.arange(round(duration_s * rate_hz) + 1) / (duration_s * rate_hz)
    speed: FloatArray = 30.0 * amplitude_rad / duration_s * share**2 * (1.0 - share) ** 2
    return speed
