"""The strip chart: finished columns never change, and the line is where the values are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.model.posture import PostureFrame, PostureState
from sensorapp.session.state import TRACE_S, LaneEvent, LaneKind
from sensorapp.tui.braille import Scale, StripChart, is_blank, scale_for
from sensorapp.tui.rows import Role, row_text, row_width
from sensorapp.tui.trace import MARGIN, TraceView, trace_rows
from tests.tui.made_up import FRAME, LIMIT_DEG, S, flexion_at, frame_at, sitting

SCALE = Scale(-10.0, 30.0)


def frames(count: int, first: int = 0) -> list[PostureFrame]:
    return [frame_at(k * FRAME, flexion_at(k / 10)) for k in range(first, first + count)]


def columns(chart: StripChart) -> dict[int, tuple[str, ...]]:
    newest = chart.newest_bin // 2
    return {c: chart.column(c, SCALE) for c in range(max(chart.first_column, 0), newest + 1)}


@settings(max_examples=30)
@given(st.integers(10, 160), st.lists(st.integers(1, 40), min_size=2, max_size=12))
def test_finished_columns_never_change(width: int, steps: list[int]) -> None:
    chart = StripChart(width, 6, TRACE_S)
    story = frames(600 + sum(steps))
    seen: dict[int, tuple[str, ...]] = {}
    end = 590
    for step in steps:
        end += step
        chart.feed(story[max(end - 600, 0) : end])
        now = columns(chart)
        newest = chart.newest_bin // 2
        for column, cells in now.items():
            assert seen.get(column, cells) == cells
        seen |= {column: cells for column, cells in now.items() if column < newest}


@settings(max_examples=30)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_the_size_of_the_updates_does_not_matter(steps: list[int]) -> None:
    story = frames(sum(steps))
    whole = StripChart(80, 8, TRACE_S)
    whole.feed(story)
    piecewise = StripChart(80, 8, TRACE_S)
    end = 0
    for step in steps:
        end += step
        piecewise.feed(story[:end])
    assert columns(piecewise) == columns(whole)


def test_feed_tells_when_a_bin_begins() -> None:
    chart = StripChart(60, 6, TRACE_S)
    assert chart.bin_ns == 500_000_000
    assert chart.feed(frames(1))
    assert not chart.feed(frames(5))
    assert chart.feed(frames(6))


def test_time_that_starts_over_clears_the_chart() -> None:
    chart = StripChart(60, 6, TRACE_S)
    chart.feed(frames(300))
    assert chart.feed(frames(3))
    fresh = StripChart(60, 6, TRACE_S)
    fresh.feed(frames(3))
    assert columns(chart) == columns(fresh)


def test_values_land_on_their_dot_row() -> None:
    assert SCALE.dot(30.0, 40) == 0
    assert SCALE.dot(-10.0, 40) == 39
    assert SCALE.dot(500.0, 40) == 0
    assert SCALE.dot(-500.0, 40) == 39
    chart = StripChart(30, 5, TRACE_S)
    chart.feed([frame_at(0, 30.0)])
    assert chart.column(0, SCALE) == ("⠁", *(["\u2800"] * 4))


def test_unknown_angles_leave_a_hole_instead_of_a_zero() -> None:
    chart = StripChart(60, 5, TRACE_S)
    known = [frame_at(k * FRAME, 5.0) for k in range(20)]
    unknown = [frame_at(k * FRAME, None) for k in range(20, 40)]
    doubtful = [frame_at(k * FRAME, 5.0, PostureState.UNCERTAIN) for k in range(40, 60)]
    chart.feed(known + unknown + doubtful)
    assert any(not is_blank(cell) for cell in chart.column(1, SCALE))
    for column in (2, 3, 4, 5):
        assert all(is_blank(cell) for cell in chart.column(column, SCALE))


def test_scale_holds_the_limit_and_grows_in_steps() -> None:
    assert scale_for((), LIMIT_DEG) == Scale(-10.0, 30.0)
    assert scale_for((), 25.0) == Scale(-10.0, 45.0)
    assert scale_for([frame_at(0, 52.0), frame_at(1, -20.0)], LIMIT_DEG) == Scale(-30.0, 60.0)
    assert scale_for([frame_at(0, 170.0), frame_at(1, -120.0)], LIMIT_DEG) == Scale(-180.0, 180.0)


def drawn_trace(lane: tuple[LaneEvent, ...], *, is_live: bool = True) -> list[str]:
    chart = StripChart(60, 6, TRACE_S)
    chart.feed(sitting(76.0).trace)
    view = TraceView(LIMIT_DEG, SCALE, lane, is_live)
    rows = trace_rows(chart, view)
    assert {row_width(row) for row in rows} == {60 + MARGIN}
    return [row_text(row) for row in rows]


def test_events_stand_under_their_instant() -> None:
    lane = drawn_trace((LaneEvent(70 * S, LaneKind.ALERT), LaneEvent(46 * S, LaneKind.MARKER)))[-2]
    newest = 76_000_000_000 // 500_000_000 // 2
    assert lane.index("▲") == MARGIN + 59 - (newest - 70)
    assert lane.index("◆") == MARGIN + 59 - (newest - 46)


def test_the_weightier_of_two_events_in_a_column_is_seen() -> None:
    both = (LaneEvent(70 * S, LaneKind.MOVEMENT), LaneEvent(70 * S, LaneKind.ALERT))
    lane = drawn_trace(both)[-2]
    assert "▲" in lane
    assert "≈" not in lane


def test_the_right_end_is_now_only_while_time_goes_on() -> None:
    assert drawn_trace(())[-1].endswith("now")
    assert drawn_trace((), is_live=False)[-1].endswith("last")


def test_cells_over_the_limit_differ_in_role_and_the_limit_has_a_line() -> None:
    chart = StripChart(60, 10, TRACE_S)
    chart.feed([frame_at(k * FRAME, 25.0 if k > 300 else 2.0) for k in range(600)])
    rows = trace_rows(chart, TraceView(LIMIT_DEG, SCALE, (), is_live=True))
    over = [span for row in rows for span in row if span.role is Role.WATCH]
    assert any("╌" in span.text for span in over)
    assert any(span.text.strip("╌\u2800 15°") for span in over)
    assert row_text(rows[3]).startswith("  15° ")
