"""Scenario files: found by name, read from TOML, refused in plain words if they can't be played."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

from sensorapp.model.errors import ScenarioError
from sensorapp.virtual.scenarios.air import parse_air
from sensorapp.virtual.scenarios.fields import (
    Table,
    flag,
    number,
    quantity,
    refuse_unknown,
    table_at,
    tables_at,
    text_at,
)
from sensorapp.virtual.scenarios.quantity import Quantity
from sensorapp.virtual.scenarios.scenario import MountingChoice, Scenario
from sensorapp.virtual.scenarios.steps import parse_step
from sensorapp.virtual.wearer import ImuModel

_SUFFIX = ".toml"
_TOP_KEYS = ("title", "about", "settings", "mounting", "imu", "air", "step", "buffer_samples")
_SETTINGS = {"threshold_deg": (1.0, 90.0), "dwell_s": (0.0, 600.0), "min_pause_s": (0.0, 86400.0)}
_USUAL_SEAT = {"pitch_deg": 12.0, "roll_deg": 0.0, "turn_deg": 0.0}
"""The back below the neck slopes, so a clip that sits well still leans forward a little."""


def scenario_names() -> tuple[str, ...]:
    """Names of the scenarios that come with the program, in order."""
    found = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)))


def load_scenario(name: str) -> Scenario:
    """Read the scenario of that name, or the file if `name` ends in ".toml".

    Raises `ScenarioError` if there is none, or it has something that can't be played.
    """
    if name in scenario_names():
        return parse_scenario(name, files(__package__).joinpath(name + _SUFFIX).read_text("utf-8"))
    if not name.endswith(_SUFFIX):
        raise ScenarioError(
            f"There is no scenario {name!r}.", f"Known scenarios: {', '.join(scenario_names())}."
        )
    try:
        text = Path(name).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ScenarioError(
            f"The scenario file {name!r} can't be read.",
            "Check its path and that it is UTF-8 text.",
        ) from error
    return parse_scenario(Path(name).stem, text)


def parse_scenario(name: str, text: str) -> Scenario:
    """Make a scenario of TOML text; raises `ScenarioError` as `load_scenario` does."""
    where = f"Scenario {name}"
    try:
        top: Table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ScenarioError(f"{where} is no valid TOML.", f"The reader says: {error}.") from error
    refuse_unknown(top, _TOP_KEYS, where)
    steps = tables_at(top, "step", where)
    if not steps:
        raise ScenarioError(f"{where} has no steps.", "Add at least one [[step]].")
    return Scenario(
        name=name,
        title=text_at(top, "title", where),
        about=text_at(top, "about", where),
        steps=tuple(parse_step(step, f"{where}, step {i}") for i, step in enumerate(steps, 1)),
        mounting=_mounting(table_at(top, "mounting", where), f"{where}, [mounting]"),
        imu=_imu(table_at(top, "imu", where), f"{where}, [imu]"),
        settings=_settings(table_at(top, "settings", where), f"{where}, [settings]"),
        air=parse_air(tables_at(top, "air", where), where),
        buffer_samples=round(
            number(top.get("buffer_samples", 0), f"{where}: buffer_samples", low=0.0, high=1e6)
        ),
    )


def _settings(table: Table, where: str) -> dict[str, float]:
    refuse_unknown(table, _SETTINGS, where)
    return {
        key: number(value, f"{where}: {key}", low=_SETTINGS[key][0], high=_SETTINGS[key][1])
        for key, value in table.items()
    }


def _mounting(table: Table, where: str) -> MountingChoice:
    refuse_unknown(table, (*_USUAL_SEAT, "random"), where)
    seat: dict[str, Quantity] = {
        key: quantity(table.get(key, usual), f"{where}: {key}", low=-180.0, high=180.0)
        for key, usual in _USUAL_SEAT.items()
    }
    random = flag(table.get("random", False), f"{where}: random")
    return MountingChoice(seat["pitch_deg"], seat["roll_deg"], seat["turn_deg"], random)


def _imu(table: Table, where: str) -> ImuModel:
    refuse_unknown(table, [field.name for field in fields(ImuModel)], where)
    values = {
        key: number(value, f"{where}: {key}", low=0.0, high=1e5) for key, value in table.items()
    }
    try:
        return ImuModel(**values)
    except ValueError as error:
        raise ScenarioError(
            f"{where}: {error}.", "Leave the key out for the usual value."
        ) from None
