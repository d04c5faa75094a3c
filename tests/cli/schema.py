"""The JSON lines as README's table has them: exactly these keys, of exactly these types."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], bool]


def number(value: Any) -> bool:
    return type(value) in (int, float)


def count(value: Any) -> bool:
    return type(value) is int and value >= 0


def share(value: Any) -> bool:
    return number(value) and 0 <= value <= 1


def words(value: Any) -> bool:
    return type(value) is str and value.isprintable()


def truth(value: Any) -> bool:
    return type(value) is bool


def unknown_or(check: Check) -> Check:
    return lambda value: value is None or check(value)


def one_of(*allowed: str) -> Check:
    return lambda value: type(value) is str and value in allowed


def list_of(*allowed: str) -> Check:
    return lambda value: (
        type(value) is list and len(set(value)) == len(value) and set(value) <= set(allowed)
    )


def table(check: Check, *keys: str) -> Check:
    return lambda value: (
        type(value) is dict
        and list(value) == list(keys)
        and all(check(each) for each in value.values())
    )


def span(value: Any) -> bool:
    return number(value) and value >= 0


def eva(value: Any) -> bool:
    """The grid of levels and durations: rows of equal length whose shares add up to 1."""
    levels, durations, rows = value["over_deg"], value["over_s"], value["share"]
    return (
        set(value) == {"over_deg", "over_s", "share"}
        and levels == sorted(levels)
        and durations == sorted(durations)
        and len(rows) == len(levels) + 1
        and all(len(row) == len(durations) + 1 and all(map(share, row)) for row in rows)
        and abs(sum(map(sum, rows)) - 1.0) < 1e-4
    )


AXES = ("x", "-x", "y", "-y", "z", "-z")
SOURCES = ("rest", "bends", "two_pose", "option", "mounting", "assumed", "stored")
STATES = ("calibrating", "upright", "slouch", "bending", "moving", "lying", "uncertain", "not_worn")
QUALITIES = ("gap", "clipped", "uncertain", "axis_assumed", "accel_only")
ACTIVITIES = (
    *("still", "shifting", "walking", "standing_up", "sitting_down"),
    *("bending", "lying", "motor", "not_worn"),
)
SILENCES = (
    *("late", "set_up", "paused", "snoozed", "meeting", "lunch"),
    *("quiet_hours", "tracking", "too_soon", "no_pose"),
)
BREAKS = ("walk", "left_seat", "lying", "not_worn", "micro")
LINKS = (
    *("idle", "scanning", "connecting", "preparing"),
    *("streaming", "recovering", "stopped", "unavailable"),
)

KEYS: Mapping[str, Mapping[str, Check]] = {
    "calibration": {
        "t_s": number,
        "source": one_of(*SOURCES),
        "forward_axis": one_of(*AXES),
        "tilt_deg": number,
        "threshold_deg": number,
        "poses": unknown_or(count),
    },
    "posture": {
        "t_s": number,
        "flexion_deg": unknown_or(number),
        "side_bend_deg": unknown_or(number),
        "twist_deg": unknown_or(number),
        "state": one_of(*STATES),
        "quality": list_of(*QUALITIES),
        "tilt_sigma_deg": unknown_or(number),
        "activity": unknown_or(one_of(*ACTIVITIES)),
        "activity_confidence": unknown_or(share),
        "cadence_spm": unknown_or(number),
    },
    "alert": {
        "t_s": number,
        "kind": one_of("slouch", "still", "recovered"),
        "onset_s": number,
        "flexion_deg": unknown_or(number),
        "threshold_deg": number,
        "dwell_s": number,
        "why": words,
        "late_s": number,
        "silent": unknown_or(one_of(*SILENCES)),
        "stage": count,
    },
    "offer": {
        "t_s": number,
        "kind": one_of(
            "shifted", "knocked", "put_on_again", "remounted", "other_seat", "withdrawn"
        ),
        "flexion_deg": number,
        "side_bend_deg": number,
        "why": words,
    },
    "sensor_alone": {
        "t_s": unknown_or(number),
        "on": truth,
        "silent": unknown_or(one_of(*SILENCES)),
    },
    "profile_offer": {
        "t_s": number,
        "profile": one_of("desk", "standing"),
        "confidence": share,
        "why": words,
    },
    "movement": {
        "t_s": number,
        "start_s": number,
        "end_s": number,
        "sparc": unknown_or(number),
        "peak_dps": number,
        "range_deg": number,
        "confidence": unknown_or(share),
        "sparc_usual": unknown_or(table(number, "25", "50", "75")),
    },
    "break_credited": {
        "t_s": number,
        "kind": one_of(*BREAKS),
        "start_s": number,
        "without_s": span,
        "why": words,
    },
    "break_due": {
        "t_s": number,
        "kind": one_of("due", "recovered"),
        "without_s": span,
        "unknown_s": span,
        "last_kind": unknown_or(one_of(*BREAKS)),
        "last_s": unknown_or(number),
        "reminder": count,
        "why": words,
        "late_s": span,
    },
    "link": {"t_s": unknown_or(number), "state": one_of(*LINKS), "reason": words},
    "status": {
        "t_s": unknown_or(number),
        "battery_pct": unknown_or(count),
        "rate_hz": unknown_or(number),
        "worn": unknown_or(truth),
    },
    "gap": {
        "t_s": number,
        "first_index": count,
        "count": unknown_or(count),
        "duration_s": number,
    },
    "fault": {"t_s": unknown_or(number), "kind": words, "message": words},
    "marker": {"t_s": number},
    "settings": {
        "t_s": unknown_or(number),
        "threshold_deg": number,
        "slouch_share": share,
        "dwell_s": span,
        "min_pause_s": span,
        "bending_deg": number,
    },
    "summary": {
        "t_s": unknown_or(number),
        "duration_s": number,
        "samples": count,
        "samples_lost": count,
        "alerts": count,
        "slouches": count,
        "movements": count,
        "sparc_median": unknown_or(number),
        "sparc_usual": unknown_or(table(number, "25", "50", "75")),
        "known_s": span,
        "left_out_s": table(span, "gap", "uncalibrated", "not_worn", "uncertain"),
        "over_deg": table(unknown_or(share), "20", "30", "45", "60"),
        "flexion_p_deg": table(unknown_or(number), "10", "50", "90"),
        "speed_p50_dps": unknown_or(span),
        "eva": unknown_or(eva),
        "rests_per_h": unknown_or(span),
        "longest_hold_s": unknown_or(span),
        "since_change_s": unknown_or(span),
        "walked_s": span,
        "breaks": table(count, *BREAKS),
        "longest_without_break_s": span,
        "without_break_s": span,
    },
}


def objects(stdout: str, *, file: str | None = None) -> list[dict[str, Any]]:
    """All lines of a whole output, each checked; `file` is what `analyze` adds to each."""
    assert stdout.endswith("\n")
    assert stdout.isascii()
    found = [json.loads(line, parse_constant=_refuse) for line in stdout.splitlines()]
    for line in found:
        if file is not None:
            assert line.pop("file") == file
        assert wrong(line) == []
    kinds = [line["type"] for line in found]
    assert kinds[-1] == "summary"
    assert kinds.count("summary") == 1
    return found


def wrong(line: Any) -> list[str]:
    """What is not as it should be in one object."""
    if type(line) is not dict or "type" not in line:
        return ["no object with a type"]
    checks = KEYS.get(line["type"])
    if checks is None:
        return [f"no such type: {line['type']!r}"]
    problems = [f"missing {key}" for key in checks if key not in line]
    problems += [f"unknown {key}" for key in line if key not in checks and key != "type"]
    return problems + [
        f"{key} can't be {line[key]!r}"
        for key, check in checks.items()
        if key in line and not check(line[key])
    ]


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
