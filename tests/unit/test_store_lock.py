"""One process at a time holds a data folder, and whoever comes second is told who does."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sensorapp.model.errors import RecordingError
from sensorapp.store.lock import LOCK_NAME, folder_lock
from tests.cli.running import ROOT, ran

SINCE = "2026-11-23T04:35:12Z"

HOLDER = """
import sys
from pathlib import Path
from sensorapp.store.lock import folder_lock
with folder_lock(Path(sys.argv[1]), "2026-11-23T04:35:12Z"):
    print("held", flush=True)
    sys.stdin.read()
"""

RACER = """
import os, sys
from pathlib import Path
from sensorapp.model.errors import RecordingError
from sensorapp.store.lock import folder_lock
folder = Path(sys.argv[1])
alone = folder / "alone"
held = 0
while held < 40:
    try:
        with folder_lock(folder, "2026-11-23T04:35:12Z"):
            os.close(os.open(alone, os.O_CREAT | os.O_EXCL))
            alone.unlink()
            held += 1
    except RecordingError:
        continue
"""


def started(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def take(folder: Path) -> None:
    with folder_lock(folder, SINCE):
        pass


def test_the_second_is_told_who_holds_it(tmp_path: Path) -> None:
    with started(HOLDER, tmp_path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RecordingError) as caught:
            take(tmp_path)
        holder.communicate("")
    assert caught.value.sentence == (
        "Another session records into this data folder "
        f"(process {holder.pid}, since 2026-11-23T04:35:12Z)."
    )
    assert "--no-record" in caught.value.next_step
    take(tmp_path)


def test_a_killed_holder_leaves_nothing_held(tmp_path: Path) -> None:
    with started(HOLDER, tmp_path) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
        holder.wait()
        assert (tmp_path / LOCK_NAME).exists()
        take(tmp_path)


def test_many_processes_take_turns(tmp_path: Path) -> None:
    racers = [started(RACER, tmp_path) for _ in range(4)]
    told = [racer.communicate()[1] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0, 0], told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="needs modes, and names of open files to go")
def test_the_file_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with folder_lock(folder, SINCE):
        assert stat.S_IMODE((folder / LOCK_NAME).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"nobody", b"12\x1b]52;c;A\x07 x", b"9" * 999])
def test_a_note_that_makes_no_sense_is_not_shown(tmp_path: Path, note: bytes) -> None:
    with folder_lock(tmp_path, SINCE):
        (tmp_path / LOCK_NAME).write_bytes(note)
        with pytest.raises(RecordingError) as caught:
            take(tmp_path)
    assert caught.value.sentence == "Another session records into this data folder."


def test_what_was_left_by_a_crash_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("1 2026-11-23T04:35:12Z\n")
    take(tmp_path)


def test_a_folder_that_is_a_file_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Exception, match="can't be created"):
        take(tmp_path / "file")


def test_a_second_live_session_says_who_has_the_folder(tmp_path: Path) -> None:
    with folder_lock(tmp_path, SINCE):
        done = ran("live", "--plain", env={"SENSORAPP_DATA": str(tmp_path)})
    assert done.status == 1
    assert done.stdout == ""
    assert f"(process {os.getpid()}, since {SINCE})" in done.stderr
    assert not (tmp_path / "recordings").exists()
