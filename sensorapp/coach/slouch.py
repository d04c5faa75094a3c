"""When a lean becomes one alert, and when it is over.

One slouch is one event: it begins where the flexion passes the limit, alerts at most once
after the dwell, and ends where the flexion stays under the leaving limit or the wearer gets
moving. Nothing here measures; the caller says what the wearer does besides (`doing`).

Figures: 15 deg and 15 s are the subtlest claim that held on 147 wearers; two thirds of the
limit to leave keeps breathing (about 1 deg) and sway from opening and closing an event.
"""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.model.posture import AlertKind, PostureState, SlouchAlert
from sensorapp.model.settings import SlouchSettings

LEAVE_HOLD_S = 1.0
"""Under the leaving limit for this long ends a slouch: one deep breath does not."""

INTERRUPTION_S = 3.0
"""Moving, bending or no certain angle for longer than this ends a slouch; shorter is part of it."""

_NS = 1_000_000_000


@dataclass(slots=True)
class _Event:
    """A slouch that is going on."""

    onset_ns: int
    alerted: bool = False
    under_since_ns: int | None = None
    away_since_ns: int | None = None


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
        """The alert in force, from its sounding until the slouch ends."""
        return self._alert

    @property
    def muted_until_ns(self) -> int | None:
        """No alert before this time."""
        return self._muted_until_ns

    def set_slouch_pose(self, slouch_deg: float | None) -> None:
        """Learn the flexion of the wearer's own slouch, or forget it."""
        self._slouch_deg = slouch_deg

    def judge_by(self, settings: SlouchSettings) -> None:
        """Take other limits from the next frame on.

        A lean that is going on keeps its onset; under a larger limit it begins anew, when it
        passes that. What was alerted stays one event.
        """
        before_deg = self.threshold_deg
        self._settings = settings
        alerted = self._event is not None and self._event.alerted
        if self.threshold_deg > before_deg and not alerted:
            self._event = None

    def mute(self, until_ns: int | None) -> None:
        """Be silent until `until_ns`; None speaks again at once."""
        self._muted_until_ns = until_ns

    def step(
        self, t_ns: int, flexion_deg: float, doing: PostureState | None, *, may_alert: bool = True
    ) -> tuple[PostureState, SlouchAlert | None]:
        """Judge one frame.

        `doing` is what else is known (bending, moving, lying, uncertain, not worn), None while
        only the angle counts; without `may_alert` an alert that is due waits for a later frame.
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
        alert = self._maybe_alert(t_ns, flexion_deg) if may_alert else None
        return PostureState.SLOUCH, alert

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

    def _maybe_over(self, t_ns: int, flexion_deg: float) -> tuple[PostureState, SlouchAlert | None]:
        event = self._event
        assert event is not None
        if event.under_since_ns is None:
            event.under_since_ns = t_ns
        if t_ns - event.under_since_ns < LEAVE_HOLD_S * _NS:
            return PostureState.SLOUCH, None
        return PostureState.UPRIGHT, self._end(t_ns, flexion_deg, "You came up again")

    def _maybe_alert(self, t_ns: int, flexion_deg: float) -> SlouchAlert | None:
        event = self._event
        assert event is not None
        dwell_ns = t_ns - event.onset_ns
        if event.alerted or dwell_ns < self._settings.dwell_s * _NS:
            return None
        if self._muted_until_ns is not None and t_ns < self._muted_until_ns:
            return None
        pause_ns = self._settings.min_pause_s * _NS
        if self._last_alert_ns is not None and t_ns - self._last_alert_ns < pause_ns:
            return None
        event.alerted = True
        self._last_alert_ns = t_ns
        why = (
            f"Leaning {flexion_deg:.0f}° forward, over your limit of {self.threshold_deg:.0f}°, "
            f"for {dwell_ns / _NS:.0f} s."
        )
        self._alert = self._make(AlertKind.SLOUCH, t_ns, event.onset_ns, flexion_deg, why)
        return self._alert

    def _end(self, t_ns: int, flexion_deg: float, what: str) -> SlouchAlert | None:
        event = self._event
        assert event is not None
        self._drop()
        if not event.alerted:
            return None
        why = f"{what} after {(t_ns - event.onset_ns) / _NS:.0f} s."
        return self._make(AlertKind.RECOVERED, t_ns, event.onset_ns, flexion_deg, why)

    def _drop(self) -> None:
        self._event = None
        self._alert = None

    def _make(
        self, kind: AlertKind, t_ns: int, onset_ns: int, flexion_deg: float, why: str
    ) -> SlouchAlert:
        return SlouchAlert(
            sensor_id=self._sensor_id,
            t_ns=t_ns,
            kind=kind,
            onset_t_ns=onset_ns,
            flexion_deg=flexion_deg,
            threshold_deg=self.threshold_deg,
            dwell_s=(t_ns - onset_ns) / _NS,
            why=why,
        )
