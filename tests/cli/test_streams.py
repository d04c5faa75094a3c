"""Streams end well: Ctrl-C, SIGTERM, a reader that leaves, a disk that is full, a cut recording."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Timer

import pytest

from sensorapp.store.recording_reader import open_recording
from tests.cli.running import COMMAND, ROOT, Here, ran, write_imu
from tests.cli.schema import objects
from tests.replay.shipped import RECIPES

SLOUCH = RECIPES[0].path
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")


def hears_ctrl_c() -> None:
    """In the child: a shell starts what runs in the background deaf to Ctrl-C, tests too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begun(*arguments: str | Path, enough: Callable[[str], bool]) -> subprocess.Popen[str]:
    """The program once it printed a line that is enough."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=hears_ctrl_c,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if enough(line):
            return process
    raise AssertionError(process.communicate()[1])


def rest_of(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it still prints, and its errors, once it has ended.

    Not `communicate`, which leaves out what was read ahead behind the line that was enough.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    late = Timer(20.0, process.kill)
    late.start()
    with process:
        rest, errors = process.stdout.read(), process.stderr.read()
    late.cancel()
    return rest, errors


@posix
def test_ctrl_c_ends_a_demo_with_its_summary(tmp_path: Path) -> None:
    path = tmp_path / "cut.mcap"
    arguments = ("demo", "--scenario", "slouch", "--record", path, "--json")
    process = begun(*arguments, enough=lambda line: '"posture"' in line)
    process.send_signal(signal.SIGINT)
    rest, errors = rest_of(process)
    assert (process.returncode, errors) == (0, "")
    lines = objects(rest)
    states = [line["state"] for line in lines if line["type"] == "link"]
    assert states[-1] == "stopped"
    assert set(states[:-1]) <= {"streaming"}  # said again where a busy machine delays packets
    assert 0 < lines[-1]["samples"] < 2000
    recording = open_recording(path)
    assert list(recording)
    assert recording.notice is None


@posix
def test_sigterm_ends_a_replay_with_its_summary() -> None:
    arguments = ("replay", SLOUCH, "--speed", "1", "--json")
    process = begun(*arguments, enough=lambda line: '"posture"' in line)
    process.send_signal(signal.SIGTERM)
    rest, errors = rest_of(process)
    assert (process.returncode, errors) == (0, "")
    assert 0 < objects(rest)[-1]["samples"] < 2000


@posix
def test_ctrl_c_sums_up_an_analysis(tmp_path: Path) -> None:
    path = write_imu(tmp_path / "long.npz", seconds=1800.0)
    process = begun("analyze", path, path, "--json", enough=lambda line: '"calibration"' in line)
    process.send_signal(signal.SIGINT)
    rest, errors = rest_of(process)
    assert process.returncode == 0
    assert errors.splitlines() == [
        "sensorapp: Stopped by Ctrl-C: the result is of what was read until then."
    ]
    assert 0 < objects(rest, file=str(path))[-1]["samples"] < 180_000


@posix
def test_ctrl_c_leaves_no_half_import(tmp_path: Path) -> None:
    path, out = write_imu(tmp_path / "long.npz", seconds=1800.0), tmp_path / "out.mcap"
    process = subprocess.Popen(
        [*COMMAND, "import", str(path), "--out", str(out)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=hears_ctrl_c,
    )
    while process.poll() is None and not (out.exists() and out.stat().st_size > 100_000):
        os.sched_yield()
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=20)
    assert (process.returncode, printed) == (1, "")
    assert errors.splitlines() == [
        "sensorapp: Stopped by Ctrl-C; nothing was kept.",
        "Import it again.",
    ]
    assert not out.exists()


@posix
def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "cut.mcap"
    arguments = ("demo", "--scenario", "slouch", "--record", path, "--json")
    process = begun(*arguments, enough=lambda line: '"posture"' in line)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=20) == 0
    assert process.stderr.read() == ""
    process.stderr.close()
    recording = open_recording(path)
    assert list(recording)
    assert recording.notice is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "replay", str(SLOUCH), "--json"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "sensorapp: The output can't be written: no space left on device.",
        "Make room, or send it elsewhere.",
    ]


def test_without_a_terminal_a_demo_is_plain_and_ends(here: Here, tmp_path: Path) -> None:
    scenario = tmp_path / "short.toml"
    scenario.write_text(
        'title = "Short"\nabout = "A moment."\n[[step]]\ndo = "sit"\nduration_s = 2.5\n'
    )
    done = here("demo", "--scenario", scenario)
    assert (done.status, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].endswith("Link scanning")
    assert lines[-1].lstrip().startswith("2.5 s  Summary: 2.5 s, 250 samples, 0 lost; 0 alerts")
    assert "\x1b" not in done.stdout


def test_an_output_without_a_degree_sign_is_no_reason_to_give_up() -> None:
    done = ran("replay", SLOUCH, env={"PYTHONIOENCODING": "ascii"})
    assert (done.status, done.stderr) == (0, "")
    assert "Alert: Leaning 24? forward" in done.stdout


def test_a_cut_recording_replays_what_is_whole(here: Here, tmp_path: Path) -> None:
    path = tmp_path / "cut.mcap"
    path.write_bytes(SLOUCH.read_bytes()[:-30_000])
    done = here("replay", path, "--json")
    assert done.status == 0
    lines, whole = objects(done.stdout), objects(here("replay", SLOUCH, "--json").stdout)
    frames = [line for line in lines if line["type"] == "posture"]
    assert len(frames) > 300
    assert frames == [line for line in whole if line["type"] == "posture"][: len(frames)]
    assert done.stderr.startswith("sensorapp: cut.mcap ")
    assert len(done.stderr.splitlines()) == 1
    assert here("analyze", path).stderr == done.stderr


def test_a_replay_at_another_pace_tells_the_same(here: Here) -> None:
    """The pace of the day itself would take a minute; 300 times that is a quarter second."""
    lines = here("replay", SLOUCH, "--speed", "300", "--json").stdout
    assert lines == here("replay", SLOUCH, "--speed", "max", "--json").stdout


def test_import_then_replay_is_the_analysis(here: Here, tmp_path: Path) -> None:
    imu, out = write_imu(tmp_path / "still.npz"), tmp_path / "still.mcap"
    done = here("import", imu, "--out", out, "--forward", "z")
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout == f"Wrote {out}: 300 samples. Play it with: sensorapp replay {out}\n"
    replayed = here("replay", out, "--json").stdout
    analysed = here("analyze", imu, "--forward", "z", "--json").stdout
    assert objects(replayed) == objects(analysed, file=str(imu))


def test_a_series_holds_what_the_lines_hold(here: Here, tmp_path: Path) -> None:
    recording, series = shutil.copy(SLOUCH, tmp_path), tmp_path / "out.csv"
    done = here("analyze", recording, "--series", series, "--json")
    assert (done.status, done.stderr) == (0, "")
    header, *rows = series.read_text(encoding="utf-8").splitlines()
    assert header == "t_s,flexion_deg,side_bend_deg,twist_deg,state,quality"
    frames = [
        line for line in objects(done.stdout, file=str(recording)) if line["type"] == "posture"
    ]
    assert len(rows) == len(frames) > 700
    for row, frame in zip(rows, frames, strict=True):
        t_s, flexion_deg, _, _, state, quality = row.split(",")
        assert float(t_s) == frame["t_s"]
        assert state == frame["state"]
        assert quality.split(";") == (frame["quality"] or [""])
        if frame["flexion_deg"] is None:
            assert flexion_deg == ""
        else:
            assert float(flexion_deg) == pytest.approx(frame["flexion_deg"], abs=1e-4)


def test_two_files_are_summed_up_one_by_one(here: Here, tmp_path: Path) -> None:
    files = [write_imu(tmp_path / f"{name}.npz", seconds) for name, seconds in (("a", 3), ("b", 4))]
    done = here("analyze", *files)
    assert (done.status, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{files[0]}: Summary: 3.0 s, 300 samples")
    assert second.startswith(f"{files[1]}: Summary: 4.0 s, 400 samples")
