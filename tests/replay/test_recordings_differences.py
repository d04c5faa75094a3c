"""What counts as a changed result, and what a human is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.replay.differences import TOLERANCE, Line, beyond_tolerance, report

FRAME: dict[str, Any] = {
    "type": "posture",
    "t_s": 2.0,
    "flexion_deg": 10.5,
    "side_bend_deg": None,
    "twist_deg": 0.0,
    "state": "upright",
    "quality": ["gap"],
}
ALERT: dict[str, Any] = {
    "type": "alert",
    "t_s": 17.0,
    "kind": "slouch",
    "onset_s": 2.0,
    "flexion_deg": 20.0,
    "threshold_deg": 15.0,
    "dwell_s": 15.0,
    "why": "Leaning 20° forward.",
}
SUMMARY: dict[str, Any] = {"type": "summary", "t_s": 20.0, "alerts": 1, "over_deg": {"20": 0.5}}
LINES: list[Line] = [FRAME, ALERT, SUMMARY]


def changed(line: dict[str, Any], key: str, value: Any) -> list[Line]:
    return [{**line, key: value} if one is line else one for one in LINES]


@pytest.mark.parametrize(
    "now",
    [
        changed(FRAME, "flexion_deg", 10.5 + 0.9 * TOLERANCE),
        changed(SUMMARY, "over_deg", {"20": 0.5 - 0.9 * TOLERANCE}),
    ],
)
def test_the_last_digits_may_differ(now: list[Line]) -> None:
    assert beyond_tolerance(LINES, now) == []


@pytest.mark.parametrize(
    "now",
    [
        changed(FRAME, "flexion_deg", 10.5 + 1.1 * TOLERANCE),
        changed(FRAME, "flexion_deg", None),
        changed(FRAME, "side_bend_deg", 0.0),
        changed(FRAME, "t_s", 2.000001),
        changed(FRAME, "state", "slouch"),
        changed(FRAME, "quality", []),
        changed(ALERT, "onset_s", 2.0001),
        changed(ALERT, "dwell_s", 15.0001),
        changed(ALERT, "why", "Leaning 21° forward."),
        changed(SUMMARY, "alerts", 2),
        changed(SUMMARY, "over_deg", {"20": 0.5 + 1.1 * TOLERANCE}),
        changed(SUMMARY, "over_deg", {"20": 0.5, "30": 0.0}),
        [{**FRAME, "new": 1}, ALERT, SUMMARY],
        [FRAME, SUMMARY],
    ],
)
def test_everything_else_may_not(now: list[Line]) -> None:
    assert len(beyond_tolerance(LINES, now)) == 1


def test_nothing_new_is_said_so() -> None:
    assert list(report(LINES, list(LINES))) == ["the same"]


def test_the_report_tells_what_a_human_has_to_judge() -> None:
    now = [
        {**FRAME, "flexion_deg": 11.0, "state": "slouch"},
        {**FRAME, "t_s": 2.1},
        {**ALERT, "t_s": 17.5},
        {**SUMMARY, "alerts": 2},
    ]
    assert list(report(LINES, now)) == [
        "4 of 3 lines changed; 4 lines now",
        "posture: 1 lines, now 2",
        "frames at 1 instants of 1 then and 2 now",
        "flexion_deg changed by 0.5000 at most, at 2.0 s",
        "state differs in 1 frames, first at 2.0 s: upright, now slouch",
        "alert gone: slouch at 17.0 s, limit 15.00 deg",
        "alert new: slouch at 17.5 s, limit 15.00 deg",
        'summary was {"type": "summary", "t_s": 20.0, "alerts": 1, "over_deg": {"20": 0.5}}',
        'summary is  {"type": "summary", "t_s": 20.0, "alerts": 2, "over_deg": {"20": 0.5}}',
    ]
