"""The history that is written while a session runs is the one that its recording leads to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from sensorapp.app.history import complete, days_of, rebuild
from sensorapp.app.history_completion import HistoryCompletion
from sensorapp.app.kept_history import kept_history
from sensorapp.app.offline import header_of
from sensorapp.app.session_history import rows_of_recording
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.errors import HistoryDamaged, RecordingError
from sensorapp.model.history import HistoryRows
from sensorapp.model.inputs import HOST, Input, Tick
from sensorapp.session.session import Session
from sensorapp.store.history_file import history_path, history_to_read, history_to_write
from sensorapp.store.history_table import rows_of, sessions_in
from sensorapp.store.lock import folder_lock
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.store.unfinished import close_unfinished
from tests.unit.history_support import SETTINGS, day, some_minutes

ITEMS = some_minutes()
FEW = ITEMS[:60]
"""24 s."""
STARTED = "2026-11-23T22:59:31Z"
BERLIN = ((0, 3600),)
HEADER = header_of(SETTINGS, "live", STARTED, BERLIN)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data" / "recordings").mkdir(parents=True, mode=0o700)
    return tmp_path / "data"


def lived(data: Path, name: str, items: Iterable[Input], *, end: bool = True) -> list[str]:
    """A session as live makes it: recorded, kept in the history; what was said."""
    said: list[str] = []
    session = Session(SETTINGS, drivers())
    recorder = RecordingWriter(data / "recordings" / name, HEADER)
    with kept_history(data, name, HEADER, said.append) as sinks:
        for item in items:
            recorder.write(item)
            outputs = session.feed(item)
            for sink in sinks:
                sink.accept(item, outputs)
        if end:
            closing = session.finish()
            for sink in sinks:
                sink.accept(Tick(0, HOST), closing)
    recorder.close()
    assert recorder.sync() is None
    return said


def kept(data: Path) -> list[HistoryRows]:
    with history_to_read(history_path(data)) as history:
        assert history is not None
        return [rows_of(history, session) for session in sessions_in(history)]


def no_check() -> None:
    pass


def test_what_is_written_live_is_what_a_rebuild_makes(data: Path) -> None:
    assert lived(data, "a.mcap", ITEMS) == []
    live = kept(data)
    (rows,) = live
    assert [len(part) for part in (rows.minutes, rows.slouches, rows.calibrations)] == [2, 1, 1]
    said: list[str] = []
    done = rebuild(data, said.append, progress=said.append)
    assert (done.made, done.kept, said) == (1, 0, ["1 of 1: a.mcap"])
    assert kept(data) == live
    assert sorted(path.name for path in data.iterdir()) == ["history.sqlite3", "recordings"]


@pytest.mark.parametrize("together", [1, 12, 100])
def test_however_many_inputs_are_fed_at_once_the_rows_are_the_same(
    data: Path, together: int
) -> None:
    lived(data, "a.mcap", ITEMS)
    calls: list[int] = []
    recording = data / "recordings" / "a.mcap"
    rows = rows_of_recording(recording, lambda: calls.append(1), together)
    assert [rows] == kept(data)
    assert len(calls) == -(-len(ITEMS) // together)


def test_the_days_are_the_wearers(data: Path) -> None:
    lived(data, "a.mcap", ITEMS)
    days = days_of(data, day("2026-11-01"), day("2026-11-30"))
    assert [one.day for one in days.totals] == [day("2026-11-23"), day("2026-11-24")]
    assert sum(one.worn_s for one in days.totals) == pytest.approx(80.0, abs=0.5)
    assert days.left_out == 0
    (data / "recordings" / "b.mcap").write_bytes(b"")
    assert days_of(data, 0, 1).left_out == 1


KILLED = """
import os, signal, sys, time
from pathlib import Path
from tests.unit.test_history_keeper import *

data = Path(sys.argv[1])
session = Session(SETTINGS, drivers())
recorder = RecordingWriter(data / "recordings" / "a.mcap", HEADER)
with kept_history(data, "a.mcap", HEADER, print) as (keeper,):
    for count, item in enumerate(ITEMS):
        recorder.write(item)
        keeper.accept(item, session.feed(item))
        if count % 50 == 0:
            recorder.sync()
        if item.host_ns > 80_000_000_000:
            while kept(data)[0].minutes == ():
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_leaves_whole_minutes_and_the_rest_is_made_from_the_recording(data: Path) -> None:
    root = Path(__file__).parents[2]
    died = subprocess.run([sys.executable, "-c", KILLED, data], cwd=root, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    (left,) = kept(data)
    assert not left.session.whole
    assert len(left.minutes) == 1
    assert close_unfinished(data / "recordings" / "a.mcap") is not None
    complete(data, "b.mcap", no_check)
    (whole,) = kept(data)
    assert whole.session.whole
    assert whole.minutes[:1] == left.minutes
    assert len(whole.minutes) == 2
    rebuild(data, print)
    assert kept(data) == [whole]


def test_the_next_start_completes_in_the_background(data: Path) -> None:
    lived(data, "a.mcap", FEW, end=False)
    assert [rows.session.whole for rows in kept(data)] == [False]
    completion = HistoryCompletion(data, but="b.mcap")
    completion.wait()
    (rows,) = kept(data)
    assert rows.session.whole
    rebuild(data, print)
    assert kept(data) == [rows]


def test_the_session_that_is_recorded_is_not_completed(data: Path) -> None:
    lived(data, "a.mcap", FEW, end=False)
    complete(data, "a.mcap", no_check)
    assert [rows.session.whole for rows in kept(data)] == [False]
    (data / "recordings" / "a.mcap").unlink()
    complete(data, "b.mcap", no_check)
    assert [rows.session.whole for rows in kept(data)] == [True]


def test_a_recording_that_is_gone_keeps_its_days(data: Path) -> None:
    lived(data, "a.mcap", FEW)
    lived(data, "b.mcap", FEW)
    before = kept(data)
    (data / "recordings" / "a.mcap").unlink()
    done = rebuild(data, print)
    assert (done.made, done.kept) == (1, 1)
    assert sorted(kept(data), key=lambda rows: rows.session.recording) == before


def test_a_damaged_history_is_kept_aside(data: Path) -> None:
    lived(data, "a.mcap", FEW)
    before = kept(data)
    history_path(data).write_bytes(b"no database" * 1000)
    with pytest.raises(HistoryDamaged):
        days_of(data, 0, 1)
    said: list[str] = []
    rebuild(data, said.append)
    assert said[0].startswith("history.sqlite3 is damaged. It is kept as history.sqlite3.damaged")
    assert kept(data) == before
    assert (data / "history.sqlite3.damaged").read_bytes().startswith(b"no database")


def test_a_recording_that_can_not_be_read_is_said(data: Path) -> None:
    lived(data, "a.mcap", FEW)
    (data / "recordings" / "b.mcap").write_bytes(b"none")
    said: list[str] = []
    assert rebuild(data, said.append).made == 1
    assert len(said) == 1
    assert said[0].startswith("b.mcap ")


def test_names_and_headers_that_make_no_sense_stop_nobody(data: Path) -> None:
    lived(data, "a.mcap", FEW)
    before = kept(data)
    strange = replace(HEADER, utc_offsets=((0, 10**15),))
    for name, header in ((os.fsdecode(b"\xff.mcap"), HEADER), ("b.mcap", strange)):
        recorder = RecordingWriter(data / "recordings" / name, header)
        for item in FEW:
            recorder.write(item)
        recorder.close()
    said: list[str] = []
    assert rebuild(data, said.append).made == 2
    assert said == [".mcap can't be put into the history. It can be replayed."]
    assert kept(data)[0] == before[0]


def test_a_rebuild_that_is_stopped_leaves_the_old_one(data: Path) -> None:
    lived(data, "a.mcap", FEW)
    before = history_path(data).read_bytes()

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(data, print, stop)
    assert history_path(data).read_bytes() == before
    assert sorted(path.name for path in data.iterdir()) == ["history.sqlite3", "recordings"]


def test_nothing_is_rebuilt_while_a_session_records(data: Path) -> None:
    with folder_lock(data, STARTED), pytest.raises(RecordingError, match="Another session"):
        rebuild(data, print)


def test_a_session_goes_on_without_a_history_and_says_so_once(data: Path) -> None:
    with history_to_write(history_path(data)) as history:
        history.execute("PRAGMA user_version = 99")
    (said,) = lived(data, "a.mcap", FEW)
    assert said.startswith("The history is not kept now. history.sqlite3 is of version 99")
    history_path(data).rename(data / "newer")
    rebuild(data, print)
    assert len(kept(data)[0].minutes) == 1


def test_trouble_that_begins_on_the_way_is_said_once_at_the_end(data: Path) -> None:
    def broken() -> Iterable[Input]:
        yield from ITEMS[:60]
        path = history_path(data)
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        path.mkdir()
        yield from ITEMS[60:90]

    (said,) = lived(data, "a.mcap", broken())
    assert said.startswith("The history is not kept now. history.sqlite3 can't be")


def test_a_session_that_never_met_a_sensor_leaves_none(data: Path) -> None:
    session = Session(SETTINGS, drivers())
    with kept_history(data, "a.mcap", HEADER, print) as (keeper,):
        keeper.accept(Tick(0), session.feed(Tick(0)))
        keeper.accept(Tick(0), session.finish())
    assert not history_path(data).exists()


def test_without_a_recording_there_is_no_history(data: Path) -> None:
    for name, header in ((None, HEADER), ("a.mcap", replace(HEADER, started_utc="once"))):
        with kept_history(data, name, header, print) as sinks:
            assert sinks == ()
    assert not history_path(data).exists()
