"""What the wearer does and when: poses and the phases that reach and hold them."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.virtual.wearer.activities import HABITS, Activity


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles of the upper back away from sitting tall.

    Flexion + forward, side bend + right, twist + left; see `rotation` for their order.
    """

    flexion_deg: float = 0.0
    side_bend_deg: float = 0.0
    twist_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Phase:
    """An activity for `duration_s`, of which the first `move_s` lead into its pose.

    After that the flexion grows by `creep_deg` until the phase ends. Raises `ValueError`
    unless 0 < move_s <= duration_s.
    """

    activity: Activity
    duration_s: float
    move_s: float
    pose: Pose
    creep_deg: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 < self.move_s <= self.duration_s:
            raise ValueError(
                f"{self.activity}: a move of {self.move_s} s doesn't fit into {self.duration_s} s"
            )

    @classmethod
    def usual(cls, activity: Activity, duration_s: float) -> Phase:
        """The activity in its usual form."""
        habit = HABITS[activity]
        pose = Pose(habit.flexion_deg, habit.side_bend_deg, habit.twist_deg)
        return cls(activity, duration_s, min(habit.move_s, duration_s), pose)


@dataclass(frozen=True, slots=True)
class Script:
    """Phases, one after the other. The wearer is in the first one's pose from the start.

    Raises `ValueError` if there are none.
    """

    phases: tuple[Phase, ...]

    def __post_init__(self) -> None:
        if not self.phases:
            raise ValueError("a script needs at least one phase")

    @property
    def duration_s(self) -> float:
        """How long one pass through all phases takes."""
        return sum(phase.duration_s for phase in self.phases)
