"""The drivers that exist, found by listing this package: one file, one sensor, no registry."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import sensorapp.drivers
from sensorapp.drivers.base import SensorDriver


@cache
def drivers() -> dict[str, SensorDriver]:
    """Every driver by its key, in order of file name.

    A module of this package that defines `DRIVER` is one. Two with one key are a mistake
    in the tree, so that raises `ValueError`.
    """
    found: dict[str, SensorDriver] = {}
    for module_info in pkgutil.iter_modules(sensorapp.drivers.__path__):
        module = importlib.import_module(f"{sensorapp.drivers.__name__}.{module_info.name}")
        driver: SensorDriver | None = getattr(module, "DRIVER", None)
        if driver is None:
            continue
        if driver.key in found:
            raise ValueError(f"two drivers are called {driver.key!r}")
        found[driver.key] = driver
    return found
