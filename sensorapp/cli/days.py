"""A day of the history as a line and as a JSON object."""

from __future__ import annotations

from typing import Any

from sensorapp.app.clock import date_of
from sensorapp.model.breaks import BreakKind
from sensorapp.model.history import DayTotals


def day_line(totals: DayTotals) -> str:
    """A day in one line."""
    at = f"{date_of(totals.day):%a %d %b %Y}"
    micro = totals.breaks.get(BreakKind.MICRO.value, 0)
    breaks = sum(totals.breaks.values()) - micro
    hold = "" if totals.longest_hold_s is None else f", longest hold {span(totals.longest_hold_s)}"
    over = ""
    if totals.judged_s:
        over = f", {100 * totals.over_s / totals.judged_s:.0f} % over the limit"
    silent = totals.slouches - totals.alerts
    counted = f" (and {silent} not sounded)" if silent else ""
    return (
        f"{at}  worn {span(totals.worn_s)}{over}, {count(totals.alerts, 'alert')}{counted}, "
        f"{count(breaks, 'break')}, {count(micro, 'micro-break')}{hold}"
    )


def day_fields(totals: DayTotals) -> dict[str, Any]:
    """The same, and more, for scripts; spans in seconds."""
    return {
        "type": "day",
        "date": date_of(totals.day).isoformat(),
        "worn_s": round(totals.worn_s, 3),
        "judged_s": round(totals.judged_s, 3),
        "over_s": round(totals.over_s, 3),
        "still_s": round(totals.still_s, 3),
        "walking_s": round(totals.walking_s, 3),
        "changes": totals.changes,
        "longest_hold_s": totals.longest_hold_s,
        "slouches": totals.slouches,
        "alerts": totals.alerts,
        "breaks": {kind.value: totals.breaks.get(kind.value, 0) for kind in BreakKind},
    }


def span(span_s: float) -> str:
    """A length of time in words."""
    if span_s < 90.0:
        return f"{span_s:.0f} s"
    minutes = round(span_s / 60.0)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def count(number: int, what: str) -> str:
    """A number of things."""
    return f"{number} {what}{'' if number == 1 else 's'}"
