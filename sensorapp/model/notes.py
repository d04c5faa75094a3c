"""What is told beside the program's own screen, on the desktop for one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoteKind(StrEnum):
    """What a note is about; `sensor` is technical and never makes a sound."""

    POSTURE = "posture"
    BREAK = "break"
    SENSOR = "sensor"


class NoteButton(StrEnum):
    """What can be pressed on a note."""

    SNOOZE = "snooze"
    LATER = "later"
    PAUSE = "pause"
    WHY = "why"


@dataclass(frozen=True, slots=True)
class Note:
    """A title, a sentence or two, and buttons where they can be had.

    Of each `key` at most one note is shown: another one takes its place. `fresh_s` is for how
    long it is worth showing if that can't be done at once, None for as long as it is not
    withdrawn. `unpressed` is said in place of the buttons where there are none.
    """

    key: str
    kind: NoteKind
    title: str
    text: str
    buttons: tuple[NoteButton, ...] = ()
    unpressed: str = ""
    fresh_s: float | None = None
    is_minor: bool = False
    """Whether it is enough to find it later."""


@dataclass(frozen=True, slots=True)
class NoteAnswer:
    """The wearer did something to a note: pressed a button, or put it away (None)."""

    key: str
    button: NoteButton | None = None
