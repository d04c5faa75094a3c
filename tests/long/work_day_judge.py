"""What is right to say of a made-up working day, from its script and the true angles alone.

A slouch is due if the true flexion is above the limit in force for the dwell, without a break
of over a second, while the wearer does nothing else and samples come. A slouch that was told is
right if it overlaps one that is due; there is no grey zone on either side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sensorapp.model.breaks import BreakCredited, BreakDue, BreakKind, DueKind
from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Output
from sensorapp.model.posture import AlertKind, Calibration, SlouchAlert
from sensorapp.model.settings import SlouchSettings
from sensorapp.session.state import LATE_S
from sensorapp.virtual.wearer import Activity, Wearer
from tests.long.work_day import Floats, Span, WorkDay
from tests.unit.session_support import NS, of

_GRID_S = 0.1
_DIP_S = 1.0
_AROUND_S = 1.0
_HOUR_S = 3600.0
_SHOWN_S = 4.0
"""From the key to the new pose: two seconds of rest, and as much to begin with."""
_ELSEWHERE = (Activity.WALK, Activity.STAND, Activity.BEND_DOWN, Activity.SENSOR_OFF)


@dataclass(frozen=True)
class Told:
    """A slouch as it was told: its onset, its telling, its end, and why it was silent."""

    onset_s: float
    told_s: float
    end_s: float
    silent: str


@dataclass(frozen=True)
class Verdict:
    """One day: what was due and told, what sounded where it must not, and breaks."""

    seed: int
    due: int
    found: int
    told: int
    right: int
    twice: int
    sounded: int
    most_calls_in_an_hour: int
    without_reason: int
    sounded_amiss: tuple[str, ...]
    breaks_due: int
    breaks_found: int
    breaks_made_up: int
    silent_why: dict[str, int]
    missed: tuple[Span, ...]
    """Poses in which a slouch was due and none was told, but for those of a slipped clip."""
    made_up: tuple[Told, ...]
    """Told and not right, but for those of a slipped clip."""

    @property
    def precision(self) -> float:
        """Share of the told slouches that were some."""
        return self.right / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        """Share of the due slouches that were told."""
        return self.found / self.due if self.due else 1.0


def verdict(
    day: WorkDay,
    wearer: Wearer,
    outputs: Sequence[Output],
    *,
    buffered: bool,
    dwell_s: float = SlouchSettings().dwell_s,
) -> Verdict:
    """Judge the outputs of a day; `buffered` if the sensor keeps what it can't send."""
    runs = due_runs(day, wearer, outputs, dwell_s, lost=() if buffered else day.lost)
    told = told_slouches(day, outputs)
    slipped = slipped_spans(day)
    overlaps = [
        [run for run in runs if _meets(Span(one.onset_s, one.end_s), [run])] for one in told
    ]
    sounds_s = [
        one.t_ns / NS for one in of(SlouchAlert, outputs) if one.sounds and one.t_ns / NS > 0.0
    ]
    calls_s = sounds_s + [one.t_ns / NS for one in of(BreakDue, outputs) if one.kind is DueKind.DUE]
    found, made_up = _breaks(day, outputs)
    firsts = [one for one in of(SlouchAlert, outputs) if one.kind is AlertKind.SLOUCH]
    return Verdict(
        seed=day.seed,
        due=len(runs),
        found=sum(_meets(run, [Span(one.onset_s, one.end_s) for one in told]) for run in runs),
        told=len(told),
        right=sum(bool(those) for those in overlaps),
        twice=_told_twice(day, told),
        sounded=len(sounds_s),
        most_calls_in_an_hour=_most_in_an_hour(calls_s),
        without_reason=sum(one.silent is None and not one.sounds for one in firsts),
        sounded_amiss=tuple(_amiss(day, sounds_s, LATE_S if buffered else _AROUND_S)),
        breaks_due=len(day.breaks),
        breaks_found=found,
        breaks_made_up=made_up,
        silent_why=dict(Counter(one.silent or "sounded" for one in told)),
        missed=tuple(_missed(day, [run for run in runs if not _meets(run, slipped)], told)),
        made_up=tuple(
            one
            for one, those in zip(told, overlaps, strict=True)
            if not those and not _meets(Span(one.onset_s, one.end_s), slipped)
        ),
    )


def due_runs(
    day: WorkDay,
    wearer: Wearer,
    outputs: Sequence[Output],
    dwell_s: float,
    lost: Sequence[Span] = (),
) -> list[Span]:
    """The slouches that are due, by the limits that were in force."""
    t_s = np.arange(day.judged_from_s, day.now_s, _GRID_S)
    flexion_deg = wearer.angles_deg(t_s)[:, 0]
    over = (flexion_deg > limits_deg(outputs, t_s)) & ~_elsewhere(day, t_s)
    seen = np.ones(len(t_s), dtype=np.bool_)
    for span in lost:
        seen &= (t_s < span.begin_s) | (t_s >= span.end_s)
    over = _closed(over, round(_DIP_S / _GRID_S)) & ~_elsewhere(day, t_s) & seen
    return [
        Span(float(t_s[begin]), float(t_s[end - 1]) + _GRID_S)
        for begin, end in _runs(over)
        if (end - begin) * _GRID_S >= dwell_s
    ]


def limits_deg(outputs: Sequence[Output], t_s: Floats) -> Floats:
    """The limit in force at each instant."""
    made = of(Calibration, outputs)
    since = np.searchsorted([one.t_ns / NS for one in made], t_s, side="right") - 1
    return np.array([one.threshold_deg for one in made])[np.maximum(since, 0)]


def told_slouches(day: WorkDay, outputs: Sequence[Output]) -> list[Told]:
    """Each slouch that was told since the wearer had set up."""
    alerts = [one for one in of(SlouchAlert, outputs) if one.t_ns / NS >= day.judged_from_s]
    ends_s = {one.onset_t_ns: one.t_ns / NS for one in alerts if one.kind is AlertKind.RECOVERED}
    return [
        Told(
            one.onset_t_ns / NS,
            one.t_ns / NS,
            ends_s.get(one.onset_t_ns, one.t_ns / NS),
            "" if one.silent is None else one.silent.value,
        )
        for one in alerts
        if one.kind is AlertKind.SLOUCH
    ]


def slipped_spans(day: WorkDay) -> list[Span]:
    """From each slip until the wearer has shown the upright pose again.

    No program can tell a clip that slipped from a back that leans otherwise.
    """
    shown_s = [one.t_s for one in day.presses if one.command is Command.CALIBRATE_UPRIGHT]
    return [
        Span(slip.begin_s, min(at_s for at_s in shown_s if at_s > slip.begin_s) + _SHOWN_S)
        for slip in day.slips
    ]


def _missed(day: WorkDay, runs: Sequence[Span], told: Sequence[Told]) -> list[Span]:
    """Phases with runs of which none was told: a slouch at the limit is several, and one pose."""
    those, begin_s = [], 0.0
    told_spans = [Span(one.onset_s, one.end_s) for one in told]
    for phase in day.phases:
        pose = Span(begin_s, begin_s + phase.duration_s)
        within = [run for run in runs if pose.begin_s <= run.begin_s < pose.end_s]
        if within and not any(_meets(run, told_spans) for run in within):
            those.append(pose)
        begin_s = pose.end_s
    return those


def _meets(one: Span, others: Sequence[Span]) -> bool:
    return any(one.begin_s < other.end_s and one.end_s > other.begin_s for other in others)


def _told_twice(day: WorkDay, told: Sequence[Told]) -> int:
    """Tellings beyond the first within one pose that was held."""
    twice, begin_s = 0, 0.0
    for phase in day.phases:
        end_s = begin_s + phase.duration_s
        if phase.activity is Activity.SLOUCH:
            cut = any(span.begin_s < end_s and span.end_s > begin_s for span in day.lost)
            within = sum(begin_s <= one.onset_s < end_s for one in told)
            twice += 0 if cut else max(0, within - 1)
        begin_s = end_s
    return twice


def _amiss(day: WorkDay, sounds_s: Sequence[float], fresh_s: float) -> list[str]:
    """Alerts that sounded in a pause, on a walk, or while nothing was heard.

    What a sensor kept of the last `fresh_s` of a gap is the present when it comes.
    """
    walks, begin_s = [], 0.0
    for phase in day.phases:
        if phase.activity is Activity.WALK:
            walks.append(Span(begin_s, begin_s + phase.duration_s))
        begin_s += phase.duration_s
    return [
        f"{what} at {at_s:.1f} s"
        for what, spans, end_s in (
            ("pause", day.silent, _AROUND_S),
            ("walk", walks, _AROUND_S),
            ("gap", day.lost, fresh_s),
        )
        for span in spans
        for at_s in sounds_s
        if span.begin_s + _AROUND_S < at_s < span.end_s - end_s
    ]


def _breaks(day: WorkDay, outputs: Sequence[Output]) -> tuple[int, int]:
    """Breaks that were credited in time, and those that were none."""
    left = [one for one in of(BreakCredited, outputs) if one.kind is not BreakKind.MICRO]
    found = 0
    for earned in day.breaks:
        inside = [
            one
            for one in left
            if earned.span.begin_s <= one.t_ns / NS <= earned.span.end_s + 5.0
            and one.kind in earned.kinds
        ]
        found += bool(inside)
        left = [one for one in left if one not in inside[:1]]
    return found, len(left)


def _most_in_an_hour(calls_s: Sequence[float]) -> int:
    calls = sorted(calls_s)
    return max((sum(at <= one < at + _HOUR_S for one in calls) for at in calls), default=0)


def _elsewhere(day: WorkDay, t_s: Floats) -> NDArray[np.bool_]:
    elsewhere = np.zeros(len(t_s), dtype=np.bool_)
    begin_s = 0.0
    for phase in day.phases:
        end_s = begin_s + phase.duration_s
        if phase.activity in _ELSEWHERE:
            elsewhere |= (t_s > begin_s - _AROUND_S) & (t_s < end_s + _AROUND_S)
        begin_s = end_s
    return elsewhere


def _closed(mask: NDArray[np.bool_], longest: int) -> NDArray[np.bool_]:
    """With holes of at most `longest` filled."""
    filled = mask.copy()
    for begin, end in _runs(~mask):
        if end - begin <= longest and begin > 0 and end < len(mask):
            filled[begin:end] = True
    return filled


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(int)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]
