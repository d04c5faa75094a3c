"""What `replay --what-if` prints: both outcomes side by side, and where they part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sensorapp.app.what_if import Compared
from sensorapp.cli.options import LONGEST_PATH
from sensorapp.model.breaks import BreakDue
from sensorapp.model.setting_key import Value
from sensorapp.session.what_if import Difference, Totals
from sensorapp.store.setting_errors import shown_value
from sensorapp.text.cleaning import plain_text
from sensorapp.text.silences import SILENT_SENTENCES

_NS = 1_000_000_000
_AS_IT_WAS, _WHAT_IF = "as_it_was", "what_if"
_ROW = "{:<22}{:>12}{:>12}"


def what_if_fields(path: Path, values: Mapping[str, Value], compared: Compared) -> dict[str, Any]:
    """The one object of `--json`."""
    both = compared.comparison
    return {
        "type": "what_if",
        "file": str(path),
        "settings": dict(values),
        _AS_IT_WAS: _totals_fields(both.as_it_was),
        _WHAT_IF: _totals_fields(both.what_if),
        "differences": [_fields(one, compared.started_utc) for one in both.differences],
        "notice": compared.notice,
    }


def what_if_lines(path: Path, values: Mapping[str, Value], compared: Compared) -> list[str]:
    """The same for people."""
    was, other = compared.comparison.as_it_was, compared.comparison.what_if
    wishes = ", ".join(f"{name} = {shown_value(value)}" for name, value in values.items())
    lines = [
        f"{plain_text(str(path), LONGEST_PATH)}: what if {wishes}?",
        _ROW.format("", "as it was", "what if"),
        _ROW.format("slouches counted", was.slouches, other.slouches),
        _ROW.format("alerts sounded", was.alerts, other.alerts),
        _ROW.format("time over the limit", _span(was.over_s), _span(other.over_s)),
        _ROW.format("breaks due", was.breaks_due, other.breaks_due),
    ]
    differences = compared.comparison.differences
    if not differences:
        return [*lines, "Every slouch, alert and reminder is in both."]
    return [*lines, *(_line(one, compared.started_utc) for one in differences)]


def _totals_fields(totals: Totals) -> dict[str, Any]:
    return {
        "slouches": totals.slouches,
        "alerts": totals.alerts,
        "over_s": round(totals.over_s, 6),
        "breaks_due": totals.breaks_due,
    }


def _fields(one: Difference, started_utc: str) -> dict[str, Any]:
    event = one.event
    at = _at(one, started_utc)
    where = _WHAT_IF if one.in_what_if else _AS_IT_WAS
    fields: dict[str, Any] = {
        "event": "break_due" if isinstance(event, BreakDue) else "slouch",
        "sounded_in" if one.in_both else "only_in": where,
        "t_s": one.t_ns / _NS,
        "local_time": None if at is None else at.isoformat(timespec="seconds"),
    }
    if isinstance(event, BreakDue):
        return {**fields, "without_s": round(event.without_s, 4), "reminder": event.reminder}
    return {
        **fields,
        "flexion_deg": round(event.flexion_deg, 4),
        "threshold_deg": round(event.threshold_deg, 4),
        "length_s": round(event.length_s, 4),
        "silent": None if event.silent is None else event.silent.value,
    }


def _line(one: Difference, started_utc: str) -> str:
    at = _at(one, started_utc)
    stamp = f"{one.t_ns / _NS:.0f} s" if at is None else f"{at:%H:%M:%S}"
    side = "what if" if one.in_what_if else "as it was"
    where = f"sounded in '{side}' alone" if one.in_both else f"only in '{side}'"
    event = one.event
    if isinstance(event, BreakDue):
        what = f"reminded of a break after {_span(event.without_s)} without one"
    else:
        silent = "" if event.silent is None else f", not sounded: {SILENT_SENTENCES[event.silent]}"
        what = (
            f"leaning {event.flexion_deg:.0f}° forward, limit {event.threshold_deg:.0f}°, "
            f"for {_span(event.length_s)}{silent}"
        )
    return f"{stamp}  {where}: {what}"


def _at(one: Difference, started_utc: str) -> datetime | None:
    """When it was on this computer's wall clock; None if the recording can't tell."""
    if one.since_start_s is None:
        return None
    try:
        started = datetime.fromisoformat(started_utc)
        return (started + timedelta(seconds=one.since_start_s)).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _span(span_s: float) -> str:
    return f"{span_s:.0f} s" if span_s < 120.0 else f"{span_s / 60.0:.0f} min"
