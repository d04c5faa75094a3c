"""What a scenario says of the radio and the sensor's health, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sensorapp.model.errors import ScenarioError
from sensorapp.virtual.scenarios.fields import Table, flag, number, refuse_unknown

_NUMBERS = {
    "event_loss": (0.0, 1.0),
    "rssi_dbm": (-127.0, 20.0),
    "battery_pct": (0.0, 100.0),
}
_FLAGS = ("in_range", "silent", "refuses", "reboots")
_LAST_S = 86400.0


@dataclass(frozen=True, slots=True)
class AirChange:
    """From `t_s` on it is like this; None leaves a condition as it was.

    `silent`: the link is up and no samples pass. `refuses`: no connection is established.
    `reboots`: at `t_s` the sensor loses power for a second, and with it what it held.
    """

    t_s: float
    in_range: bool | None = None
    event_loss: float | None = None
    rssi_dbm: int | None = None
    battery_pct: int | None = None
    silent: bool | None = None
    refuses: bool | None = None
    reboots: bool = False


def parse_air(tables: list[Table], where: str) -> tuple[AirChange, ...]:
    """The `[[air]]` tables; raises `ScenarioError` for what can't be played."""
    changes = tuple(_change(table, f"{where}, air {i}") for i, table in enumerate(tables, 1))
    if any(later.t_s < earlier.t_s for earlier, later in pairwise(changes)):
        raise ScenarioError(
            f"{where}: the changes of the air aren't in order of time.", "Sort them."
        )
    return changes


def _change(table: Table, here: str) -> AirChange:
    refuse_unknown(table, ("t_s", *_FLAGS, *_NUMBERS), here)
    values = {
        key: number(table[key], f"{here}: {key}", low=low, high=high)
        for key, (low, high) in _NUMBERS.items()
        if key in table
    }
    flags = {key: flag(table[key], f"{here}: {key}") for key in _FLAGS if key in table}
    rssi_dbm, battery_pct = values.get("rssi_dbm"), values.get("battery_pct")
    return AirChange(
        t_s=number(table.get("t_s"), f"{here}: t_s", low=0.0, high=_LAST_S),
        in_range=flags.get("in_range"),
        event_loss=values.get("event_loss"),
        rssi_dbm=None if rssi_dbm is None else round(rssi_dbm),
        battery_pct=None if battery_pct is None else round(battery_pct),
        silent=flags.get("silent"),
        refuses=flags.get("refuses"),
        reboots=flags.get("reboots", False),
    )
