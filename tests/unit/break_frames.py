"""Frames made of words, for tests of breaks: what was measured for how long, at 10 Hz."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from sensorapp.coach.breaks import BreakCoach
from sensorapp.model.activity import Activity, ActivityKind
from sensorapp.model.breaks import BreakCredited, BreakDue
from sensorapp.model.posture import PostureFrame, PostureState, Quality
from sensorapp.model.settings import BreakSettings

FRAME_NS = 100_000_000
MIN = 60.0


@dataclass(frozen=True)
class Doing:
    """What frames of one word look like; `swing_deg` is how far each angle goes to and fro."""

    kind: ActivityKind
    state: PostureState = PostureState.UPRIGHT
    brisk: bool = False
    stirs: bool = False
    swing_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    quality: tuple[Quality, ...] = ()


_MOVING = PostureState.MOVING
WORDS = {
    "sit": Doing(ActivityKind.STILL),
    "walk": Doing(ActivityKind.WALKING, _MOVING, brisk=True, stirs=True),
    "brisk": Doing(ActivityKind.SHIFTING, _MOVING, brisk=True, stirs=True),
    "up": Doing(ActivityKind.STANDING_UP, _MOVING),
    "down": Doing(ActivityKind.SITTING_DOWN, _MOVING),
    "lie": Doing(ActivityKind.LYING, PostureState.LYING),
    "off": Doing(ActivityKind.NOT_WORN, PostureState.NOT_WORN),
    "motor": Doing(ActivityKind.MOTOR),
    "fidget": Doing(ActivityKind.SHIFTING, stirs=True, swing_deg=(4.0, 3.0, 4.5)),
    "reach": Doing(ActivityKind.SHIFTING, _MOVING, stirs=True, swing_deg=(20.0, 3.0, 2.0)),
    "stretch": Doing(ActivityKind.SHIFTING, _MOVING, stirs=True, swing_deg=(15.0, 12.0, 3.0)),
    "unsure": Doing(ActivityKind.STILL, PostureState.UNCERTAIN, quality=(Quality.UNCERTAIN,)),
}
WORDS["unsure_stretch"] = replace(WORDS["stretch"], quality=(Quality.UNCERTAIN,))
Said = BreakCredited | BreakDue


@dataclass
class Told:
    """A coach that is told words, and what it said."""

    settings: BreakSettings = field(default_factory=BreakSettings)
    t_ns: int = 0
    said: list[Said] = field(default_factory=list)
    coach: BreakCoach = field(init=False)

    def __post_init__(self) -> None:
        self.coach = BreakCoach("s", self.settings)

    def does(self, *what: tuple[str, float], quiet: bool = False) -> Told:
        """(word, seconds), one after the other; the word `gap` is time without a frame."""
        for word, seconds in what:
            if word == "gap":
                self.t_ns += round(seconds * 1e9)
                continue
            doing = WORDS[word]
            for _ in range(round(seconds * 10)):
                self.said += self.coach.step(
                    frame_of(doing, self.t_ns),
                    brisk=doing.brisk,
                    stirs=doing.stirs,
                    may_remind=lambda: not quiet,
                )
                self.t_ns += FRAME_NS
        return self

    def kinds(self) -> list[tuple[str, float]]:
        """(kind, minutes) of all that was said."""
        return [(one.kind.value, round(one.t_ns / 60e9, 1)) for one in self.said]

    def credited(self) -> list[str]:
        return [one.kind.value for one in self.said if isinstance(one, BreakCredited)]

    def dues(self) -> list[BreakDue]:
        return [one for one in self.said if isinstance(one, BreakDue)]


def frame_of(doing: Doing, t_ns: int) -> PostureFrame:
    """A frame of a doing; its angles swing once in 4 s."""
    share = math.sin(2.0 * math.pi * t_ns / 4e9) / 2.0
    flexion_deg, side_bend_deg, twist_deg = (share * swing for swing in doing.swing_deg)
    activity = Activity(doing.kind, 1.0)
    return PostureFrame(
        "s",
        t_ns,
        flexion_deg,
        side_bend_deg,
        twist_deg,
        doing.state,
        doing.quality,
        activity=activity,
    )
