"""Breaks in a session: pauses, lost links, a backlog, other packets, replay, old headers."""

from __future__ import annotations

import itertools
from dataclasses import replace

import msgspec

from sensorapp.cli.json_lines import as_fields
from sensorapp.cli.plain import PlainLines, summary_line
from sensorapp.model.breaks import BreakCredited, BreakDue, BreakKind, DueKind
from sensorapp.model.inputs import Command, Input
from sensorapp.model.outputs import Output, Summary
from sensorapp.model.recording import RecordingHeader
from sensorapp.model.settings import BreakSettings, SessionSettings, SlouchSettings
from sensorapp.session.state import LaneKind
from sensorapp.store.header import decode_header, encode_header
from sensorapp.virtual.wearer import Activity, Pose
from tests.replay.regrouping import regrouped
from tests.unit.session_support import NS, Clip, Table, acts, fed, frames, of, session, sits

RATE_MHZ = 25_000
QUICK = SessionSettings(
    breaks=BreakSettings(
        due_after_s=20.0, again_after_s=15.0, left_moving_s=6.0, left_walking_s=4.0
    )
)
WALK = (Activity.WALK, 20.0, Pose(flexion_deg=4.0))


def day() -> Table:
    return acts((Activity.SIT, 30.0, Pose()), WALK, (Activity.SIT, 10.0, Pose()), rate_mhz=RATE_MHZ)


def clip() -> Clip:
    return Clip(rate_mhz=RATE_MHZ).connects()


def said(outputs: list[Output]) -> list[tuple[str, int]]:
    """(kind, second) of what was said of breaks."""
    found = [one for one in outputs if isinstance(one, BreakCredited | BreakDue)]
    return [(one.kind.value, round(one.t_ns / NS)) for one in found]


def test_a_reminder_and_the_walk_that_ends_it_are_told_and_summed_up() -> None:
    played = session(QUICK)
    outputs = fed(played, clip().feels(day()).items)
    due, walk, recovered = said(outputs)
    assert due == ("due", 20)
    assert (walk[0], recovered[0]) == ("left_seat", "recovered")
    assert 36 <= walk[1] == recovered[1] <= 42
    state = played.state
    assert state.break_due is None
    assert state.breaks.breaks == 1
    assert {LaneKind.BREAK, LaneKind.BREAK_DUE} <= {event.kind for event in state.lane}
    (summary,) = of(Summary, played.finish())
    assert summary.breaks == state.breaks
    assert 15.0 < summary.breaks.walked_s < 22.0
    assert "1 break, 0 micro-breaks, longest without a break 3" in summary_line(summary)
    fields = as_fields(summary)
    assert fields is not None
    assert fields["breaks"]["left_seat"] == 1


def test_a_pause_silences_a_reminder_and_it_comes_afterwards() -> None:
    items = clip().presses(Command.PAUSE, value=0.6).feels(day()[: 45 * 25]).items
    assert [kind for kind, _ in said(fed(session(QUICK), items))] == ["left_seat"]
    still = sits(60.0, RATE_MHZ)
    items = clip().presses(Command.PAUSE, value=0.5).feels(still).items
    assert said(fed(session(QUICK), items))[0] == ("due", 30)


def test_later_counts_from_the_key_in_a_replay_too() -> None:
    still = clip().feels(sits(25.0, RATE_MHZ))
    still.presses(Command.BREAK_LATER, 25 * NS, 0.25).feels(sits(20.0, RATE_MHZ, seed=2))
    often = replace(QUICK, slouch=SlouchSettings(min_pause_s=0.0))
    assert said(fed(session(often), still.items)) == [("due", 20), ("due", 40)]


def test_packets_of_any_size_say_the_same() -> None:
    made = clip().feels(day()).items
    expected = said(fed(session(QUICK), made))
    for size in (1, 7, 37):
        repacked = regrouped(made, itertools.repeat(size), lawful=False)
        assert said(fed(session(QUICK), repacked)) == expected


def test_the_same_inputs_say_the_same_again() -> None:
    items = clip().feels(day()).items
    first, again = session(QUICK), session(QUICK)
    assert fed(first, items) == fed(again, items)
    assert first.finish() == again.finish()


def test_a_link_lost_for_less_than_the_limit_keeps_the_time_before() -> None:
    settings = SessionSettings(breaks=BreakSettings(due_after_s=30.0))
    made = clip().feels(sits(20.0, RATE_MHZ)).loses(20 * 25).feels(sits(30.0, RATE_MHZ))
    (due,) = of(BreakDue, fed(session(settings), made.items))
    assert due.t_ns / NS > 48.0
    assert 19.0 < due.unknown_s < 21.0
    assert 30.0 <= due.without_s < 30.2


def test_a_reminder_of_the_past_says_how_long_ago_it_was() -> None:
    items = clip().feels(sits(60.0, RATE_MHZ)).items
    late: list[Input] = [
        replace(item, host_ns=item.host_ns + 300 * NS) if number > 100 else item
        for number, item in enumerate(items)
    ]
    dues = of(BreakDue, fed(session(QUICK), late))
    assert dues
    assert all(due.late_s > 200.0 for due in dues if due.t_ns > 45 * NS)


def test_plain_lines_say_it_in_words() -> None:
    class Paper:
        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> int:
            self.text += text
            return len(text)

        def flush(self) -> None:
            pass

    paper = Paper()
    lines = PlainLines(paper)
    item = clip().items[0]
    earned = BreakCredited("clip", 5 * NS, BreakKind.WALK, 0, 0.0, "You walked: that is a break.")
    due = BreakDue("clip", 9 * NS, DueKind.DUE, 2700.0, 0.0, None, None, 1, "45 min.", 30.0)
    over = replace(due, kind=DueKind.RECOVERED, late_s=0.0)
    lines.accept(item, (earned, due, over))
    assert paper.text.splitlines() == [
        "    5.0 s  Break: You walked: that is a break.",
        "    9.0 s  Time for a break: 45 min. This was 30 s ago.",
        "    9.0 s  Break taken: 45 min.",
    ]


def test_headers_without_breaks_are_read_and_other_programs_may_ignore_them() -> None:
    settings = SessionSettings(breaks=BreakSettings(due_after_s=1800.0, most_reminders=0))
    header = RecordingHeader(1, "0.1.0", "2026-11-28T09:00:00Z", "live", settings)
    made = encode_header(header)
    assert decode_header(made) == header
    old = msgspec.json.decode(made)
    del old["settings"]["breaks"]
    assert decode_header(msgspec.json.encode(old)).settings.breaks == BreakSettings()
    old["settings"]["breaks"] = {"walk_s": 60.0, "of_the_future": 1}
    read = decode_header(msgspec.json.encode(old)).settings.breaks
    assert read == BreakSettings(walk_s=60.0)


def test_every_frame_is_counted_before_calibration_too() -> None:
    table = acts((Activity.WALK, 30.0, Pose(flexion_deg=4.0)), rate_mhz=RATE_MHZ)
    played = session()
    outputs = fed(played, clip().feels(table).items)
    walked = sum(f.activity is not None and f.activity.kind == "walking" for f in frames(outputs))
    assert abs(played.state.breaks.walked_s - walked / 10.0) < 0.3
    assert walked > 200
