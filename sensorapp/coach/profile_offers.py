"""When the wearer stood up or sat down for a while: the offer to be judged by the other profile.

Only between the desk and the standing desk, and never by itself: one sensor at rest can't tell
sitting from standing, so a movement that looked like getting up is a reason to ask and no more.
Who walks meanwhile is not asked: nobody can tell whether a walk ends in the seat, for sitting down
from a walk is hardly ever found, or in a corridor. The figures are our choice; how often it asks
rightly is in docs/how-to/profiles.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from sensorapp.model.activity import Activity, ActivityKind
from sensorapp.model.outputs import Output
from sensorapp.model.profiles import Profile, ProfileOffer
from sensorapp.signal.grid import FRAME_NS

SETTLED_S = 20.0
"""So long without a step, and still on, before the wearer is asked."""

WALKED_S = 4.0
"""Some steps belong to getting up; after more the wearer may be anywhere."""

LASTS_S = 180.0
"""After this an offer that was not taken is over."""

LEAST_CONFIDENCE = 0.5
"""A rise or fall that is less sure is no reason to ask."""

_NS = 1_000_000_000
_TARGETS: Mapping[ActivityKind, tuple[Profile, str]] = {
    ActivityKind.STANDING_UP: (Profile.STANDING, "You seem to have stood up"),
    ActivityKind.SITTING_DOWN: (Profile.DESK, "You seem to have sat down"),
}
_BETWEEN = frozenset({Profile.DESK.value, Profile.STANDING.value})
_RESTS = frozenset({ActivityKind.STILL, ActivityKind.SHIFTING})
_ENDS = frozenset({ActivityKind.LYING, ActivityKind.NOT_WORN})


class ProfileCoach:
    """Follows frames; remembers the last rise or fall, and the offer in force."""

    def __init__(self, sensor_id: str) -> None:
        self._sensor_id = sensor_id
        self._seen: tuple[ActivityKind, float] | None = None
        self._rests_since_ns = self._walked_ns = 0
        self.offer: ProfileOffer | None = None
        """The offer in force, None without one."""

    @property
    def rests(self) -> bool:
        """Whether frames at rest change nothing."""
        return self.offer is None and self._seen is None

    def step(self, t_ns: int, activity: Activity, profile: str) -> list[Output]:
        """Take a frame; the offer that it leads to. `profile` is the one in force.

        Time that jumps counts as it is.
        """
        kind = activity.kind
        if self.offer is not None and self._is_over(self.offer, t_ns, kind, profile):
            self.offer = None
        if kind in _TARGETS:
            self._seen = (kind, activity.confidence)
            self._rests_since_ns, self._walked_ns = t_ns, 0
        elif kind in _ENDS:
            self._seen = None
        elif kind is ActivityKind.WALKING:
            self._rests_since_ns = t_ns
            self._walked_ns += FRAME_NS
            if self._walked_ns > WALKED_S * _NS:
                self._seen = None
        elif kind not in _RESTS:
            self._rests_since_ns = t_ns
        if self._seen is None or t_ns - self._rests_since_ns < SETTLED_S * _NS:
            return []
        (moved, confidence), self._seen = self._seen, None
        target, what = _TARGETS[moved]
        if target == profile or profile not in _BETWEEN or confidence < LEAST_CONFIDENCE:
            return []
        why = f"{what} ({100.0 * confidence:.0f} % sure)."
        self.offer = ProfileOffer(self._sensor_id, t_ns, target, confidence, why)
        return [self.offer]

    @staticmethod
    def _is_over(offer: ProfileOffer, t_ns: int, kind: ActivityKind, profile: str) -> bool:
        """Taken, answered otherwise, or too old; moving the other way ends it, too."""
        moved = kind in _TARGETS and _TARGETS[kind][0] != offer.profile
        return moved or profile == offer.profile or t_ns - offer.t_ns >= LASTS_S * _NS
