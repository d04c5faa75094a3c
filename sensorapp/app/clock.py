"""Wall-clock time, for headers, names of files and the days of a history; never for a result."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sensorapp.model.history import Day

_AHEAD_S = 7 * 86_400
_STEP_S = 900
_EPOCH = date(1970, 1, 1)


def now_utc() -> str:
    """The present moment, RFC 3339, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_seconds(started_utc: str) -> int | None:
    """Seconds since 1970 of an RFC 3339 instant in UTC; None for what is none."""
    try:
        started = datetime.fromisoformat(started_utc)
    except ValueError:
        return None
    return None if started.tzinfo is None else int(started.timestamp())


def utc_offsets(from_utc_s: int) -> tuple[tuple[int, int], ...]:
    """The wall clock's distance from UTC here: (UTC second, offset in seconds from then on).

    Changes of the next seven days are among them; they come at quarters of an hour. A clock that
    is set to another zone meanwhile is not seen.
    """
    found = [(from_utc_s, _offset_s(from_utc_s))]
    first = from_utc_s - from_utc_s % _STEP_S + _STEP_S
    for utc_s in range(first, from_utc_s + _AHEAD_S, _STEP_S):
        offset_s = _offset_s(utc_s)
        if offset_s != found[-1][1]:
            found.append((utc_s, offset_s))
    return tuple(found)


def offsets_from(started_utc: str) -> tuple[tuple[int, int], ...]:
    """`utc_offsets` of an instant that `now_utc` gave."""
    utc_s = utc_seconds(started_utc)
    return () if utc_s is None else utc_offsets(utc_s)


def today() -> Day:
    """The day on the wall clock here."""
    return (datetime.now().astimezone().date() - _EPOCH).days


def date_of(day: Day) -> date:
    """The date of a day."""
    return _EPOCH + timedelta(days=day)


def _offset_s(utc_s: int) -> int:
    offset = datetime.fromtimestamp(utc_s, UTC).astimezone().utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
