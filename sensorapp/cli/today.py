"""`sensorapp today`: where this day stands, in words and small bars."""

from __future__ import annotations

import json
from typing import Any

import click

from sensorapp.model.coaching import Today

_BAR = 10


@click.command(
    "today",
    epilog="""\b
Examples:
  sensorapp today
  sensorapp today --json""",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(as_json: bool) -> None:
    """Show where this day stands: breaks, changes of posture, training.

    It is up to the last whole minute of a session that runs.
    """
    from sensorapp.app.chosen_settings import choose
    from sensorapp.app.coaching import where_today_stands
    from sensorapp.store.paths import data_folder

    stands = where_today_stands(data_folder(), choose().preferences.coaching)
    if as_json:
        click.echo(json.dumps(today_fields(stands)))
        return
    for line in today_lines(stands):
        click.echo(line)


def today_fields(stands: Today) -> dict[str, Any]:
    """The object of `--json`."""
    from sensorapp.app.clock import date_of

    done = stands.done
    return {
        "type": "today",
        "date": date_of(done.day).isoformat(),
        "worn_s": round(done.worn_s, 3),
        "breaks": done.breaks,
        "goal_breaks": done.goals.breaks,
        "changes": done.changes,
        "goal_changes": done.goals.changes,
        "trained_s": round(done.trained_s, 3),
        "goal_training_s": done.goals.training_s,
        "reached": stands.is_reached,
        "days_in_row": stands.days_in_row,
    }


def today_lines(stands: Today) -> list[str]:
    """The same for people."""
    from sensorapp.app.clock import date_of
    from sensorapp.cli.days import span

    done, goals = stands.done, stands.done.goals
    lines = [f"{date_of(done.day):%a %d %b}: worn {span(done.worn_s)}."]
    if goals.breaks:
        lines.append(_part("Breaks", done.breaks, goals.breaks))
    if goals.changes:
        lines.append(_part("Changes of posture", done.changes, goals.changes))
    if goals.training_s is not None:
        minutes = int(done.trained_s // 60), round(goals.training_s / 60)
        lines.append(f"{_part('Training', *minutes)} min; then slouches are only counted")
    lines.append(_words(stands))
    return lines


def _part(what: str, done: int, goal: int) -> str:
    full = min(_BAR, _BAR * done // goal) if goal else _BAR
    return f"{what:<19} {'●' * full}{'○' * (_BAR - full)}  {done} of {goal}"


def _words(stands: Today) -> str:
    row = stands.days_in_row
    days = f" {row} days in a row." if row > 1 else ""
    if stands.is_reached:
        return f"Well moved: that is today's goal for the time worn so far.{days}"
    if not stands.done.worn_s:
        return f"Nothing measured yet today. Put the clip on when you like.{days}"
    return f"Any change of posture counts, and some steps may feel good.{days}"
