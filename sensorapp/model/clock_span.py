"""A time of every day, such as 22:00-07:00: it may go over midnight."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORM = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)

SPAN_ALLOWED = "a time of the day such as 22:00-07:00, or empty"


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """[begin, end) in minutes of the wearer's clock; an end before the begin is the next day's."""

    begin_min: int
    end_min: int


def clock_span(text: str) -> ClockSpan | None:
    """The span that a text means; None for none, and for one of no length."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    begin_h, begin_min, end_h, end_min = (int(part) for part in found.groups())
    span = ClockSpan(60 * begin_h + begin_min, 60 * end_h + end_min)
    return None if span.begin_min == span.end_min else span
