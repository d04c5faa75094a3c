"""When a lean becomes one alert, and when it is over.

One slouch is one event: it begins where the flexion passes the limit, is told once after the
dwell, and ends where the flexion stays under the leaving limit or the wearer gets moving. One
that only touched the limit is none: until it is told, more than a tenth of the dwell just under
the limit ends it, too. It sounds unless there is a reason to be silent; if that ends before the
slouch does, it sounds then. A sounded slouch that goes on is told again, in two stages and no
more. Nothing here measures; the caller says what the wearer does besides (`doing`).

Figures: 15 deg and 15 s are the subtlest claim that held on 147 wearers; two thirds of the
limit to leave keeps breathing (about 1 deg) and sway from opening and closing an event. Without
the tenth a made-up wearer who touched a limit of 9 deg once, and then sat at 8, was alerted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sensorapp.coach.training import TrainingTime
from sensorapp.model.posture import AlertKind, PostureState, Silence, SlouchAlert
from sensorapp.model.settings import SlouchSettings
from sensorapp.text.silences import SILENT_SENTENCES

LEAVE_HOLD_S = 1.0
"""Under the leaving limit for this long ends a slouch: one deep breath does not."""

INTERRUPTION_S = 3.0
"""Moving, bending or no certain angle for longer than this ends a slouch; shorter is part of it."""

STAGES_S = (60.0, 180.0)
"""So long after it sounded, a slouch that goes on is told again; then never (our choice)."""

BREATH_DEG = 1.0
"""So far under the limit still counts as over it: breathing moves the upper back by as much."""

UNDER_SHARE = 0.1
"""An untold slouch ends once more than this share of its dwell was further under the limit."""

_NS = 1_000_000_000
_FRAME_NS = 100_000_000


@dataclass(slots=True)
class _Event:
    """A slouch that is going on."""

    onset_ns: int
    told: bool = False
    sounded_ns: int | None = None
    stage: int = 0
    under_since_ns: int | None = None
    short_ns: deque[int] = field(default_factory=deque)
    """Frames short of the limit by more than a breath, within the last dwell."""
    away_since_ns: int | None = None


def _never_late(t_ns: int) -> float:
    del t_ns
    return 0.0


class SlouchCoach:
    """Turns flexion at the frames' instants into `upright` or `slouch` and few alerts."""

    def __init__(self, sensor_id: str, settings: SlouchSettings) -> None:
        self._sensor_id = sensor_id
        self._settings = settings
        self._slouch_deg: float | None = None
        self._event: _Event | None = None
        self._alert: SlouchAlert | None = None
        self._last_alert_ns: int | None = None
        self._last_t_ns: int | None = None
        self._muted_until_ns: int | None = None
        self._muted_why = Silence.PAUSED
        self._hushed: Silence | None = None
        self.needs_pose = False
        """Whether the pose in force is another profile's: no alert follows from that."""
        self.training = TrainingTime(None)
        """When it is over, slouches are only counted: the last of the reasons to be silent."""

    @property
    def threshold_deg(self) -> float:
        """Limit in force: a share of the way to the wearer's own slouch, else the fixed one."""
        if self._slouch_deg is None:
            return self._settings.threshold_deg
        return max(
            self._settings.least_threshold_deg, self._slouch_deg * self._settings.slouch_share
        )

    @property
    def dwell_s(self) -> float:
        """A lean becomes an alert after this."""
        return self._settings.dwell_s

    @property
    def leave_deg(self) -> float:
        """A slouch ends under this flexion."""
        return self.threshold_deg * self._settings.leave_ratio

    @property
    def slouch_since_ns(self) -> int | None:
        """Onset of the slouch that is going on, None without one."""
        return None if self._event is None else self._event.onset_ns

    @property
    def alert(self) -> SlouchAlert | None:
        """The alert in force, sounded or not, until the slouch ends."""
        return self._alert

    @property
    def muted_until_ns(self) -> int | None:
        """No alert sounds before this time."""
        return self._muted_until_ns

    def silence_at(self, t_ns: int) -> Silence | None:
        """Why the wearer wants no alert to sound at this time, None if it may."""
        if self._hushed is not None:
            return self._hushed
        if self._muted_until_ns is not None and t_ns < self._muted_until_ns:
            return self._muted_why
        if self.needs_pose:
            return Silence.NO_POSE
        return None if self.training.is_on else Silence.TRACKING

    @property
    def silence(self) -> Silence | None:
        """Why the wearer wants no alert to sound as of the newest frame, None if one may."""
        if self._last_t_ns is not None:
            return self.silence_at(self._last_t_ns)
        if self._hushed is None and self.needs_pose:
            return Silence.NO_POSE
        return self._hushed or (None if self.training.is_on else Silence.TRACKING)

    @property
    def min_pause_s(self) -> float:
        """Least time between two alerts."""
        return self._settings.min_pause_s

    def set_slouch_pose(self, slouch_deg: float | None) -> None:
        """Learn the flexion of the wearer's own slouch, or forget it."""
        self._slouch_deg = slouch_deg

    def judge_by(self, settings: SlouchSettings) -> None:
        """Take other limits from the next frame on.

        A lean that is going on keeps its onset; under a larger limit it begins anew, when it
        passes that. What was told stays one event.
        """
        before_deg = self.threshold_deg
        self._settings = settings
        told = self._event is not None and self._event.told
        if self.threshold_deg > before_deg and not told:
            self._event = None

    def mute(self, until_ns: int | None, why: Silence = Silence.PAUSED) -> None:
        """Be silent until `until_ns`; None speaks again at once."""
        self._muted_until_ns = until_ns
        self._muted_why = why

    def hush(self, why: Silence | None) -> None:
        """Be silent until further notice, which is None; a mute is another matter."""
        self._hushed = why

    def step(
        self,
        t_ns: int,
        flexion_deg: float,
        doing: PostureState | None,
        *,
        may_alert: bool = True,
        late_s: Callable[[int], float] = _never_late,
    ) -> tuple[PostureState, SlouchAlert | None]:
        """Judge one frame.

        `doing` is what else is known (bending, moving, lying, uncertain, not worn), None while
        only the angle counts; without `may_alert` an alert that is due waits for a later frame.
        `late_s` says how long ago an instant is if it became known late, else 0.
        Returns the state to show and the alert that this frame caused.
        Time that jumps by more than `INTERRUPTION_S` ends a slouch: nothing was seen of it.
        """
        jumped = self._last_t_ns is not None and t_ns - self._last_t_ns > INTERRUPTION_S * _NS
        self._last_t_ns = t_ns
        if jumped:
            self._drop()
        if doing is not None:
            return doing, self._interrupted(t_ns, flexion_deg, doing)
        if self._event is None:
            if flexion_deg < self.threshold_deg:
                return PostureState.UPRIGHT, None
            self._event = _Event(t_ns)
        self._event.away_since_ns = None
        if flexion_deg < self.leave_deg:
            return self._maybe_over(t_ns, flexion_deg)
        self._event.under_since_ns = None
        if not self._event.told and self._only_touched(self._event, t_ns, flexion_deg):
            self._drop()
            return PostureState.UPRIGHT, None
        if not may_alert or t_ns - self._event.onset_ns < self._settings.dwell_s * _NS:
            return PostureState.SLOUCH, None
        return PostureState.SLOUCH, self._tell(self._event, t_ns, flexion_deg, late_s)

    def rested(self, t_ns: int) -> None:
        """Take frames up to the one of `t_ns`, while no slouch goes on and none begins.

        As `step` does with frames under the limit, and with those in which only `doing` counts.
        """
        self._last_t_ns = t_ns

    def _interrupted(
        self, t_ns: int, flexion_deg: float, doing: PostureState
    ) -> SlouchAlert | None:
        event = self._event
        if event is None:
            return None
        if event.away_since_ns is None:
            event.away_since_ns = t_ns
        if t_ns - event.away_since_ns <= INTERRUPTION_S * _NS:
            return None
        if doing in (PostureState.MOVING, PostureState.BENDING):
            return self._end(t_ns, flexion_deg, "You got moving")
        self._drop()
        return None

    def _only_touched(self, event: _Event, t_ns: int, flexion_deg: float) -> bool:
        """Whether too much of the last dwell was short of the limit."""
        dwell_ns = self._settings.dwell_s * _NS
        short_ns = event.short_ns
        if flexion_deg < self.threshold_deg - BREATH_DEG:
            short_ns.append(t_ns)
        while short_ns and t_ns - short_ns[0] >= dwell_ns:
            short_ns.popleft()
        return len(short_ns) * _FRAME_NS > UNDER_SHARE * dwell_ns

    def _maybe_over(self, t_ns: int, flexion_deg: float) -> tuple[PostureState, SlouchAlert | None]:
        event = self._event
        assert event is not None
        if event.under_since_ns is None:
            event.under_since_ns = t_ns
        if t_ns - event.under_since_ns < LEAVE_HOLD_S * _NS:
            return PostureState.SLOUCH, None
        return PostureState.UPRIGHT, self._end(t_ns, flexion_deg, "You came up again")

    def _tell(
        self, event: _Event, t_ns: int, flexion_deg: float, late_s: Callable[[int], float]
    ) -> SlouchAlert | None:
        """The first word on a slouch that lasted, or the next that is due, if one is."""
        silence = self.silence_at(t_ns)
        if event.sounded_ns is not None:
            if event.stage == len(STAGES_S) or silence is not None:
                return None
            if t_ns - event.sounded_ns < STAGES_S[event.stage] * _NS or late_s(t_ns) > 0.0:
                return None
            event.stage += 1
            return self._say(AlertKind.STILL, event, t_ns, flexion_deg, None)
        if silence is None and self.is_too_soon(t_ns):
            silence = Silence.TOO_SOON
        if silence is not None and event.told:
            return None
        if late_s(t_ns) > 0.0:
            if event.told:
                return None
            silence = Silence.LATE
        if silence is None:
            event.sounded_ns = self._last_alert_ns = t_ns
        kind = AlertKind.STILL if event.told else AlertKind.SLOUCH
        event.told = True
        return self._say(kind, event, t_ns, flexion_deg, silence)

    def called(self, t_ns: int) -> None:
        """The wearer was called for something else: the next alert keeps its distance from that."""
        self._last_alert_ns = t_ns

    def is_too_soon(self, t_ns: int) -> bool:
        """Whether the wearer was called not long ago: one call at most in the least pause."""
        last_ns = self._last_alert_ns
        return last_ns is not None and t_ns - last_ns < self._settings.min_pause_s * _NS

    def _say(
        self,
        kind: AlertKind,
        event: _Event,
        t_ns: int,
        flexion_deg: float,
        silence: Silence | None,
    ) -> SlouchAlert:
        why = (
            f"Leaning {flexion_deg:.0f}° forward, over your limit of {self.threshold_deg:.0f}°, "
            f"for {(t_ns - event.onset_ns) / _NS:.0f} s."
        )
        if silence is not None:
            why += f" Not sounded: {SILENT_SENTENCES[silence]}."
        alert = self._make(kind, t_ns, event, flexion_deg, why, silence)
        self._alert = alert
        return alert

    def _end(self, t_ns: int, flexion_deg: float, what: str) -> SlouchAlert | None:
        event = self._event
        assert event is not None
        silent = None if self._alert is None else self._alert.silent
        self._drop()
        if not event.told:
            return None
        why = f"{what} after {(t_ns - event.onset_ns) / _NS:.0f} s."
        return self._make(AlertKind.RECOVERED, t_ns, event, flexion_deg, why, silent)

    def _drop(self) -> None:
        self._event = None
        self._alert = None

    def _make(
        self,
        kind: AlertKind,
        t_ns: int,
        event: _Event,
        flexion_deg: float,
        why: str,
        silent: Silence | None,
    ) -> SlouchAlert:
        return SlouchAlert(
            sensor_id=self._sensor_id,
            t_ns=t_ns,
            kind=kind,
            onset_t_ns=event.onset_ns,
            flexion_deg=flexion_deg,
            threshold_deg=self.threshold_deg,
            dwell_s=(t_ns - event.onset_ns) / _NS,
            why=why,
            silent=silent,
            stage=event.stage,
        )
