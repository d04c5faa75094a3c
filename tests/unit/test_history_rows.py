"""Rows of a session: by hand, over midnight and changes of the clock, and however it was cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sensorapp.app.clock import date_of
from sensorapp.drivers.catalogue import drivers
from sensorapp.metrics.holds import Holds
from sensorapp.metrics.postures import postures_of
from sensorapp.model.history import HistoryRows
from sensorapp.model.inputs import HOST, Tick
from sensorapp.session.history_rows import HistoryTally, SessionStart
from sensorapp.session.session import Session
from sensorapp.session.wall_clock import WallClock
from tests.unit.history_support import SETTINGS, UTC_ONLY, day, rows_after, some_minutes, utc_s
from tests.unit.session_support import Clip, sits

ITEMS = some_minutes()


@pytest.fixture(scope="module")
def rows() -> HistoryRows:
    return rows_after(ITEMS)


def test_a_session_by_hand(rows: HistoryRows) -> None:
    assert rows.session.sensor == "TP-3F9A"
    assert rows.session.recording == "a.mcap"
    assert rows.session.whole
    first, second = rows.minutes
    assert first.utc_min == utc_s("2026-11-23T09:00:00") // 60
    assert second.utc_min == first.utc_min + 1
    # a slouch from 15 s to 55 s, with a second of leaning in and out; the minute ends at 29 s
    assert first.over_s == pytest.approx(13.0, abs=1.0)
    assert second.over_s == pytest.approx(28.0, abs=2.0)
    assert first.worn_s == pytest.approx(29.0, abs=0.6)
    assert first.worn_s + second.worn_s == pytest.approx(80.0, abs=0.5)
    assert first.walking_s == 0.0
    assert second.walking_s == pytest.approx(13.0, abs=4.0)
    assert first.still_s == pytest.approx(27.0, abs=3.0)
    assert first.flexion_p50_deg is not None
    assert second.flexion_p50_deg is not None
    assert -1.0 < first.flexion_p50_deg < 23.0 < second.flexion_p50_deg < 26.0
    # in and out of the slouch are changes of posture, and it was held for 40 s
    assert first.changes + second.changes >= 2
    assert second.hold_s == pytest.approx(40.0, abs=3.0)


def test_its_slouch_and_calibration(rows: HistoryRows) -> None:
    (slouch,) = rows.slouches
    start_ms = utc_s("2026-11-23T09:00:31") * 1000
    assert slouch.onset_utc_ms - start_ms == pytest.approx(16_000, abs=1500)
    assert slouch.told_utc_ms - slouch.onset_utc_ms == pytest.approx(5000, abs=150)
    assert slouch.end_utc_ms - start_ms == pytest.approx(57_000, abs=2500)
    assert (slouch.recovered, slouch.silent, slouch.threshold_deg) == (True, None, 15.0)
    assert slouch.flexion_deg == pytest.approx(25.0, abs=2.0)
    assert rows.calibrations[0].utc_ms - start_ms == pytest.approx(2000, abs=500)
    assert rows.calibrations[0].slouch_deg is None


def test_packets_do_not_matter(rows: HistoryRows) -> None:
    other = rows_after(some_minutes(packet=7))
    # arrivals of other packets tell the host's clock a little otherwise: milliseconds
    assert len(other.minutes) == len(rows.minutes)
    for mine, its in zip(rows.minutes, other.minutes, strict=True):
        assert mine.worn_s == pytest.approx(its.worn_s, abs=0.4)
        assert mine.changes == its.changes


def test_taken_bit_by_bit_they_come_to_the_same(rows: HistoryRows) -> None:
    session = Session(SETTINGS, drivers())
    start = SessionStart("a.mcap", utc_s("2026-11-23T09:00:31"), UTC_ONLY)
    tally = HistoryTally(start)
    parts: list[HistoryRows | None] = []
    for count, item in enumerate([*ITEMS, Tick(0, HOST)]):
        last = count == len(ITEMS)
        tally.accept(item, session.finish() if last else session.feed(item))
        if last or count % 7 == 0:
            parts.append(tally.take(at_end=last))
    found = [part for part in parts if part is not None]
    assert not any(part.session.whole for part in found[:-1])
    assert found[-1].session == rows.session
    assert tuple(row for part in found for row in part.minutes) == rows.minutes
    assert {row.n: row for part in found for row in part.slouches} == {
        row.n: row for row in rows.slouches
    }
    assert tuple(row for part in found for row in part.breaks) == rows.breaks
    assert tuple(row for part in found for row in part.calibrations) == rows.calibrations


def test_a_session_over_midnight_belongs_to_two_days() -> None:
    berlin = ((0, 3600),)
    found = rows_after(ITEMS, "2026-11-23T22:59:31", berlin)
    days = [date_of(one.day).isoformat() for one in found.minutes]
    assert days == ["2026-11-23", "2026-11-24"]
    # it belongs to the day in which it began
    assert [one.day for one in found.slouches] == [day("2026-11-23")]
    assert found.session.utc_offset_s == 3600


def test_the_clock_on_the_wall_may_change_on_the_way() -> None:
    # from 23:58:55 on: midnight comes after 65 s, unless the clock is set back at that instant
    start = utc_s("2026-10-24T23:58:55")
    offsets = ((0, 0), (start + 90, -3600))
    found = rows_after(ITEMS, "2026-10-24T23:58:55", offsets)
    assert [one.day - day("2026-10-24") for one in found.minutes] == [0, 0, 1]
    offsets = ((0, 0), (start + 65, -3600))
    found = rows_after(ITEMS, "2026-10-24T23:58:55", offsets)
    assert [one.day - day("2026-10-24") for one in found.minutes] == [0, 0, 0]
    assert [one.utc_min for one in found.minutes] == sorted({one.utc_min for one in found.minutes})


def test_what_was_not_measured_is_in_no_minute() -> None:
    clip = Clip(rate_mhz=25_000).connects().feels(sits(20.0, 25_000)).leaves().waits(200.0)
    clip.connects().feels(sits(20.0, 25_000, seed=2))
    found = rows_after(clip.items)
    assert sum(one.worn_s for one in found.minutes) == pytest.approx(40.0, abs=0.5)
    gone = found.minutes[-1].utc_min - found.minutes[0].utc_min
    assert 3 <= gone <= 4
    assert len(found.minutes) <= 3


def test_a_sensor_that_was_met_and_gave_nothing_is_a_session_of_nothing() -> None:
    found = rows_after(Clip(rate_mhz=25_000).connects().items)
    assert (found.minutes, found.slouches) == ((), ())
    assert found.session.start_utc_ms == found.session.end_utc_ms
    assert found.session.whole


def test_samples_that_a_sensor_kept_are_of_the_time_when_they_were_taken() -> None:
    """A minute of them comes within 3 s, then they come as they are taken."""
    clip = Clip(rate_mhz=25_000).connects()
    began_ns = clip.host_ns
    clip.feels(sits(75.0, 25_000))
    items = [
        replace(
            item, host_ns=began_ns + max((at := item.host_ns - began_ns) // 20, at - 57 * 10**9)
        )
        for item in clip.items
    ]
    found = rows_after(items, "2026-11-23T09:10:00")
    assert [one.utc_min - found.minutes[0].utc_min for one in found.minutes] == [0, 1]
    # taken from 57 s before the start on
    assert found.session.start_utc_ms == pytest.approx(
        utc_s("2026-11-23T09:09:03") * 1000, abs=1500
    )
    assert [one.worn_s for one in found.minutes] == [
        pytest.approx(57.0, abs=1.5),
        pytest.approx(18.0, abs=1.5),
    ]


def test_without_a_sensor_there_is_no_session() -> None:
    session = Session(SETTINGS, drivers())
    tally = HistoryTally(SessionStart("a.mcap", 0, UTC_ONLY))
    tally.accept(Tick(0), session.feed(Tick(0)))
    assert tally.take() is None
    assert tally.take(at_end=True) is None


def test_a_lean_that_goes_on_is_a_row_that_changes() -> None:
    items = [item for item in ITEMS if item.host_ns < 80_000_000_000]
    session = Session(SETTINGS, drivers())
    tally = HistoryTally(SessionStart("a.mcap", 0, UTC_ONLY))
    for item in items:
        tally.accept(item, session.feed(item))
    part = tally.take()
    assert part is not None
    (open_row,) = part.slouches
    assert not open_row.recovered
    later = rows_after(items)
    assert replace(later.slouches[0], recovered=False).n == open_row.n


def test_offsets_before_the_first_known_are_the_first() -> None:
    wall = WallClock(0, 0, ((100, 3600), (200, 7200)), lambda _: None)
    assert [wall.offset_s(at) for at in (0, 100, 199, 200, 10**9)] == [3600, 3600, 3600, 7200, 7200]
    assert WallClock(0, 0, (), lambda _: None).offset_s(5) == 0


def test_holds_tell_their_changes_once() -> None:
    holds = Holds()
    holds.add(postures_of(np.repeat([0.0, 9.0, 2.0], (300, 500, 100))))
    assert holds.take_changes() == (2, 50.0)
    assert holds.take_changes() == (0, 10.0)
    unknown = Holds()
    unknown.add(postures_of(np.repeat([0.0, np.nan, 0.0], (300, 110, 200))))
    assert unknown.take_changes() == (0, 30.0)
    assert Holds().take_changes() == (0, None)
