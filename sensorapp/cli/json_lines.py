"""`--json`: one object a line; unknown is null, never NaN. Keys follow the README's table.

Lines are pure ASCII, other characters escaped: right in every encoding that a pipe may have,
and harmless in a terminal whatever a file is called.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from sensorapp.cli.output import TextOut
from sensorapp.model.breaks import BreakCredited, BreakDue, BreakTotals
from sensorapp.model.exposure import EvaGrid, Exposure
from sensorapp.model.inputs import Input, SettingsChanged
from sensorapp.model.outputs import (
    Fault,
    Gap,
    LinkStatus,
    Marker,
    Output,
    SensorAlone,
    SensorStatus,
    Summary,
)
from sensorapp.model.posture import BaselineOffer, Calibration, Movement, PostureFrame, SlouchAlert
from sensorapp.model.profiles import ProfileOffer

_NS = 1_000_000_000
_Fields = dict[str, Any]


def _s(t_ns: int | None) -> float | None:
    return None if t_ns is None else t_ns / _NS


def _number(value: float | None, digits: int = 4) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(value, digits)


def _calibration(output: Calibration) -> _Fields:
    return {
        "type": "calibration",
        "t_s": _s(output.t_ns),
        "source": output.source.value,
        "forward_axis": output.forward_axis.value,
        "tilt_deg": _number(output.tilt_deg),
        "threshold_deg": _number(output.threshold_deg),
        "poses": output.poses,
    }


def _posture(output: PostureFrame) -> _Fields:
    activity = output.activity
    return {
        "type": "posture",
        "t_s": _s(output.t_ns),
        "flexion_deg": _number(output.flexion_deg),
        "side_bend_deg": _number(output.side_bend_deg),
        "twist_deg": _number(output.twist_deg),
        "state": output.state.value,
        "quality": [quality.value for quality in output.quality],
        "tilt_sigma_deg": _number(output.tilt_sigma_deg),
        "activity": None if activity is None else activity.kind.value,
        "activity_confidence": None if activity is None else _number(activity.confidence, 2),
        "cadence_spm": None if activity is None else _number(activity.cadence_spm, 1),
    }


def _alert(output: SlouchAlert) -> _Fields:
    return {
        "type": "alert",
        "t_s": _s(output.t_ns),
        "kind": output.kind.value,
        "onset_s": _s(output.onset_t_ns),
        "flexion_deg": _number(output.flexion_deg),
        "threshold_deg": _number(output.threshold_deg),
        "dwell_s": _number(output.dwell_s),
        "why": output.why,
        "late_s": _number(output.late_s),
        "silent": None if output.silent is None else output.silent.value,
        "stage": output.stage,
    }


def _break_credited(output: BreakCredited) -> _Fields:
    return {
        "type": "break_credited",
        "t_s": _s(output.t_ns),
        "kind": output.kind.value,
        "start_s": _s(output.t_start_ns),
        "without_s": _number(output.without_s),
        "why": output.why,
    }


def _break_due(output: BreakDue) -> _Fields:
    return {
        "type": "break_due",
        "t_s": _s(output.t_ns),
        "kind": output.kind.value,
        "without_s": _number(output.without_s),
        "unknown_s": _number(output.unknown_s),
        "last_kind": None if output.last_kind is None else output.last_kind.value,
        "last_s": _s(output.last_t_ns),
        "reminder": output.reminder,
        "why": output.why,
        "late_s": _number(output.late_s),
    }


def _offer(output: BaselineOffer) -> _Fields:
    return {
        "type": "offer",
        "t_s": _s(output.t_ns),
        "kind": output.kind.value,
        "flexion_deg": _number(output.flexion_deg),
        "side_bend_deg": _number(output.side_bend_deg),
        "why": output.why,
    }


def _alone(output: SensorAlone) -> _Fields:
    silent = None if output.silence is None else output.silence.value
    return {"type": "sensor_alone", "t_s": _s(output.t_ns), "on": output.is_on, "silent": silent}


def _profile_offer(output: ProfileOffer) -> _Fields:
    return {
        "type": "profile_offer",
        "t_s": _s(output.t_ns),
        "profile": output.profile,
        "confidence": _number(output.confidence),
        "why": output.why,
    }


def _movement(output: Movement) -> _Fields:
    return {
        "type": "movement",
        "t_s": _s(output.t_ns),
        "start_s": _s(output.t_start_ns),
        "end_s": _s(output.t_end_ns),
        "sparc": _number(output.sparc),
        "peak_dps": _number(output.peak_dps),
        "range_deg": _number(output.range_deg),
        "confidence": _number(output.confidence),
        "sparc_usual": _usual(output.usual),
    }


def _link(output: LinkStatus) -> _Fields:
    state = {"state": output.state.value, "reason": output.reason}
    return {"type": "link", "t_s": _s(output.t_ns), **state}


def _status(output: SensorStatus) -> _Fields:
    return {
        "type": "status",
        "t_s": _s(output.t_ns),
        "battery_pct": output.battery_pct,
        "rate_hz": _number(output.rate_hz),
        "worn": output.worn,
    }


def _gap(output: Gap) -> _Fields:
    return {
        "type": "gap",
        "t_s": _s(output.t_ns),
        "first_index": output.first_index,
        "count": output.count,
        "duration_s": _number(output.duration_s, 6),
    }


def _fault(output: Fault) -> _Fields:
    what = {"kind": output.kind, "message": output.message}
    return {"type": "fault", "t_s": _s(output.t_ns), **what}


def _marker(output: Marker) -> _Fields:
    return {"type": "marker", "t_s": _s(output.t_ns)}


def _settings(item: SettingsChanged) -> _Fields | None:
    """The limits that count from now on; None if none changed."""
    slouch = item.slouch
    if slouch is None:
        return None
    return {
        "type": "settings",
        "t_s": _s(item.t_ns),
        "threshold_deg": _number(slouch.threshold_deg),
        "slouch_share": _number(slouch.slouch_share),
        "dwell_s": _number(slouch.dwell_s),
        "min_pause_s": _number(slouch.min_pause_s),
        "bending_deg": _number(slouch.bending_deg),
    }


def _by_limit(pairs: tuple[tuple[int, float | None], ...], digits: int) -> _Fields:
    return {str(limit): _number(value, digits) for limit, value in pairs}


def _usual(quartiles: tuple[float, float, float] | None) -> _Fields | None:
    if quartiles is None:
        return None
    return dict(zip(("25", "50", "75"), map(_number, quartiles), strict=True))


def _eva(grid: EvaGrid | None) -> _Fields | None:
    if grid is None:
        return None
    share = [[round(cell, 6) for cell in row] for row in grid.share]
    return {"over_deg": list(grid.over_deg), "over_s": list(grid.over_s), "share": share}


def _exposure(exposure: Exposure) -> _Fields:
    return {
        "known_s": _number(exposure.known_s, 6),
        "left_out_s": {why: _number(span_s, 6) for why, span_s in exposure.left_out_s},
        "over_deg": _by_limit(exposure.over_deg, 6),
        "flexion_p_deg": _by_limit(exposure.flexion_p_deg, 1),
        "speed_p50_dps": _number(exposure.speed_p50_dps, 1),
        "eva": _eva(exposure.eva),
        "rests_per_h": _number(exposure.rests_per_h),
        "longest_hold_s": _number(exposure.longest_hold_s, 6),
        "since_change_s": _number(exposure.since_change_s, 6),
    }


def _breaks(breaks: BreakTotals) -> _Fields:
    return {
        "walked_s": _number(breaks.walked_s, 6),
        "breaks": {kind.value: count for kind, count in breaks.counts},
        "longest_without_break_s": _number(breaks.longest_without_s, 6),
        "without_break_s": _number(breaks.without_s, 6),
    }


def _summary(output: Summary) -> _Fields:
    return {
        "type": "summary",
        "t_s": _s(output.t_ns),
        "duration_s": _number(output.duration_s, 6),
        "samples": output.samples,
        "samples_lost": output.samples_lost,
        "alerts": output.alerts,
        "slouches": output.slouches,
        "movements": output.movements,
        "sparc_median": _number(output.sparc_median),
        "sparc_usual": _usual(output.sparc_usual),
        **_exposure(output.exposure),
        **_breaks(output.breaks),
    }


_WRITERS: dict[type, Callable[[Any], _Fields]] = {
    Calibration: _calibration,
    PostureFrame: _posture,
    SlouchAlert: _alert,
    BreakCredited: _break_credited,
    BreakDue: _break_due,
    BaselineOffer: _offer,
    ProfileOffer: _profile_offer,
    SensorAlone: _alone,
    Movement: _movement,
    LinkStatus: _link,
    SensorStatus: _status,
    Gap: _gap,
    Fault: _fault,
    Marker: _marker,
    Summary: _summary,
}


def as_fields(output: Output) -> _Fields | None:
    """The object that an output is written as; None for what is no line (actions)."""
    writer = _WRITERS.get(type(output))
    return None if writer is None else writer(output)


class JsonLines:
    """A sink that writes every output as a line; `extra` is added to each (`file`)."""

    def __init__(self, stream: TextOut, extra: dict[str, str] | None = None) -> None:
        self._stream = stream
        self._extra = extra or {}

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Write the lines that an input led to."""
        wrote = False
        lines = [as_fields(output) for output in outputs]
        if isinstance(item, SettingsChanged):
            lines.insert(0, _settings(item))
        for fields in lines:
            if fields is not None:
                fields.update(self._extra)
                self._stream.write(json.dumps(fields, allow_nan=False) + "\n")
                wrote = True
        if wrote:
            self._stream.flush()
