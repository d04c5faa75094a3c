"""Whatever happens in whatever order: times and counts of breaks stay possible."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.model.breaks import BreakCredited, BreakDue, BreakKind, DueKind
from sensorapp.model.settings import BreakSettings
from tests.unit.break_frames import WORDS, Told

QUICK = BreakSettings(
    due_after_s=20.0,
    again_after_s=5.0,
    walk_s=6.0,
    walk_within_s=9.0,
    left_moving_s=3.0,
    left_walking_s=1.0,
    left_within_s=6.0,
    rest_s=8.0,
    micro_s=4.0,
)
"""All limits a fraction of themselves, so that short days hold much."""

days = st.lists(
    st.tuples(st.sampled_from([*WORDS, "gap"]), st.floats(0.2, 12.0), st.booleans()),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(days)
def test_times_are_never_negative_and_credit_only_grows(
    day: list[tuple[str, float, bool]],
) -> None:
    told = Told(QUICK)
    heard_s, before = 0.0, told.coach.totals
    for word, seconds, quiet in day:
        told.does((word, seconds), quiet=quiet)
        heard_s += 0.0 if word == "gap" else seconds + 0.2  # a frame may stay empty unnoticed
        now = told.coach.totals
        assert 0.0 <= now.without_s <= now.longest_without_s <= heard_s + 0.2
        assert 0.0 <= before.walked_s <= now.walked_s <= heard_s + 0.2
        assert now.longest_without_s >= before.longest_without_s
        grown = zip(before.counts, now.counts, strict=True)
        assert all(was[0] is kind and was[1] <= count for was, (kind, count) in grown)
        before = now
    credited = [one for one in told.said if isinstance(one, BreakCredited)]
    for kind, count in before.counts:
        assert count == sum(one.kind is kind for one in credited)
    for one in credited:
        assert 0 <= one.t_start_ns < one.t_ns
        assert one.without_s >= 0.0


@settings(max_examples=30, deadline=None)
@given(days)
def test_reminders_are_few_and_end_with_a_break(day: list[tuple[str, float, bool]]) -> None:
    told = Told(QUICK)
    for word, seconds, quiet in day:
        told.does((word, seconds), quiet=quiet)
    since = 0
    for one in told.said:
        if isinstance(one, BreakDue) and one.kind is DueKind.DUE:
            since = since + 1 if one.reminder > 1 else 1
            assert one.reminder == since <= QUICK.most_reminders
            assert one.without_s >= QUICK.due_after_s + (since - 1) * QUICK.again_after_s
        elif isinstance(one, BreakCredited) and one.kind is not BreakKind.MICRO:
            since = 0
    assert (told.coach.due is None) or told.coach.due.kind is DueKind.DUE
