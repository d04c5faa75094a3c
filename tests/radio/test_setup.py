"""The set-up in lines of text, over the virtual radio: from nothing to the first judged minute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

from sensorapp.app.calibration_keeper import CalibrationKeeper, stored_calibration
from sensorapp.app.demo import demo_stream
from sensorapp.app.demo_source import DemoOptions, source_of
from sensorapp.app.offline import header_of
from sensorapp.app.plain_setup import PlainSetup
from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.model.posture import PostureFrame, PostureState, SlouchAlert
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from tests.replay.playing import STARTED_UTC, Heard
from tests.replay.sessions import replayed

Typed = list[tuple[float, str]]


def nobody_types() -> Iterator[str]:
    """A terminal whose input neither says anything nor ends: the test types by itself."""
    yield from ()
    raise ValueError


async def _at_once(call: Callable[[], str | None]) -> str | None:
    return call()


def told(typed: Typed, seconds: float, folder: Path) -> tuple[list[str], Heard]:
    """What is said when these words are typed at these seconds; poses kept in the folder."""
    lines: list[str] = []
    heard = Heard()

    async def main() -> None:
        source = source_of(DemoOptions(set_up=True, seconds=seconds))
        watch = SettingsWatch({})
        watch.slouch = source.slouch
        setup = PlainSetup(lines.append, nobody_types(), Heard())
        path = folder / "set-up.mcap"
        recorder = RecordingWriter(path, header_of(source.settings, "demo set-up", STARTED_UTC))
        stream = demo_stream(
            source,
            LoopClock(),
            recorder,
            path,
            (setup, heard),
            blocking=_at_once,
            watch=watch,
            plain_setup=setup,
            keeper=CalibrationKeeper(folder),
        )
        loop = asyncio.get_running_loop()
        for at_s, word in typed:
            loop.call_later(at_s, setup.typed, word)
        await stream.run()
        heard.closing = stream.closing

    run_jumping(main())
    return lines, heard


def test_from_nothing_to_the_first_judged_minute(tmp_path: Path) -> None:
    assert stored_calibration(tmp_path, None) is None
    words: Typed = [(10.0, ""), (20.0, ""), (28.0, ""), (48.0, ""), (49.0, "")]
    lines, heard = told(words, 111.0, tmp_path)
    steps = [line for line in lines if line.startswith("Step")]
    numbers = [line.split()[1] for line in steps]
    assert list(dict.fromkeys(numbers)) == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert lines[-1] == "Set-up done."
    assert not any("Not yet" in line for line in lines)
    kept = stored_calibration(tmp_path, None)
    assert kept is not None
    assert kept[1].slouch_deg is not None
    frames = [one for one in heard.outputs if isinstance(one, PostureFrame)]
    judged = [one for one in frames if one.t_ns > 50e9 and one.flexion_deg is not None]
    assert len(judged) >= 600
    assert {one.state for one in judged} <= {PostureState.UPRIGHT, PostureState.MOVING}
    assert not any(one.sounds for one in heard.outputs if isinstance(one, SlouchAlert))
    recording = open_recording(tmp_path / "set-up.mcap")
    assert replayed(tuple(recording), recording.header.settings) == heard.outputs


def test_leaving_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    lines, heard = told([(10.0, ""), (15.0, "what"), (16.0, "leave")], 20.0, tmp_path)
    assert lines[-1] == "Set-up left: all is as it was before."
    assert any("leave" in line and line.startswith("[") for line in lines)
    assert stored_calibration(tmp_path, None) is None
    assert len(heard.outputs) > 100
