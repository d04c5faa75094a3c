"""`--plain`: one line per event, for screen readers, pipes and logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sensorapp.cli.output import TextOut
from sensorapp.model.breaks import BreakCredited, BreakDue, BreakTotals, DueKind
from sensorapp.model.inputs import (
    Input,
    ProfileChanged,
    QuietChanged,
    RecordingChanged,
    SettingsChanged,
)
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
from sensorapp.model.posture import (
    AlertKind,
    BaselineOffer,
    Calibration,
    CalibrationSource,
    Movement,
    PostureFrame,
    PostureState,
    SlouchAlert,
)
from sensorapp.model.profiles import PROFILE_LABELS, ProfileOffer
from sensorapp.model.settings import CoachingSettings, SlouchSettings
from sensorapp.text.cleaning import plain_text
from sensorapp.text.silences import SILENT_SENTENCES

_NS = 1_000_000_000
REPEAT_NS = 10 * _NS
"""A posture line at least this often while nothing changes."""
SETTLE_NS = _NS
"""A new state is said once it has held for this long: flicker is not news."""

_STATE_WORDS = {
    PostureState.CALIBRATING: "calibrating: sit tall and still for two seconds",
    PostureState.UPRIGHT: "upright",
    PostureState.SLOUCH: "slouching",
    PostureState.BENDING: "bending down",
    PostureState.MOVING: "moving",
    PostureState.LYING: "lying",
    PostureState.UNCERTAIN: "angle uncertain",
    PostureState.NOT_WORN: "sensor not worn",
}

_SOURCE_WORDS = {
    CalibrationSource.REST: "upright pose taken anew",
    CalibrationSource.BENDS: "forward found from your slow bends",
    CalibrationSource.TWO_POSE: "limit set by your own slouch",
    CalibrationSource.OPTION: "forward as you gave it",
    CalibrationSource.MOUNTING: "forward from how the clip is worn",
    CalibrationSource.ASSUMED: "forward is only assumed; bend forward slowly twice, "
    "or give --forward",
    CalibrationSource.STORED: "stored calibration",
}


def _calibration(output: Calibration) -> str:
    poses = f", mean of {output.poses} poses" if (output.poses or 1) > 1 else ""
    return (
        f"Calibrated: {_SOURCE_WORDS[output.source]} "
        f"(forward is {output.forward_axis.value}, limit {output.threshold_deg:.0f}°{poses})."
    )


def _alert(output: SlouchAlert) -> str:
    if output.kind is AlertKind.RECOVERED:
        word = "Well done" if output.silent is None else "Up again"
    else:
        word = "Alert" if output.sounds else "Slouch" if output.silent else "Still"
    return f"{word}: {output.why}{_late(output.late_s)}"


def _late(late_s: float) -> str:
    return f" This was {late_s:.0f} s ago." if late_s else ""


def _break_credited(output: BreakCredited) -> str:
    return f"Break: {output.why}"


def _break_due(output: BreakDue) -> str:
    word = "Time for a break" if output.kind is DueKind.DUE else "Break taken"
    return f"{word}: {output.why}{_late(output.late_s)}"


def _profile_offer(output: ProfileOffer) -> str:
    label = PROFILE_LABELS.get(output.profile, output.profile)
    return f"Offer: {output.why} The profile {plain_text(label)} may suit; nothing is switched."


def _offer(output: BaselineOffer) -> str:
    return f"Offer: {output.why}"


def _movement(output: Movement) -> str:
    usual = "" if output.usual is None else f" (usually {output.usual[1]:.2f})"
    smooth = "" if output.sparc is None else f", smoothness {output.sparc:.2f}{usual}"
    length_s = (output.t_end_ns - output.t_start_ns) / _NS
    return (
        f"Movement of {length_s:.1f} s: {output.range_deg:.0f}° at up to "
        f"{output.peak_dps:.0f}°/s{smooth}."
    )


def _link(output: LinkStatus) -> str:
    reason = f": {plain_text(output.reason)}" if output.reason else ""
    return f"Link {output.state.value}{reason}"


def _status(output: SensorStatus) -> str:
    parts = []
    if output.battery_pct is not None:
        parts.append(f"battery {output.battery_pct} %")
    if output.rate_hz is not None:
        parts.append(f"{output.rate_hz:g} Hz")
    if output.worn is not None:
        parts.append("worn" if output.worn else "not worn")
    return "Sensor: " + ", ".join(parts)


def _alone(output: SensorAlone) -> str:
    if output.is_on:
        return "Sensor: it alerts by itself while its link is lost."
    why = "" if output.silence is None else f": {SILENT_SENTENCES[output.silence]}"
    return f"Sensor: it does not alert by itself now{why}."


def _gap(output: Gap) -> str:
    if output.count is None:
        return f"Gap: {output.duration_s:.1f} s without samples."
    return f"Gap of {output.duration_s:.2f} s: {_count(output.count, 'sample')} lost."


def _fault(output: Fault) -> str:
    return f"Notice: {plain_text(output.message)}"


def _marker(output: Marker) -> str:
    del output
    return "Marker set."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _share(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:.0f} %"


def _span(span_s: float) -> str:
    return f"{span_s:.0f} s" if span_s < 120.0 else f"{span_s / 60.0:.0f} min"


def _breaks(breaks: BreakTotals) -> str:
    if not breaks.breaks and not breaks.micro_breaks and breaks.longest_without_s < 60.0:
        return ""
    return (
        f"; {_count(breaks.breaks, 'break')}, {_count(breaks.micro_breaks, 'micro-break')}, "
        f"longest without a break {_span(breaks.longest_without_s)}, "
        f"{_span(breaks.walked_s)} walked"
    )


def summary_line(output: Summary) -> str:
    """A session in one sentence."""
    exposure = output.exposure
    over = ", ".join(f"{limit}° {_share(share)}" for limit, share in exposure.over_deg)
    hold_s = exposure.longest_hold_s
    held = "" if hold_s is None else f"; longest without a change of posture {_span(hold_s)}"
    sparc = "" if output.sparc_median is None else f" (median smoothness {output.sparc_median:.2f})"
    return (
        f"Summary: {output.duration_s:.1f} s, {output.samples} samples, "
        f"{output.samples_lost} lost; {_count(output.alerts, 'alert')}, "
        f"{_count(output.movements, 'movement')}"
        f"{sparc}; time over {over}{held}{_breaks(output.breaks)}."
    )


_WRITERS: dict[type, Callable[[Any], str]] = {
    Calibration: _calibration,
    SlouchAlert: _alert,
    BreakCredited: _break_credited,
    BreakDue: _break_due,
    BaselineOffer: _offer,
    ProfileOffer: _profile_offer,
    Movement: _movement,
    LinkStatus: _link,
    SensorStatus: _status,
    SensorAlone: _alone,
    Gap: _gap,
    Fault: _fault,
    Marker: _marker,
    Summary: summary_line,
}


class PlainLines:
    """A sink that writes events as sentences, and the posture when it changes or every 10 s."""

    def __init__(self, stream: TextOut, *, is_replay: bool = False, is_typed: bool = False) -> None:
        """`is_typed`: what is offered can be answered by typing."""
        self._stream = stream
        self._is_replay = is_replay
        self._is_typed = is_typed and not is_replay
        self._said: PostureState | None = None
        self._said_ns = 0
        self._new: tuple[PostureState, int] | None = None

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Write what is worth a line."""
        if isinstance(item, RecordingChanged) and not self._is_replay:
            self._write(None, _recording(item))
        if isinstance(item, SettingsChanged) and item.slouch is not None:
            self._write(item.t_ns, _settings(item.slouch))
        if isinstance(item, SettingsChanged) and item.coaching is not None:
            self._write(item.t_ns, _day(item.coaching))
        if isinstance(item, ProfileChanged):
            self._write(item.t_ns, _profile(item))
        if isinstance(item, QuietChanged):
            self._write(item.t_ns, _quiet(item))
        for output in outputs:
            if isinstance(output, PostureFrame):
                self._posture(output)
                continue
            writer = _WRITERS.get(type(output))
            if writer is not None:
                self._write(getattr(output, "t_ns", None), writer(output))
            if not self._is_replay and isinstance(output, ProfileOffer | BreakDue):
                self._answers(output)
        self._stream.flush()

    def _answers(self, output: ProfileOffer | BreakDue) -> None:
        """How to answer, after what was said."""
        if isinstance(output, BreakDue):
            if self._is_typed and output.kind is DueKind.DUE and not output.late_s:
                self._write(output.t_ns, "Type l and Enter to be reminded again in 15 min.")
        elif self._is_typed:
            self._write(output.t_ns, "Type y and Enter to switch, or leave it.")
        else:
            line = f"To switch, start it as: sensorapp live --profile {output.profile}"
            self._write(output.t_ns, line)

    def _posture(self, frame: PostureFrame) -> None:
        if self._new is None or self._new[0] is not frame.state:
            self._new = (frame.state, frame.t_ns)
        changed = frame.state is not self._said and (
            self._said is None or frame.t_ns - self._new[1] >= SETTLE_NS
        )
        if not changed and frame.t_ns - self._said_ns < REPEAT_NS:
            return
        if frame.state is not self._said and not changed:
            return
        self._said, self._said_ns = frame.state, frame.t_ns
        angle = "" if frame.flexion_deg is None else f"{round(frame.flexion_deg)}° forward, "
        self._write(frame.t_ns, f"{angle}{_STATE_WORDS[frame.state]}")

    def _write(self, t_ns: int | None, line: str) -> None:
        stamp = "      -" if t_ns is None else f"{t_ns / _NS:7.1f}"
        self._stream.write(f"{stamp} s  {line}\n")


def _profile(item: ProfileChanged) -> str:
    if item.needs_pose:
        return (
            f"Profile {plain_text(item.profile)}: it needs its upright pose for how the clip sits "
            "now. Stand or sit as you will, then press c (type c and Enter). Until then no alert "
            "sounds."
        )
    pose = "its own pose" if item.alignment is not None else "no pose of its own yet"
    return f"Profile {plain_text(item.profile)}, {pose}."


def _quiet(item: QuietChanged) -> str:
    if item.why is None:
        return "Alerts may sound again."
    until = f" until {item.until}" if item.until else ""
    return f"No alert sounds{until}: {SILENT_SENTENCES[item.why]}."


def _recording(item: RecordingChanged) -> str:
    if item.recording:
        return f"Recording to {item.name}."
    return f"Not recording: {item.message}"


def _day(coaching: CoachingSettings) -> str:
    left_s = coaching.training_left_s
    if left_s is None:
        return "A new day: alerts sound all day."
    return f"A new day: alerts sound for {left_s / 60:.0f} min of it, then slouches are counted."


def _settings(slouch: SlouchSettings) -> str:
    return (
        f"Settings changed: your limit lies {100 * slouch.slouch_share:.0f} % of the way to your "
        f"slouch, or at {slouch.threshold_deg:g}° while that is unknown; alert after "
        f"{slouch.dwell_s:g} s, least {slouch.min_pause_s / 60.0:g} min between two."
    )
