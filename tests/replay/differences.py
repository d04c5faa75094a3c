"""What differs between the lines that a recording led to and those it leads to now."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

Line = Mapping[str, Any]

TOLERANCE = 1e-3
"""Largest change of a number that is not a time or a count: a tenth of what any of them is
good for. Another compiler, math library or SIMD width rounds sines and sums differently in the
last bit; filters carry that on, and lines are rounded to 1e-4. Times come from integers, so
they, the counts and all words have to be the same everywhere."""

_EXACT = ("t_s", "start_s", "end_s", "onset_s", "duration_s", "dwell_s")


def parsed(lines: Sequence[str]) -> list[Line]:
    """The objects of JSON lines."""
    return [json.loads(line) for line in lines]


def beyond_tolerance(then: Sequence[Line], now: Sequence[Line]) -> list[str]:
    """A sentence for every line that is not the same as far as it has to be."""
    if len(then) != len(now):
        return [f"{len(now)} lines instead of {len(then)}"]
    found = []
    for number, (old, new) in enumerate(zip(then, now, strict=True), 1):
        if not _same("", old, new):
            found.append(f"line {number} was {json.dumps(old)} and is {json.dumps(new)}")
    return found


def _same(key: str, old: Any, new: Any) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_same(name, old[name], new[name]) for name in old)
    if isinstance(old, float) and isinstance(new, float) and key not in _EXACT:
        return abs(old - new) <= TOLERANCE
    return type(old) is type(new) and bool(old == new)


def report(then: Sequence[Line], now: Sequence[Line]) -> Iterator[str]:
    """Sentences for a human who has to decide whether a change of results is right."""
    if list(then) == list(now):
        yield "the same"
        return
    changed = sum(old != new for old, new in zip_longest(then, now))
    yield f"{changed} of {len(then)} lines changed; {len(now)} lines now"
    was, became = (Counter(line["type"] for line in lines) for lines in (then, now))
    for kind in sorted(was.keys() | became.keys()):
        if was[kind] != became[kind]:
            yield f"{kind}: {was[kind]} lines, now {became[kind]}"
    frames = [_by_time(lines) for lines in (then, now)]
    yield from _frames(*frames)
    for kind in ("alert", "calibration"):
        yield from _events(kind, then, now)
    if then and now and then[-1] != now[-1]:
        yield f"summary was {json.dumps(then[-1])}"
        yield f"summary is  {json.dumps(now[-1])}"


def _by_time(lines: Sequence[Line]) -> dict[float, Line]:
    return {line["t_s"]: line for line in lines if line["type"] == "posture"}


def _frames(then: Mapping[float, Line], now: Mapping[float, Line]) -> Iterator[str]:
    both = sorted(then.keys() & now.keys())
    if len(both) != len(then) or len(both) != len(now):
        yield f"frames at {len(both)} instants of {len(then)} then and {len(now)} now"
    for key in ("flexion_deg", "side_bend_deg", "twist_deg"):
        changes = [
            (abs(new - old), t_s)
            for t_s in both
            if (old := then[t_s][key]) is not None and (new := now[t_s][key]) is not None
        ]
        change, t_s = max(changes, default=(0.0, 0.0))
        if change:
            yield f"{key} changed by {change:.4f} at most, at {t_s:.1f} s"
    for key in ("state", "quality"):
        others = [t_s for t_s in both if then[t_s][key] != now[t_s][key]]
        if others:
            t_s = others[0]
            yield (
                f"{key} differs in {len(others)} frames, first at {t_s:.1f} s: "
                f"{then[t_s][key]}, now {now[t_s][key]}"
            )


def _events(kind: str, then: Sequence[Line], now: Sequence[Line]) -> Iterator[str]:
    was, became = (
        [_event(line) for line in lines if line["type"] == kind] for lines in (then, now)
    )
    yield from (f"{kind} gone: {event}" for event in was if event not in became)
    yield from (f"{kind} new: {event}" for event in became if event not in was)


def _event(line: Line) -> str:
    what = line.get("kind", line.get("source"))
    return f"{what} at {line['t_s']:.1f} s, limit {line['threshold_deg']:.2f} deg"
