"""Questions to the few flags of a packet: through bytes, for an array takes ten times as long."""

from __future__ import annotations

from sensorapp.model.imu import BoolArray


def any_true(flags: BoolArray) -> bool:
    """Whether any of some ten flags (n,) is set."""
    return 1 in flags.tobytes()
