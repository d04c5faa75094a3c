"""Sessions for tests of the history: short ones at 25 Hz, with a start that can be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache

from sensorapp.drivers.catalogue import drivers
from sensorapp.model.history import Day, HistoryRows
from sensorapp.model.inputs import HOST, Input, Tick
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.session.history_rows import HistoryTally, SessionStart
from sensorapp.session.session import Session
from sensorapp.virtual.wearer import Activity, Pose
from tests.unit.session_support import Clip, Table, acts

UTC_ONLY = ((0, 0),)
SETTINGS = SessionSettings(slouch=SlouchSettings(dwell_s=5.0), rate_mhz=25_000)


def utc_s(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def day(text: str) -> Day:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


@cache
def table() -> Table:
    """Sits 15 s, slouches at 25 deg for 40 s, sits 12 s, walks 13 s."""
    sit, slouch = Pose(), Pose(flexion_deg=25.0)
    return acts(
        (Activity.SIT, 15.0, sit),
        (Activity.SLOUCH, 40.0, slouch),
        (Activity.SIT, 12.0, sit),
        (Activity.WALK, 13.0, sit),
        rate_mhz=25_000,
    )


def some_minutes(packet: int = 10) -> list[Input]:
    """The inputs of `table`."""
    return Clip(rate_mhz=25_000, packet=packet).connects().feels(table()).items


def rows_after(
    items: Iterable[Input],
    started: str = "2026-11-23T09:00:31",
    offsets: tuple[tuple[int, int], ...] = UTC_ONLY,
    settings: SessionSettings = SETTINGS,
) -> HistoryRows:
    """All rows of a session of these inputs."""
    session = Session(settings, drivers())
    start = SessionStart("a.mcap", utc_s(started), offsets, settings.coaching)
    tally = HistoryTally(start)
    for item in items:
        tally.accept(item, session.feed(item))
    tally.accept(Tick(0, HOST), session.finish())
    rows = tally.take(at_end=True)
    assert rows is not None
    return rows
