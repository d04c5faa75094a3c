"""Values of the set-up: its steps, what the wearer presses, and the picture that a screen shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What the set-up is about now, in its usual order."""

    FIND = "find"
    WORN = "worn"
    MOUNTED = "mounted"
    UPRIGHT = "upright"
    SLOUCH = "slouch"
    BENDS = "bends"
    PREVIEW = "preview"
    DONE = "done"


class Pressed(StrEnum):
    """What the wearer can press, whatever the keys are."""

    NEXT = "next"
    AGAIN = "again"
    SKIP = "skip"
    BACK = "back"
    LEAVE = "leave"


class Ask(StrEnum):
    """What the wearer is to do with the body now; a virtual wearer does it."""

    NOTHING = ""
    SIT_TALL = "sit_tall"
    SLOUCH = "slouch"
    BEND_TWICE = "bend_twice"
    TRY_OUT = "try_out"


@dataclass(frozen=True, slots=True)
class SetupPicture:
    """Where a set-up is, in words.

    `asks` is one sentence of what to do, `said` what came of the last try (or ""), which is
    `trouble` if it has to be done again; `progress` is 0..1 while a pose is taken, else None.
    `offers` is what can be pressed, the most likely first.
    """

    step: Step
    number: int
    of: int
    asks: str
    said: str
    trouble: bool
    progress: float | None
    offers: tuple[Pressed, ...]
    ask: Ask


@dataclass(frozen=True, slots=True)
class Trial:
    """What the preview says of this moment, before any alert may sound.

    `would_alert` is True from the moment an alert would have sounded, `left_s` the seconds until
    then while the limit is exceeded, None otherwise.
    """

    flexion_deg: float | None
    threshold_deg: float
    would_alert: bool
    left_s: float | None
    sentence: str
