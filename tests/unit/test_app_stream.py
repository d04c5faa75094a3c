"""A stream from its first moment to its last."""

from __future__ import annotations

import asyncio
import subprocess
import sys

from sensorapp.app.stream import Stream
from sensorapp.drivers.catalogue import drivers
from sensorapp.link.host_clock import HostClock
from sensorapp.link.replay import ReplayLink
from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Output, Summary
from sensorapp.runner import Runner
from sensorapp.session.session import Session
from sensorapp.store.recording_reader import open_recording
from tests.architecture.source_tree import ROOT

BENDS = ROOT / "recordings" / "bends.mcap"


class LoadedThen:
    """A sink: what was loaded when the first input came."""

    def __init__(self) -> None:
        self.modules: set[str] | None = None

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        if self.modules is None:
            self.modules = set(sys.modules)


def replayed(seen: LoadedThen) -> Stream:
    recording = open_recording(BENDS)
    clock = HostClock()
    link = ReplayLink(recording, clock, 1.0)
    session = Session(recording.header.settings, drivers())
    runner = Runner(link, session, clock, sinks=[seen], acknowledge=False)
    return Stream(runner, leave=link.aclose)


def what_is_loaded() -> None:
    """For an interpreter of its own: SciPy before the stream, and at its first input."""

    async def streamed() -> None:
        seen = LoadedThen()
        before = "scipy.signal" in sys.modules
        task = asyncio.create_task(replayed(seen).run())
        while seen.modules is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        await task
        print(before, "scipy.signal" in seen.modules)

    asyncio.run(streamed())


def test_nothing_is_loaded_while_samples_come() -> None:
    ask = "from tests.unit.test_app_stream import what_is_loaded; what_is_loaded()"
    told = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["False", "True"], told.stderr


async def test_who_leaves_at_once_gets_a_summary_of_nothing() -> None:
    seen = LoadedThen()
    stream = replayed(seen)
    task = asyncio.create_task(stream.run())
    await asyncio.sleep(0)
    task.cancel()
    await task
    assert stream.finished
    assert isinstance(stream.closing[-1], Summary)
    assert stream.state().samples == 0
