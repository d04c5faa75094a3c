"""Stdout as the sinks see it: what goes wrong with it becomes one sentence, or silence."""

from __future__ import annotations

import os
import sys
from typing import Protocol, TextIO

from sensorapp.model.errors import SensorAppError


class ReaderLeft(Exception):
    """Whoever read our output has gone (`| head`): nothing is left to say to anybody."""


class TextOut(Protocol):
    """As much of a text stream as the sinks need."""

    def write(self, text: str, /) -> object:
        """Take some text."""
        ...

    def flush(self) -> None:
        """Pass it on."""
        ...


class Stdout:
    """Writes to a stream until that fails; raises why, once, and is silent from then on.

    Once, because a session that ends for that reason still has closing lines to hand over.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._failed = False

    def write(self, text: str) -> None:
        """Write; raises `ReaderLeft` or a `SensorAppError`."""
        if not self._failed:
            try:
                self._stream.write(text)
            except OSError as error:
                raise self._failure(error) from error

    def flush(self) -> None:
        """Flush; raises `ReaderLeft` or a `SensorAppError`."""
        if not self._failed:
            try:
                self._stream.flush()
            except OSError as error:
                raise self._failure(error) from error

    def _failure(self, error: OSError) -> Exception:
        self._failed = True
        return ReaderLeft() if isinstance(error, BrokenPipeError) else unwritable(error)


def unwritable(error: OSError) -> SensorAppError:
    """The system refused output."""
    reason = (error.strerror or "the system refused").lower()
    return SensorAppError(
        f"The output can't be written: {reason}.", "Make room, or send it elsewhere."
    )


def tolerate_any_text() -> None:
    """Let stdout replace what its encoding can't hold, where Python would give up."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def silence_stdout() -> None:
    """Drop what is still buffered: Python would complain about it at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
