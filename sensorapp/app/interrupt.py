"""Ctrl-C between two inputs, so that what was read so far can still be summed up."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Interrupted(Exception):
    """Ctrl-C was pressed; raised at a moment when nothing is half done."""


@dataclass(slots=True)
class CtrlC:
    """Whether it was pressed."""

    pressed: bool = False

    def check(self) -> None:
        """Raise `Interrupted` if it was."""
        if self.pressed:
            raise Interrupted

    def note(self, number: int, frame: object) -> None:
        """The signal's handler; a second press is Python's own."""
        del number, frame
        self.pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def interruptible() -> Iterator[CtrlC]:
    """Note Ctrl-C instead of raising wherever the program happens to be.

    Elsewhere than in the main thread, or where somebody else handles Ctrl-C, nothing is noted.
    """
    ctrl_c = CtrlC()
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield ctrl_c
        return
    try:
        signal.signal(signal.SIGINT, ctrl_c.note)
    except ValueError:  # not the main thread
        yield ctrl_c
        return
    try:
        yield ctrl_c
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
