"""Made-up states and a source that plays them: what the screen is tested and drawn with."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace

from sensorapp.model.breaks import BreakDue, BreakKind, BreakTotals, DueKind
from sensorapp.model.device import DeviceInfo, LinkState
from sensorapp.model.inputs import Command
from sensorapp.model.outputs import LinkStatus, SensorStatus
from sensorapp.model.posture import (
    AlertKind,
    Alignment,
    Calibration,
    CalibrationSource,
    ForwardAxis,
    Movement,
    PostureFrame,
    PostureState,
    Quality,
    SlouchAlert,
)
from sensorapp.session.state import TRACE_S, LaneEvent, LaneKind, SessionState
from sensorapp.tui.view_model import LiveView, WidthClass, live_view

S = 1_000_000_000
FRAME = S // 10
SENSOR = "back"
LIMIT_DEG = 15.0


def frame_at(
    t_ns: int,
    flexion_deg: float | None,
    state: PostureState = PostureState.UPRIGHT,
    quality: tuple[Quality, ...] = (),
) -> PostureFrame:
    side = None if flexion_deg is None else 2.5
    return PostureFrame(SENSOR, t_ns, flexion_deg, side, side, state, quality)


def calibration(
    source: CalibrationSource = CalibrationSource.TWO_POSE, slouch_deg: float | None = 30.0
) -> Calibration:
    alignment = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), source, slouch_deg)
    return Calibration(SENSOR, 2 * S, source, ForwardAxis.MINUS_Z, 8.0, LIMIT_DEG, alignment)


def link(state: LinkState = LinkState.STREAMING, reason: str = "") -> LinkStatus:
    return LinkStatus(SENSOR, None, state, reason)


def before_anything() -> SessionState:
    """The state of a session that has met no sensor."""
    return SessionState(
        sensor_id=None,
        t_ns=None,
        posture=None,
        shown_flexion_deg=None,
        calibration=None,
        calibration_progress=0.0,
        waiting_for="",
        threshold_deg=LIMIT_DEG,
        leave_deg=10.0,
        dwell_s=15.0,
        slouch_since_ns=None,
        alert=None,
        muted_until_ns=None,
        movement=None,
        link=None,
        sensor=None,
        device=None,
        fault=None,
        faults=0,
        samples=0,
        samples_lost=0,
        alerts=0,
        movements=0,
        recording=None,
        recording_trouble="",
        trace=(),
        lane=(),
    )


def flexion_at(t_s: float) -> float:
    """A quiet sitting with breathing, a slouch from second 58 to 82, a bend at 100."""
    base = 3.0 + 1.2 * math.sin(t_s * 1.6) + 0.8 * math.sin(t_s * 0.37) + 0.3 * math.sin(t_s * 9.0)
    into = 1 / (1 + math.exp(-(t_s - 58) / 0.8)) - 1 / (1 + math.exp(-(t_s - 82) / 0.6))
    bend = 26.0 * math.exp(-(((t_s - 46) / 1.1) ** 2))
    return base + 19.0 * into + bend


EVENTS = (
    LaneEvent(2 * S, LaneKind.CALIBRATION),
    LaneEvent(31 * S, LaneKind.MARKER),
    LaneEvent(37 * S, LaneKind.GAP),
    LaneEvent(48 * S, LaneKind.MOVEMENT),
    LaneEvent(73 * S, LaneKind.ALERT),
    LaneEvent(83 * S, LaneKind.RECOVERED),
)


def sitting(t_s: float) -> SessionState:
    """The story of `flexion_at` as seen `t_s` seconds after its start."""
    t_ns = round(t_s * 10) * FRAME
    times = range(max(t_ns - TRACE_S * S, 0), t_ns + 1, FRAME)
    trace = tuple(_frame(t) for t in times)
    now = trace[-1]
    slouching = 58.5 <= t_s < 82.5
    alert = None
    if 73 <= t_s < 83:
        why = "Leaning 22° forward, over your limit of 15°, for 15 s."
        alert = SlouchAlert(SENSOR, 73 * S, AlertKind.SLOUCH, 58 * S, 22.1, LIMIT_DEG, 15.0, why)
    return replace(
        before_anything(),
        sensor_id=SENSOR,
        t_ns=t_ns,
        posture=now,
        shown_flexion_deg=now.flexion_deg,
        calibration=calibration(),
        calibration_progress=1.0,
        slouch_since_ns=58 * S if slouching and alert is None else None,
        alert=alert,
        movement=Movement(SENSOR, 48 * S, 44 * S, 48 * S, -1.62, 41.0, 27.0),
        link=link(),
        sensor=SensorStatus(SENSOR, t_ns, 87, 100.0, True),
        device=DeviceInfo(SENSOR, "Clip 2", "1.4.0", 1, (100_000,), 8.0, 2000.0, 30.0, False),
        samples=round(t_s * 100),
        samples_lost=12,
        alerts=1 if t_s >= 73 else 0,
        movements=3,
        recording="demo-slouch.mcap",
        trace=trace,
        lane=tuple(event for event in EVENTS if t_ns - TRACE_S * S < event.t_ns <= t_ns),
    )


def a_break_is_due() -> SessionState:
    """Quiet sitting after 47 min without a break; one was taken before."""
    state = sitting(56.0)
    why = "45 min since your last break (a walk). Some steps may feel good."
    due = BreakDue(SENSOR, 40 * S, DueKind.DUE, 2700.0, 0.0, BreakKind.WALK, 0, 1, why)
    counts = ((BreakKind.WALK, 1), (BreakKind.MICRO, 1))
    totals = BreakTotals(150.0, counts, 2820.0, 2820.0, BreakKind.WALK, 0)
    lane = (*EVENTS[1:3], LaneEvent(10 * S, LaneKind.BREAK), LaneEvent(40 * S, LaneKind.BREAK_DUE))
    return replace(state, lane=lane, breaks=totals, break_due=due)


def _frame(t_ns: int) -> PostureFrame:
    t_s = t_ns / S
    value = flexion_at(t_s)
    if 44 <= t_s < 48:
        return frame_at(t_ns, value, PostureState.MOVING)
    if 37 <= t_s < 38:
        return frame_at(t_ns, None, PostureState.UNCERTAIN, (Quality.GAP,))
    return frame_at(t_ns, value, PostureState.SLOUCH if value > LIMIT_DEG else PostureState.UPRIGHT)


def view_of(state: SessionState, width: WidthClass = WidthClass.PANEL) -> LiveView:
    """The state as a screen of this width shows it."""
    return live_view(state, "demo", width)


class MadeUpSource:
    """A source whose state a test sets; it runs until it is told to end."""

    def __init__(
        self, state: SessionState, error: Exception | None = None, *, live: bool = True
    ) -> None:
        self.live = live
        self.rings = True
        self.now = state
        self.sent: list[tuple[Command, float | None]] = []
        self.left_cleanly = False
        self._error = error
        self._over = asyncio.Event()

    @property
    def takes_commands(self) -> bool:
        return self.live

    @property
    def finished(self) -> bool:
        return self._over.is_set()

    def state(self) -> SessionState:
        return self.now

    def send(self, command: Command, value: float | None) -> None:
        self.sent.append((command, value))

    def stop(self) -> None:
        self._over.set()

    async def run(self) -> None:
        if self._error is not None:
            raise self._error
        try:
            await self._over.wait()
        except asyncio.CancelledError:
            self.left_cleanly = True
            raise
