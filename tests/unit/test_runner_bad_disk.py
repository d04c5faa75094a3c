"""What a wearer is told while the disk is bad, and what the sensor is told meanwhile: nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sensorapp.app.disk_thread import in_disk_thread
from sensorapp.app.late_recorder import LateRecorder
from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import Input, RecordingChanged, Stored
from sensorapp.model.outputs import Summary
from sensorapp.model.posture import PostureFrame
from sensorapp.runner import Runner
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from tests.unit.real_disks import fill, small_tmpfs, stick_disk
from tests.unit.runner_support import ListLink, ListRecorder, Witness, acks, at_once, ticking
from tests.unit.session_support import Clip, of, session, sits
from tests.unit.store_samples import HEADER

NAME = "day.mcap"
Happening = tuple[float, Callable[[], object]]


class PacedLink(ListLink):
    """Gives its inputs when they are due on the loop's clock; something happens between them."""

    def __init__(self, items: list[Input], happenings: list[Happening]) -> None:
        super().__init__(items)
        self._due = items
        self._happenings = happenings

    async def inputs(self) -> AsyncIterator[Input]:
        clock = LoopClock()
        begin_ns, first_ns = clock.now_ns(), self._due[0].host_ns
        for item in self._due:
            since_ns = item.host_ns - first_ns
            while self._happenings and since_ns >= self._happenings[0][0] * 1e9:
                self._happenings.pop(0)[1]()
            await clock.sleep_until(begin_ns + since_ns)
            yield replace(item, host_ns=begin_ns + since_ns)


def recorder_at(path: Path) -> LateRecorder:
    return LateRecorder(lambda: RecordingWriter(path, HEADER, patient=True))


def runner(link: ListLink, recorder: LateRecorder, sink: Witness) -> Runner:
    return Runner(
        link,
        session(),
        LoopClock(),
        recorder=recorder,
        recording_name=NAME,
        sinks=[sink],
        blocking=at_once,
    )


def told(sink: Witness) -> list[tuple[bool, str]]:
    return [
        (one.recording, one.message.partition(";")[0]) for one in of(RecordingChanged, sink.inputs)
    ]


def seconds_of(sink: Witness) -> list[float]:
    first_ns = sink.inputs[0].host_ns
    return [(one.host_ns - first_ns) / 1e9 for one in of(RecordingChanged, sink.inputs)]


@pytest.mark.parametrize("from_s", [0.0, 6.5])
def test_a_disk_that_is_full_for_a_while_is_told_once_each_way(
    tmp_path: Path, from_s: float
) -> None:
    async def main(place: Path) -> tuple[ListLink, Witness]:
        rest = place / "others"
        happenings: list[Happening] = [(from_s, lambda: fill(rest)), (16.5, rest.unlink)]
        link = PacedLink(ticking(Clip().connects().feels(sits(30.0))), happenings)
        sink = Witness()
        await runner(link, recorder_at(place / NAME), sink).run()
        return link, sink

    with small_tmpfs(tmp_path / "disk", "32k") as place:
        link, sink = run_jumping(main(place))
        assert list(open_recording(place / NAME)) == sink.inputs[:-1]
        assert open_recording(place / NAME).notice is None
    assert told(sink) == [
        (True, ""),
        (False, f"{NAME} is not written now: the disk is full"),
        (True, ""),
    ]
    began_s, full_s, well_s = seconds_of(sink)
    assert began_s < 1.0
    assert from_s <= full_s
    assert 16.5 <= well_s <= 16.5 + 2.0
    stored_s = [(item.host_ns - sink.inputs[0].host_ns) / 1e9 for item in of(Stored, sink.inputs)]
    assert [at_s for at_s in stored_s if full_s < at_s < well_s] == []
    assert len(acks(link)) == len(stored_s)
    assert len(of(PostureFrame, sink.outputs)) == 300


class Stuck:
    """A disk that does not answer until it is told to."""

    def __init__(self) -> None:
        self.is_stuck = False
        self.free = asyncio.Event()

    async def __call__(self, call: Callable[[], str | None]) -> str | None:
        if self.is_stuck:
            await self.free.wait()
        return call()


def test_a_disk_that_does_not_answer_does_not_stop_the_view() -> None:
    async def main() -> None:
        stuck = Stuck()

        def stick() -> None:
            stuck.is_stuck = True

        happenings: list[Happening] = [(2.5, stick), (8.5, stuck.free.set)]
        link = PacedLink(ticking(Clip().connects().feels(sits(12.0))), happenings)
        sink, recorder = Witness(), ListRecorder()
        await Runner(
            link,
            session(),
            LoopClock(),
            recorder=recorder,
            recording_name=NAME,
            sinks=[sink],
            blocking=stuck,
        ).run()
        assert told(sink) == [
            (True, ""),
            (False, f"{NAME} is not written now: the disk does not answer."),
            (True, ""),
        ]
        _, silent_s, well_s = seconds_of(sink)
        assert 2.5 <= silent_s <= 4.5
        assert 8.5 <= well_s <= 10.5
        # what came while it was stuck is not said to be stored at once
        back = sink.inputs.index(of(RecordingChanged, sink.inputs)[-1])
        stored = sink.inputs[back + 1]
        assert isinstance(stored, Stored)
        assert stored.inputs < back - 5 * 11
        assert len(of(PostureFrame, sink.outputs)) == 120
        assert recorder.written == sink.inputs[:-1]

    run_jumping(main())


def test_a_disk_that_does_not_answer_at_the_end_is_not_waited_for_for_ever() -> None:
    async def main() -> None:
        stuck = Stuck()
        stuck.is_stuck = True
        sink = Witness()
        link = ListLink(ticking(Clip().connects().feels(sits(3.0))))
        one = Runner(
            link,
            session(),
            LoopClock(),
            recorder=ListRecorder(),
            recording_name=NAME,
            sinks=[sink],
            blocking=stuck,
        )
        with pytest.raises(RecordingError, match="the disk does not answer"):
            await one.run()
        assert isinstance(sink.outputs[-1], Summary)
        assert of(Stored, sink.inputs) == []

    run_jumping(main(), limit_s=10.0)


def test_a_frozen_disk_in_real_time(tmp_path: Path) -> None:
    """Every system call on the recording waits in the kernel, as on a disk that retries."""

    async def main() -> tuple[float, Witness]:
        happenings: list[Happening] = [(0.6, stick.freeze), (2.5, stick.thaw)]
        link = PacedLink(ticking(Clip().connects().feels(sits(3.5))), happenings)
        sink = Witness()
        one = Runner(
            link,
            session(),
            LoopClock(),
            recorder=recorder_at(path),
            recording_name=NAME,
            sinks=[sink],
            blocking=in_disk_thread,
        )
        began_s = time.monotonic()
        await one.run()
        return time.monotonic() - began_s, sink

    with stick_disk(tmp_path) as stick:
        path = stick.place / NAME
        lasted_s, sink = asyncio.run(main())
        assert list(open_recording(path)) == sink.inputs[:-1]
    assert told(sink)[1] == (False, f"{NAME} is not written now: the disk does not answer.")
    assert told(sink)[-1] == (True, "")
    assert lasted_s < 7.0
    assert len(of(PostureFrame, sink.outputs)) == 35
