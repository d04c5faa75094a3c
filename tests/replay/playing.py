"""The demo on a loop that jumps over waiting: a minute of radio in a second, the same each time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sensorapp.app.asked_for import AskedFor
from sensorapp.app.demo import demo_stream
from sensorapp.app.demo_source import Source
from sensorapp.app.offline import header_of
from sensorapp.app.quiet_watch import QuietWatch
from sensorapp.app.stream import Stream
from sensorapp.model.inputs import Command, Input
from sensorapp.model.outputs import Output
from sensorapp.model.posture import PostureFrame
from sensorapp.ports import Sink
from sensorapp.store.recording_writer import RecordingWriter
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping

STARTED_UTC = "2026-11-23T09:00:00Z"
"""What these recordings say of their beginning: a recording made again must be the same."""
STARTED = datetime.fromisoformat(STARTED_UTC)


@dataclass(frozen=True, slots=True)
class Press:
    """A key pressed when the frame at `t_s` has been seen."""

    t_s: float
    command: Command
    value: float | None = None


@dataclass(slots=True)
class Heard:
    """A sink that keeps everything; `closing` is also at the end of `outputs`."""

    inputs: list[Input] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    closing: tuple[Output, ...] = ()

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        self.inputs.append(item)
        self.outputs.extend(outputs)


class _User:
    """Presses keys as the frames go by."""

    def __init__(self, presses: Sequence[Press]) -> None:
        self._presses = deque(presses)
        self.stream: Stream | None = None

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        del item
        for output in outputs:
            if isinstance(output, PostureFrame):
                while self._presses and output.t_ns >= self._presses[0].t_s * 1e9:
                    press = self._presses.popleft()
                    assert self.stream is not None
                    loop = asyncio.get_running_loop()
                    loop.call_soon(self.stream.send, press.command, press.value)


def played(
    source: Source,
    *,
    record: Path | None = None,
    presses: Sequence[Press] = (),
    sinks: Sequence[Sink] = (),
) -> Heard:
    """Play a source over the virtual radio to its end, recording if a file is named.

    What was asked for ends by the loop's clock, which jumps.
    """
    heard, user = Heard(), _User(presses)

    async def main() -> None:
        recorder = None
        if record is not None:
            header = header_of(source.settings, source.title, STARTED_UTC)
            recorder = RecordingWriter(record, header)
        all_sinks: tuple[Sink, ...] = (heard, user, *sinks)
        clock = LoopClock()
        quiet = QuietWatch(
            AskedFor(None), now=lambda: STARTED + timedelta(microseconds=clock.now_ns() // 1000)
        )
        user.stream = stream = demo_stream(
            source, clock, recorder, record, all_sinks, blocking=_at_once, quiet=quiet
        )
        await stream.run()
        heard.closing = stream.closing

    run_jumping(main())
    return heard


async def _at_once(call: Callable[[], str | None]) -> str | None:
    """A thread would make the loop wait really."""
    return call()
