"""Values out of a scenario's TOML tables, each with a plain refusal if it can't be used."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from sensorapp.model.errors import ScenarioError
from sensorapp.virtual.scenarios.quantity import Draw, Quantity

Table = Mapping[str, object]

_SHAPES = "Write a number, {normal = [mean, sd]}, {uniform = [low, high]} or {choice = [...]}."


def refuse_unknown(table: Table, known: Collection[str], where: str) -> None:
    """Raise `ScenarioError` if the table has a key beside the known ones."""
    for key in table:
        if key not in known:
            raise ScenarioError(
                f"{where}: there is no key {key!r}.", f"Known keys: {', '.join(sorted(known))}."
            )


def text_at(table: Table, key: str, where: str) -> str:
    """A line of text that must be there; control characters could act on a terminal."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip() or not value.strip().isprintable():
        raise ScenarioError(f"{where}: '{key}' must be a line of text.", f'Write {key} = "...".')
    return value.strip()


def table_at(table: Table, key: str, where: str) -> Table:
    """A table, empty if it isn't there."""
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ScenarioError(f"{where}: '{key}' must be a table.", f"Write [{key}] above its keys.")
    return value


def tables_at(table: Table, key: str, where: str) -> list[Table]:
    """A list of tables, empty if it isn't there."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ScenarioError(
            f"{where}: '{key}' must be a list of tables.", f"Write [[{key}]] above each of them."
        )
    return value


def number(value: object, where: str, *, low: float, high: float) -> float:
    """A finite number within [low, high]."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ScenarioError(f"{where} must be a number.", f"Write one from {low:g} to {high:g}.")
    if not low <= value <= high:
        raise ScenarioError(
            f"{where} is {value:g}, which can't be played.", f"Write one from {low:g} to {high:g}."
        )
    return float(value)


def flag(value: object, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ScenarioError(f"{where} must be true or false.", "Write one of the two.")
    return value


def quantity(value: object, where: str, *, low: float, high: float) -> Quantity:
    """A number or a distribution whose every draw lies within [low, high]."""
    if not isinstance(value, dict):
        return Quantity.fixed(number(value, where, low=low, high=high))
    kinds = {Draw.NORMAL.value, Draw.UNIFORM.value, Draw.CHOICE.value}
    if len(value) != 1 or not kinds.issuperset(value):
        raise ScenarioError(f"{where} is no distribution that is known.", _SHAPES)
    ((kind, listed),) = value.items()
    if not isinstance(listed, list) or not listed:
        raise ScenarioError(f"{where} needs a list of numbers.", _SHAPES)
    numbers = tuple(number(item, where, low=-math.inf, high=math.inf) for item in listed)
    if kind != Draw.CHOICE and len(numbers) != 2:
        raise ScenarioError(f"{where} needs exactly two numbers.", _SHAPES)
    if (kind == Draw.NORMAL and numbers[1] < 0.0) or (
        kind == Draw.UNIFORM and numbers[0] > numbers[1]
    ):
        raise ScenarioError(f"{where} has its numbers the wrong way round.", _SHAPES)
    drawn = Quantity(Draw(kind), numbers)
    for end in (drawn.lowest, drawn.highest):
        number(end, f"{where} (at the far end of its draws)", low=low, high=high)
    return drawn
