"""One sensor in a session: its conversation, its link, its counts, and its picture."""

from __future__ import annotations

from collections import deque

from sensorapp.drivers.base import DriverOutput, DriverRun, PacketTaker, SensorDriver
from sensorapp.model.actions import Action
from sensorapp.model.breaks import BreakCredited, BreakDue, DueKind
from sensorapp.model.device import ClockPing, DeviceInfo, DeviceStatus, LinkState
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import (
    Connected,
    Disconnected,
    Input,
    Notification,
    SettingsChanged,
)
from sensorapp.model.motor import OwnAlertSet
from sensorapp.model.outputs import (
    Fault,
    Gap,
    LinkStatus,
    Marker,
    Output,
    SensorAlone,
    SensorStatus,
)
from sensorapp.model.posture import (
    AlertKind,
    BaselineOffer,
    Calibration,
    Movement,
    OfferKind,
    PostureFrame,
    SlouchAlert,
)
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition
from sensorapp.session.commands import Asked
from sensorapp.session.frames import Frames, Later, Told, frames_of
from sensorapp.session.joining import apart, joined
from sensorapp.session.motor import Motor
from sensorapp.session.state import TRACE_S, LaneEvent, LaneKind, SessionState
from sensorapp.session.summary import Tally
from sensorapp.session.track import Track

FRAMES_HZ = 10
_LANES = {
    AlertKind.SLOUCH: LaneKind.ALERT,
    AlertKind.STILL: LaneKind.ALERT,
    AlertKind.RECOVERED: LaneKind.RECOVERED,
}
_LANE_LIMIT = 240
_NOT_THE_SENSORS = frozenset({"settings", "channel"})
"""Kinds of notices that are told and not counted as faults of the sensor."""
_NS = 1_000_000_000


class Sensor:
    """Everything known about one sensor over all its connections."""

    def __init__(self, sensor_id: str, settings: SessionSettings) -> None:
        self._sensor_id = sensor_id
        self._settings = settings
        self._run: DriverRun | None = None
        self._taker: PacketTaker | None = None
        self._track = Track(sensor_id, settings)
        self._link: LinkStatus | None = None
        self._status: SensorStatus | None = None
        self._device: DeviceInfo | None = None
        self._fault: Fault | None = None
        self._movement: Movement | None = None
        self._calibration: Calibration | None = None
        self._offer: BaselineOffer | None = None
        self._trace: deque[PostureFrame | Later] = deque(maxlen=TRACE_S * FRAMES_HZ)
        self._lane: deque[LaneEvent] = deque(maxlen=_LANE_LIMIT)
        self._rate_mhz = settings.rate_mhz
        self._stopping = False
        self._motor = Motor(settings.motor)
        self._alone: SensorAlone | None = None
        self.tally = Tally(smoothness=self._track.smoothness, breaks=self._track.breaks)

    @property
    def position(self) -> StreamPosition | None:
        """How far its stream has come, None if it ended or can't go on."""
        return None if self._run is None else self._run.position

    def ping(self, ping: ClockPing) -> list[Output]:
        """A round trip between the clocks: nothing that anybody sees follows from one."""
        self._track.ping(ping)
        return []

    def host_ns(self, t_ns: int) -> int | None:
        """The host's clock at this session time, None before the first sample."""
        return self._track.host_ns(t_ns)

    def connect(self, driver: SensorDriver, item: Connected) -> None:
        """A connection is up: open the conversation, or go on with it."""
        if self._run is None:
            left_off = self._settings.position_of(driver.key, item.name)
            self._run = run = driver.open(item.sensor_id, self._settings.rate_mhz, left_off)
            self._taker = run if isinstance(run, PacketTaker) else None
            stored_for = self._settings.stored_for
            if stored_for is not None and stored_for != item.name:
                self._track.not_stored()

    def tell(self, item: Input) -> tuple[DriverOutput, ...]:
        """Pass an input to the driver; nothing before the first connection."""
        return () if self._run is None else self._run.on_input(item)

    def takes(self, item: Notification) -> bool:
        """Whether the driver put off a packet that just goes on with the stream."""
        if self._taker is None or self._stopping or item.sensor_id != self._sensor_id:
            return False
        return self._taker.takes(item)

    def taken(self) -> ImuBlock | None:
        """What the driver put off."""
        return None if self._taker is None else self._taker.taken()

    def stop(self) -> tuple[Action, ...]:
        """What ends the stream at the sensor."""
        self._stopping = True
        run = self._run
        return () if run is None else (*self._motor.leave(run), *run.stop())

    def link_changed(self, state: LinkState, reason: str) -> list[Output]:
        """The link entered a state; a repeated one says nothing new."""
        if self._link is not None and (self._link.state, self._link.reason) == (state, reason):
            return []
        self._link = LinkStatus(self._sensor_id, self.tally.t_ns, state, reason)
        return [self._link]

    def disconnect(self, item: Disconnected) -> list[Output]:
        """The connection is gone; the track goes on when samples do."""
        state = LinkState.STOPPED if item.wanted else LinkState.RECOVERING
        return self.link_changed(state, item.reason)

    def fault(self, kind: str, message: str) -> Fault:
        """Count and remember something that was not as it should be."""
        self.tally.faults += kind not in _NOT_THE_SENSORS
        self._fault = Fault(self._sensor_id, self.tally.t_ns, kind, message)
        return self._fault

    def info(self, device: DeviceInfo) -> list[Output]:
        """The sensor told what it is."""
        self._device = device
        self._track.device(device)
        return [device]

    def status(self, status: DeviceStatus) -> list[Output]:
        """The sensor reported on itself; said again only when something changed."""
        self._track.worn(status.worn)
        return self._say_status(status.battery_pct, self._rate_hz(), status.worn)

    def command(self, item: Asked) -> None:
        """The user asked for something; the track applies it at its own instant."""
        if isinstance(item, SettingsChanged) and item.motor is not None:
            self._motor.change(item.motor)
        self._track.command(item)

    def add(self, block: ImuBlock) -> list[Output]:
        """New samples."""
        outputs: list[Output] = []
        if self._link is None or self._link.state is not LinkState.STREAMING:
            outputs += self.link_changed(LinkState.STREAMING, "")
        if self._rate_hz() != block.rate_mhz / 1000.0:
            battery = None if self._status is None else self._status.battery_pct
            worn = None if self._status is None else self._status.worn
            outputs += self._say_status(battery, block.rate_mhz / 1000.0, worn)
        self._rate_mhz = block.rate_mhz
        self.tally.samples += block.count
        self.tally.period_ns = 1_000_000_000_000 // block.rate_mhz
        known = self._noted(self._track.add(block))
        self.tally.t_ns = self._track.t_ns
        outputs += known
        if self._run is not None:
            outputs += self._motor.after(known, self._run, self._calibration, self._track.coach)
        return outputs

    def add_many(self, block: ImuBlock) -> list[list[Told]]:
        """What `add` gives for each of the packets that were joined to this block."""
        link = self._link
        streams = link is not None and link.state is LinkState.STREAMING
        if not streams or self._rate_hz() != block.rate_mhz / 1000.0:
            first, *rest = apart(block)
            begun: list[list[Told]] = [[*self.add(first)]]
            return begun + self.add_many(joined(rest)) if rest else begun
        self._rate_mhz = block.rate_mhz
        self.tally.samples += block.count
        self.tally.period_ns = 1_000_000_000_000 // block.rate_mhz
        told = self._track.add_many(block)
        for outputs in told:
            for output in outputs:
                if not isinstance(output, tuple):
                    self._note(output)
                elif output[1] == 0:  # the first of many in a row
                    self._note_frames(output[0])
        self.tally.t_ns = self._track.t_ns
        return told

    @property
    def joins(self) -> bool:
        """Whether packets may be worked on together: not while each may move the motor."""
        return not self._motor.is_used

    def alone(self, told: OwnAlertSet) -> list[Output]:
        """The sensor took what it was told about its own alert; said if that is news."""
        silence = None if told.is_on else self._track.coach.silence
        known = self._alone
        if known is None and not told.is_on and silence is None:
            return []  # nothing that could be missed
        if known is not None and (known.is_on, known.silence) == (told.is_on, silence):
            return []
        self._alone = SensorAlone(self._sensor_id, self.tally.t_ns, told.is_on, silence)
        return [] if self._stopping else [self._alone]

    def is_news(self, status: DeviceStatus) -> bool:
        """Whether anything follows from a report."""
        known = self._status
        return known is None or (status.battery_pct, status.worn) != (known.battery_pct, known.worn)

    @property
    def stopping(self) -> bool:
        """Whether the end was asked for and has not come yet."""
        return self._stopping

    def lost(self, lost: LostSamples) -> list[Output]:
        """Samples at the end of a stream that will not come."""
        return self._noted(self._track.lost(lost, self._rate_mhz))

    def ended(self) -> list[Output]:
        """The end that we asked for, once the sensor has confirmed it or has no stream."""
        if not self._stopping or (self._run is not None and self._run.streaming):
            return []
        self._stopping = False
        return self.link_changed(LinkState.STOPPED, "")

    def finish(self) -> list[Output]:
        """Close what is open at the end of the session."""
        return self._noted(self._track.finish())

    def _rate_hz(self) -> float | None:
        return None if self._status is None else self._status.rate_hz

    def _say_status(
        self, battery_pct: int | None, rate_hz: float | None, worn: bool | None
    ) -> list[Output]:
        said, old = (battery_pct, rate_hz, worn), self._status
        if old is not None and (old.battery_pct, old.rate_hz, old.worn) == said:
            return []
        self._status = SensorStatus(self._sensor_id, self.tally.t_ns, battery_pct, rate_hz, worn)
        return [] if said == (None, None, None) else [self._status]

    def _noted(self, outputs: list[Output]) -> list[Output]:
        """Count and remember what a picture shows."""
        for output in outputs:
            self._note(output)
        return outputs

    def _note_frames(self, frames: Frames) -> None:
        """The same for frames in a row."""
        self._trace.extend(frames.each()[-TRACE_S * FRAMES_HZ :])
        self._trim(frames.t_ns[-1])
        self.tally.exposure.add_all(frames)

    def _trim(self, t_ns: int) -> None:
        """Keep the last of the trace."""
        trace, oldest_ns = self._trace, t_ns - TRACE_S * _NS
        while _t_ns(trace[0]) <= oldest_ns:
            trace.popleft()

    def _note(self, output: Output) -> None:
        if isinstance(output, PostureFrame):
            self._trace.append(output)
            self._trim(output.t_ns)
            self.tally.exposure.add(output)
        elif isinstance(output, SlouchAlert):
            self.tally.slouches += output.kind is AlertKind.SLOUCH
            self.tally.alerts += output.sounds
            if output.kind is not AlertKind.STILL or output.sounds:
                self._mark(output.t_ns, _LANES[output.kind])
        elif isinstance(output, Movement):
            self.tally.movements += 1
            if output.sparc is not None:
                self.tally.sparcs.append(output.sparc)
            self._movement = output
            self._mark(output.t_start_ns, LaneKind.MOVEMENT)
        elif isinstance(output, Gap):
            self.tally.samples_lost += output.count or 0
            self._mark(output.t_ns, LaneKind.GAP)
        elif isinstance(output, Calibration):
            self._calibration = output
            self.tally.exposure.recalibrated()
            self._offer = None
            self._mark(output.t_ns, LaneKind.CALIBRATION)
        elif isinstance(output, BaselineOffer):
            self._offer = None if output.kind is OfferKind.WITHDRAWN else output
        else:
            self._note_rarer(output)

    def _note_rarer(self, output: Output) -> None:
        if isinstance(output, BreakCredited):
            self._mark(output.t_ns, LaneKind.BREAK)
        elif isinstance(output, BreakDue):
            if output.kind is DueKind.DUE:
                self._mark(output.t_ns, LaneKind.BREAK_DUE)
        elif isinstance(output, Fault):
            self.tally.faults += 1
            self._fault = output
        elif isinstance(output, Marker):
            self._mark(output.t_ns, LaneKind.MARKER)

    def _mark(self, t_ns: int, kind: LaneKind) -> None:
        self._lane.append(LaneEvent(t_ns, kind))

    def picture(self, recording: str | None, recording_trouble: str) -> SessionState:
        """All that a screen may look at."""
        track = self._track
        oldest_ns = (track.t_ns or 0) - TRACE_S * _NS
        trace = frames_of(self._trace)
        return SessionState(
            sensor_id=self._sensor_id or None,
            t_ns=track.t_ns,
            behind_s=track.behind_s,
            offer=self._offer,
            posture=trace[-1] if trace else None,
            shown_flexion_deg=track.shown_flexion_deg,
            calibration=self._calibration,
            calibration_progress=track.calibration_progress,
            waiting_for=track.waiting_for,
            threshold_deg=track.coach.threshold_deg,
            leave_deg=track.coach.leave_deg,
            dwell_s=track.coach.dwell_s,
            slouch_since_ns=track.coach.slouch_since_ns,
            alert=track.coach.alert,
            muted_until_ns=track.coach.muted_until_ns,
            quiet=track.quiet,
            profile=track.profile,
            needs_pose=track.coach.needs_pose,
            profile_offer=track.profiles.offer,
            movement=self._movement,
            link=self._link,
            sensor=self._status,
            device=self._device,
            fault=self._fault,
            faults=self.tally.faults,
            samples=self.tally.samples,
            samples_lost=self.tally.samples_lost,
            alerts=self.tally.alerts,
            slouches=self.tally.slouches,
            movements=self.tally.movements,
            recording=recording,
            recording_trouble=recording_trouble,
            trace=trace,
            lane=tuple(event for event in self._lane if event.t_ns >= oldest_ns),
            breaks=track.breaks.totals,
            break_due=track.breaks.due,
            training_left_s=track.coach.training.left_s,
            sensor_alone=self._alone,
        )


def _t_ns(frame: PostureFrame | Later) -> int:
    return frame[0].t_ns[frame[1]] if isinstance(frame, tuple) else frame.t_ns
