"""A short working day on a seed drawn at this moment, and a judge that sees what is amiss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from sensorapp.model.outputs import Output
from sensorapp.model.posture import AlertKind, SlouchAlert
from tests.long.work_day import WorkDay, work_day
from tests.long.work_day_judge import Verdict, slipped_spans, verdict
from tests.long.work_days import CALLS_AN_HOUR, drawn_seeds, lived_directly, wrong
from tests.unit.session_support import NS

SHARE = 0.03


@cache
def short_day(seed: int) -> tuple[WorkDay, list[Output]]:
    day = work_day(seed, SHARE)
    return day, lived_directly(day, buffered=seed % 2 == 0)[1]


def test_a_day_drawn_now_is_told_rightly() -> None:
    (seed,) = drawn_seeds(1)
    day, outputs = short_day(seed)
    found = verdict(day, day.wearer(), outputs, buffered=day.seed % 2 == 0)
    print(found)
    amiss = [word for word in wrong([found]) if not word.startswith(("precision", "recall"))]
    assert amiss == [], f"seed {seed}"
    # A handful of slouches is too few for shares: one may lie on the limit to a tenth of a degree.
    assert len(found.missed) <= 1, f"seed {seed}"
    assert len(found.made_up) <= 2, f"seed {seed}"


Change = Callable[[SlouchAlert], list[SlouchAlert]]


def _silent(one: SlouchAlert) -> list[SlouchAlert]:
    return []


def _again(one: SlouchAlert) -> list[SlouchAlert]:
    later = replace(one, onset_t_ns=one.onset_t_ns + NS // 10, t_ns=one.t_ns + NS // 10)
    return [one, later]


@pytest.mark.parametrize(
    ("change", "words"), [(_silent, "recall"), (_again, "slouches told twice")]
)
def test_the_judge_sees_what_is_amiss(change: Change, words: str) -> None:
    day, outputs = short_day(3)
    changed = [
        one
        for output in outputs
        for one in (
            change(output)
            if isinstance(output, SlouchAlert) and output.kind is AlertKind.SLOUCH
            else [output]
        )
    ]
    found = verdict(day, day.wearer(), changed, buffered=day.seed % 2 == 0)
    assert any(words in word for word in wrong([found]))
    assert wrong([verdict(day, day.wearer(), outputs, buffered=day.seed % 2 == 0)]) == []


def test_the_judge_counts_poses_missed_and_slouches_made_up_but_for_a_slipped_clip() -> None:
    """After the slip of this day a pose at the limit makes four of the six that are due."""
    day, outputs = short_day(266377029)
    calm = [one for one in outputs if not isinstance(one, SlouchAlert)]
    (alert,) = [one for one in outputs if isinstance(one, SlouchAlert)][:1]
    (slipped,) = slipped_spans(day)

    def with_an_alert_at(t_s: float) -> Verdict:
        moved = replace(alert, onset_t_ns=round(t_s * NS), t_ns=round(t_s * NS))
        return verdict(day, day.wearer(), [*calm, moved], buffered=day.seed % 2 == 0)

    upright_s = day.silent[0].begin_s
    found = with_an_alert_at(upright_s)
    assert (found.due, found.found, len(found.missed)) == (6, 0, 2)
    assert [one.onset_s for one in found.made_up] == [pytest.approx(upright_s)]
    assert with_an_alert_at(slipped.begin_s + 1.0).made_up == ()
    assert len(with_an_alert_at(990.0).missed) == 1


def test_the_judge_counts_calls_and_those_that_sound_amiss() -> None:
    day, outputs = short_day(3)
    loud = [
        replace(output, silent=None) if isinstance(output, SlouchAlert) else output
        for output in outputs
    ]
    (alert,) = [one for one in loud if isinstance(one, SlouchAlert)][:1]
    in_meeting = replace(alert, t_ns=round((day.silent[0].begin_s + 30.0) * NS))
    found = verdict(
        day, day.wearer(), [*loud, in_meeting, *[alert] * CALLS_AN_HOUR], buffered=day.seed % 2 == 0
    )
    assert any("calls in an hour" in word for word in wrong([found]))
    assert any("sounded in a pause" in word for word in wrong([found]))
