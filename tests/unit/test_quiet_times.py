"""Silences over midnight, over changes of the clock, and what ends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.app.quiet_times import Asked, QuietTimes, Until
from sensorapp.model.clock_span import ClockSpan, clock_span
from sensorapp.model.posture import Silence

BERLIN = ZoneInfo("Europe/Berlin")
ST_JOHNS = ZoneInfo("America/St_Johns")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour of summer time


def quiet(text: str, zone: ZoneInfo = BERLIN) -> QuietTimes:
    span = clock_span(text)
    assert span is not None
    return QuietTimes({Silence.QUIET_HOURS: span}, zone)


def here(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("span", "now", "label"),
    [
        ("22:00-07:00", "2026-11-27 21:59", None),
        ("22:00-07:00", "2026-11-27 22:00", "Sat 07:00"),
        ("22:00-07:00", "2026-11-27 23:59", "Sat 07:00"),
        ("22:00-07:00", "2026-11-28 00:00", "07:00"),
        ("22:00-07:00", "2026-11-28 06:59", "07:00"),
        ("22:00-07:00", "2026-11-28 07:00", None),
        ("12:00-12:45", "2026-11-28 12:44", "12:45"),
        ("12:00-12:45", "2026-11-28 12:45", None),
        ("0:00-23:59", "2026-12-31 23:58", "23:59"),
        ("23:30-00:00", "2026-12-31 23:45", "Fri 00:00"),
    ],
)
def test_a_time_of_every_day_ends_when_the_clock_says_so(
    span: str, now: str, label: str | None
) -> None:
    times, at = quiet(span), here(now)
    found = times.silence(at, Asked())
    assert (None if found is None else times.label(found.end, at)) == label


@pytest.mark.parametrize(
    ("zone", "begin", "hours"),
    [
        (BERLIN, "2026-03-28 22:00", 8.0),  # forward in the night: an hour less
        (BERLIN, "2026-10-24 22:00", 10.0),  # back: an hour more
        (BERLIN, "2026-11-27 22:00", 9.0),
        (ST_JOHNS, "2026-03-07 22:00", 8.0),
        (LORD_HOWE, "2026-04-04 22:00", 9.5),
        (LORD_HOWE, "2026-10-03 22:00", 8.5),
    ],
)
def test_a_night_is_as_long_as_its_clock_makes_it(zone: ZoneInfo, begin: str, hours: float) -> None:
    times, at = quiet("22:00-07:00", zone), here(begin, zone)
    found = times.silence(at, Asked())
    assert found is not None
    assert found.end - at == timedelta(hours=hours)
    assert found.end.astimezone(zone).strftime("%H:%M") == "07:00"


def test_an_end_that_comes_twice_is_the_first_and_one_that_is_leapt_over_comes_after() -> None:
    twice = quiet("22:00-02:30").silence(here("2026-10-24 23:00"), Asked())
    assert twice is not None
    assert twice.end == here("2026-10-25 02:30", fold=0)
    leapt = quiet("22:00-02:30").silence(here("2026-03-28 23:00"), Asked())
    assert leapt is not None
    assert leapt.end.astimezone(BERLIN).strftime("%H:%M") == "03:30"


def test_what_is_asked_for_lasts_as_long_as_asked_over_a_change_of_the_clock() -> None:
    for night in ("2026-03-29 01:30", "2026-10-25 01:30"):
        now = here(night)
        asked = Asked(Until(Silence.MEETING, now + timedelta(hours=2)))
        ends = [
            minutes
            for minutes in range(200)
            if QuietTimes().silence(now + timedelta(minutes=minutes), asked) is not None
        ]
        assert ends == list(range(120))


def test_of_two_silences_the_one_that_lasts_is_told() -> None:
    times, now = quiet("22:00-07:00"), here("2026-11-27 23:00")
    short = Asked(Until(Silence.SNOOZED, now + timedelta(minutes=15)))
    long = Asked(Until(Silence.PAUSED, now + timedelta(hours=12)))
    for asked, why in ((short, Silence.QUIET_HOURS), (long, Silence.PAUSED)):
        found = times.silence(now, asked)
        assert found is not None
        assert found.why is why


def test_a_night_that_was_waved_off_is_over_and_the_next_is_not() -> None:
    times, now = quiet("22:00-07:00"), here("2026-11-27 23:00")
    asked = Asked(heard_until=times.daily_end(now))
    assert times.silence(now, asked) is None
    assert times.silence(here("2026-11-28 06:59"), asked) is None
    assert times.silence(here("2026-11-28 22:00"), asked) is not None


@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.integers(0, 366 * 24 * 60),
    st.sampled_from((BERLIN, ST_JOHNS, LORD_HOWE, ZoneInfo("Asia/Kolkata"))),
)
def test_a_silence_of_the_day_is_on_exactly_between_its_times(
    begin: int, end: int, minutes: int, zone: ZoneInfo
) -> None:
    if begin == end:
        return
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = QuietTimes({Silence.LUNCH: ClockSpan(begin, end)}, zone).silence(now, Asked())
    local = now.astimezone(zone)
    minute = 60 * local.hour + local.minute
    inside = begin <= minute < end if begin < end else not end <= minute < begin
    day = local.utcoffset()
    steady = all(
        (now + timedelta(hours=hours)).astimezone(zone).utcoffset() == day for hours in (-25, 25)
    )
    if steady:
        assert (found is not None) == inside
    if found is not None:
        assert timedelta(0) < found.end - now <= timedelta(hours=25)
        shown = found.end.astimezone(zone)
        assert not steady or 60 * shown.hour + shown.minute == end


@pytest.mark.parametrize("text", ["", "7-9", "24:00-01:00", "10:60-11:00", "9:00-9:00", "x"])
def test_what_is_no_time_of_the_day_is_none(text: str) -> None:
    assert clock_span(text) is None


def test_spaces_and_one_digit_are_fine() -> None:
    assert clock_span(" 9:05 - 17:00 ") == ClockSpan(545, 1020)
