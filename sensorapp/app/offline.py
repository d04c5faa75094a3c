"""A session over samples or inputs that are all there already: no radio, no waiting."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from sensorapp import __version__
from sensorapp.app.interrupt import Interrupted
from sensorapp.app.played_file import play_imu_file
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.inputs import HOST, Input, Tick
from sensorapp.model.outputs import Output
from sensorapp.model.recording import RecordingHeader, least_version
from sensorapp.model.settings import SessionSettings
from sensorapp.ports import Sink
from sensorapp.session.session import Session
from sensorapp.store.imu_file import ImuFile
from sensorapp.store.recording_reader import Recording

TOGETHER = 720
"""Inputs that are fed at once: at ten packets, a report and a tick a second a minute's."""


def _go_on() -> None:
    """The check of somebody who never stops."""


def run_inputs(
    session: Session,
    items: Iterable[Input],
    sinks: Sequence[Sink],
    *,
    check: Callable[[], None] = _go_on,
) -> tuple[Output, ...]:
    """Feed `items` and sum up; the closing outputs, summary last.

    `check` is called before every minute or so and ends the way there by raising `Interrupted`.
    """
    with contextlib.suppress(Interrupted):
        for some in in_blocks(items, check):
            _feed(session, some, sinks)
    return _closed(session, sinks)


def fed_together(
    session: Session,
    items: Iterable[Input],
    check: Callable[[], None] = _go_on,
    together: int = TOGETHER,
) -> Iterator[tuple[Input, tuple[Output, ...]]]:
    """Each input with what follows from it, fed in blocks of `together`; `check` before each.

    The session is ahead of what was given out, by a block at most.
    """
    for some in in_blocks(items, check, together):
        for item, outputs in zip(some, session.feed_all(some), strict=True):
            yield item, tuple(outputs)


def in_blocks(
    items: Iterable[Input], check: Callable[[], None] = _go_on, together: int = TOGETHER
) -> Iterator[Sequence[Input]]:
    """The inputs, so many at a time; `check` is called before each block, and may raise."""
    waiting = iter(items)
    while some := tuple(islice(waiting, together)):
        check()
        yield some


def run_imu_file(
    file: ImuFile,
    settings: SessionSettings,
    sinks: Sequence[Sink],
    *,
    check: Callable[[], None] = _go_on,
) -> tuple[Output, ...]:
    """Play a file's samples through the sensor's own protocol into a session.

    `check` may end it, see `run_inputs`. Returns the closing outputs.
    """
    session = Session(settings, drivers())
    waiting: list[Input] = []

    def take(item: Input) -> None:
        waiting.append(item)
        if len(waiting) >= TOGETHER:
            check()
            _feed(session, waiting, sinks)
            waiting.clear()

    with contextlib.suppress(Interrupted):
        play_imu_file(file, take)
    _feed(session, waiting, sinks)
    return _closed(session, sinks)


def trouble_of(recording: Recording) -> str | None:
    """What a recording that was read to its end did not give, in plain words; else None."""
    said = [] if recording.notice is None else [recording.notice]
    if recording.skipped:
        said.append(
            f"{recording.skipped} inputs are of kinds that this version does not know; a newer "
            "one may."
        )
    return " ".join(said) or None


def header_of(
    settings: SessionSettings,
    source: str,
    started_utc: str,
    utc_offsets: tuple[tuple[int, int], ...] = (),
) -> RecordingHeader:
    """The header of a recording that begins now."""
    version = least_version(settings)
    return RecordingHeader(version, __version__, started_utc, source, settings, utc_offsets)


def _feed(session: Session, some: Sequence[Input], sinks: Sequence[Sink]) -> None:
    """Feed a block, and tell the sinks of each input; what nobody looks at is not made."""
    told = session.feed_all(some)
    for item, outputs in zip(some, told, strict=True) if sinks else ():
        for sink in sinks:
            sink.accept(item, tuple(outputs))


def _closed(session: Session, sinks: Sequence[Sink]) -> tuple[Output, ...]:
    closing = session.finish()
    end = Tick(0, HOST)
    for sink in sinks:
        sink.accept(end, closing)
    return closing
