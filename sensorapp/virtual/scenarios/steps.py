"""One [[step]] of a scenario file."""

from __future__ import annotations

from sensorapp.model.errors import ScenarioError
from sensorapp.virtual.scenarios.fields import Table, quantity, refuse_unknown, text_at
from sensorapp.virtual.scenarios.quantity import Quantity
from sensorapp.virtual.scenarios.scenario import Step
from sensorapp.virtual.wearer.activities import HABITS, Activity

_ANGLES = ("flexion_deg", "side_bend_deg", "twist_deg", "creep_deg")
_KEYS = ("do", "duration_s", "move_s", "hold_s", "repeats", *_ANGLES)
_SHORTEST_MOVE_S = 0.2
_LONGEST_S = 36000.0
_WIDEST_DEG = 120.0
_MOST_REPEATS = 1000
_HOLD_S = 0.8


def parse_step(table: Table, where: str) -> Step:
    """Read a step; raises `ScenarioError` if it has something that can't be played."""
    refuse_unknown(table, _KEYS, where)
    activity = _activity(table, where)
    habit = HABITS[activity]
    repeats = _repeats(table, where)
    usual = {
        "flexion_deg": habit.flexion_deg,
        "side_bend_deg": habit.side_bend_deg,
        "twist_deg": habit.twist_deg,
        "creep_deg": 0.0,
    }
    angle = {
        key: quantity(
            table.get(key, usual[key]), f"{where}: {key}", low=-_WIDEST_DEG, high=_WIDEST_DEG
        )
        for key in _ANGLES
    }
    move_s = quantity(
        table.get("move_s", habit.move_s), f"{where}: move_s", low=_SHORTEST_MOVE_S, high=_LONGEST_S
    )
    return Step(
        activity=activity,
        duration_s=_duration(table, where, move_s) if repeats == 0 else Quantity.fixed(0.0),
        move_s=move_s,
        flexion_deg=angle["flexion_deg"],
        side_bend_deg=angle["side_bend_deg"],
        twist_deg=angle["twist_deg"],
        creep_deg=angle["creep_deg"],
        hold_s=quantity(table.get("hold_s", _HOLD_S), f"{where}: hold_s", low=0.0, high=_LONGEST_S),
        repeats=repeats,
    )


def _activity(table: Table, where: str) -> Activity:
    word = text_at(table, "do", where)
    if word not in set(Activity):
        raise ScenarioError(
            f"{where}: nobody knows how to {word!r}.", f"Known: {', '.join(sorted(Activity))}."
        )
    return Activity(word)


def _repeats(table: Table, where: str) -> int:
    """How often, 0 if the step isn't a repeated movement; keys of the other kind are refused."""
    if "repeats" not in table:
        if "hold_s" in table:
            raise ScenarioError(f"{where}: hold_s counts only with repeats.", "Add repeats = 1.")
        return 0
    repeats = table["repeats"]
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 1:
        raise ScenarioError(f"{where}: repeats must be a whole number.", "Write 1 or more.")
    if repeats > _MOST_REPEATS:
        raise ScenarioError(f"{where}: {repeats} repeats are too many.", "Write 1000 at most.")
    for key in ("duration_s", "creep_deg"):
        if key in table:
            raise ScenarioError(
                f"{where}: {key} can't be used with repeats.",
                "Say move_s and hold_s, the time of one way and of the rest after it.",
            )
    return repeats


def _duration(table: Table, where: str, move_s: Quantity) -> Quantity:
    duration_s = quantity(
        table.get("duration_s"), f"{where}: duration_s", low=_SHORTEST_MOVE_S, high=_LONGEST_S
    )
    if move_s.highest > duration_s.lowest:
        raise ScenarioError(
            f"{where}: a move of {move_s.highest:g} s doesn't fit into {duration_s.lowest:g} s.",
            "Give the step more time or a shorter move_s.",
        )
    return duration_s
