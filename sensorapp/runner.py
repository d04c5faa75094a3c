"""Pumps a link's inputs through the recorder into a session, and its outputs to who shows them.

The order is the promise: an input is handed to the recorder before the session sees it, and
`Stored` is said only after the recorder made everything before it durable.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

from sensorapp.model.device import LinkState
from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import (
    HOST,
    ChannelChanged,
    Command,
    Connected,
    Input,
    ProfileChanged,
    QuietChanged,
    RecordingChanged,
    SettingsChanged,
    Stored,
    Tick,
    UserCommand,
)
from sensorapp.model.outputs import LinkStatus, Output
from sensorapp.model.posture import Alignment, Silence
from sensorapp.model.settings import SlouchSettings
from sensorapp.ports import Clock, Link, QuietSource, Recorder, SettingsSource, Sink
from sensorapp.session.session import Session, actions_in

STOP_WAIT_S = 2.0
"""Longest wait for the sensor's answer to STOP: two supervision intervals of a good link."""

DISK_WAIT_S = 0.75
"""Longest wait of a stream for the disk. Beyond it the stream goes on and the trouble is told: with
the second between two ticks that is within two seconds."""

CLOSE_WAIT_S = 3.0
"""Longest wait for the disk at the end."""

Blocking = Callable[[Callable[[], str | None]], Awaitable[str | None]]
"""Runs a call that may block for some milliseconds, and for ever on a bad disk."""


class Runner:
    """One session from its first input to its summary."""

    def __init__(
        self,
        link: Link,
        session: Session,
        clock: Clock,
        *,
        recorder: Recorder | None = None,
        recording_name: str = "",
        sinks: Sequence[Sink] = (),
        blocking: Blocking = asyncio.to_thread,
        acknowledge: bool = True,
        settings: SettingsSource | None = None,
        quiet: QuietSource | None = None,
    ) -> None:
        """`acknowledge` False leaves `Stored` out: a replay has the ones of its day.

        `settings` is asked at each tick whether the user changed them, and `quiet` whether alerts
        are to be silent; without one, a command about that counts in the session's own time.
        """
        self._link = link
        self._session = session
        self._clock = clock
        self._recorder = recorder
        self._recording_name = recording_name
        self._trouble = ""
        self._said_recording = False
        self._sinks = sinks
        self._blocking = blocking
        self._acknowledge = acknowledge
        self._settings = settings
        self._quiet = quiet
        self._last_quiet: tuple[Silence | None, str] = (None, "")
        self._sets_up = False
        self._sync: asyncio.Future[str | None] | None = None
        self._sync_inputs = 0
        self._syncing = False
        self._waiting: list[Input] = []
        self._stopped = asyncio.Event()
        self._stopping = False
        self._finished = False

    @property
    def session(self) -> Session:
        """The session that this runner feeds."""
        return self._session

    def send(self, command: Command, value: float | None = None) -> None:
        """Pass on what the user asked for, at the instant of the newest sample."""
        if self._quiet is not None and self._quiet.ask(command, value):
            self._look_at_quiet()
            return
        now_ns = self._clock.now_ns()
        t_ns = self._session.state.t_ns
        for sensor_id in self._session.sensor_ids:
            self._soon(UserCommand(now_ns, sensor_id, command, t_ns, value))

    def channel_changed(self, channel: str, message: str) -> None:
        """Have the session told that a way to reach the wearer failed, or works again."""
        self._soon(ChannelChanged(self._clock.now_ns(), HOST, channel, message))

    def set_up(self, *, begins: bool) -> None:
        """Let no alert sound while the wearer is set up; then what was asked for holds again."""
        self._sets_up = begins
        why, until = (Silence.SET_UP, "") if begins else self._last_quiet
        t_ns = self._session.state.t_ns
        self._soon(QuietChanged(self._clock.now_ns(), HOST, why, until, t_ns))

    def judge_by(self, slouch: SlouchSettings) -> None:
        """Have the session take other limits, whatever the settings file says."""
        t_ns = self._session.state.t_ns
        self._soon(SettingsChanged(self._clock.now_ns(), HOST, slouch, "", t_ns))

    def take_on(
        self,
        profile: str,
        alignment: Alignment | None,
        slouch: SlouchSettings | None = None,
        *,
        needs_pose: bool = False,
    ) -> None:
        """Judge the wearer by a profile; None leaves what is in force, see `ProfileChanged`."""
        now_ns, t_ns = self._clock.now_ns(), self._session.state.t_ns
        for sensor_id in self._session.sensor_ids:
            item = ProfileChanged(now_ns, sensor_id, profile, alignment, slouch, t_ns, needs_pose)
            self._soon(item)

    async def run(self) -> tuple[Output, ...]:
        """Pump until the link has nothing more; returns the closing outputs, summary last.

        Errors of the link (`LinkError`) pass through after everything was closed. Raises
        `RecordingError` at the end if the recording is not all on the disk: a session must not
        end as if it were.
        """
        try:
            async for item in self._link.inputs():
                self._handle(item)
                if isinstance(item, Connected) and not self._said_recording:
                    self._say_recording()
                if isinstance(item, Tick):
                    await self._store()
                    self._look_at_settings()
                    self._look_at_quiet()
        finally:
            try:
                await self._link.aclose()
            finally:
                try:
                    closing = self._finish()
                finally:
                    trouble = await self._close_recorder()
        if trouble is not None:
            next_step = "What was safe before stays whole; see to the disk, then record again."
            raise RecordingError(trouble, next_step)
        return closing

    async def stop(self) -> None:
        """End the sensor's stream, then leave; bounded in time, safe to call twice."""
        if self._stopping:
            return
        self._stopping = True
        self.send(Command.STOP)
        if self._session.sensor_ids:
            # a sensor out of reach can't answer; leaving is all that is left
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), STOP_WAIT_S)
        await self._link.aclose()

    def _soon(self, item: Input) -> None:
        if self._syncing:
            self._waiting.append(item)
        elif not self._finished:
            self._handle(item)

    def _handle(self, item: Input) -> None:
        if self._recorder is not None:
            self._recorder.write(item)
        outputs = self._session.feed(item)
        for action in actions_in(outputs):
            self._link.perform(action)
        for output in outputs:
            if isinstance(output, LinkStatus):
                self._link.noted(output.state)
                if output.state is LinkState.STOPPED:
                    self._stopped.set()
        for sink in self._sinks:
            sink.accept(item, outputs)

    async def _store(self) -> None:
        """Make what was written durable, and say so; without a recorder nobody wants it kept."""
        if self._recorder is None:
            self._stored(self._session.inputs)
            return
        wait_s = 0.0  # a disk that did not answer is looked at, and not waited for again
        if self._sync is None:
            self._sync_inputs = self._session.inputs
            self._sync = asyncio.ensure_future(self._blocking(self._recorder.sync))
            wait_s = DISK_WAIT_S
        self._syncing = True
        try:
            await asyncio.wait((self._sync,), timeout=wait_s)
        finally:
            self._syncing = False
        if self._sync.done():
            sync, self._sync = self._sync, None
            self._told(sync.result() or "")
            self._stored(self._sync_inputs)
        else:
            self._told(self._no_answer())
        waiting, self._waiting = self._waiting, []
        for item in waiting:
            self._handle(item)

    def _look_at_settings(self) -> None:
        changed = None if self._settings is None else self._settings.changed()
        if changed is not None:
            now_ns, t_ns = self._clock.now_ns(), self._session.state.t_ns
            slouch, motor, message = changed.slouch, changed.motor, changed.message
            item = SettingsChanged(
                now_ns, HOST, slouch, message, t_ns, motor, coaching=changed.coaching
            )
            self._handle(item)

    def _look_at_quiet(self) -> None:
        changed = None if self._quiet is None else self._quiet.changed()
        if changed is not None:
            self._last_quiet = why, until = changed
            if self._sets_up:
                return
            now_ns, t_ns = self._clock.now_ns(), self._session.state.t_ns
            self._soon(QuietChanged(now_ns, HOST, why, until, t_ns))

    def _stored(self, inputs: int) -> None:
        if self._acknowledge and not self._trouble:
            self._handle(Stored(self._clock.now_ns(), HOST, inputs))

    def _told(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._say_recording()

    def _no_answer(self) -> str:
        name = self._recording_name or "The recording"
        return f"{name} is not written now: the disk does not answer."

    def _say_recording(self) -> None:
        """Not before a sensor is connected: until then there is nothing to keep."""
        if self._recorder is None:
            return
        self._said_recording = True
        self._handle(
            RecordingChanged(
                self._clock.now_ns(),
                HOST,
                recording=not self._trouble,
                name=self._recording_name,
                message=self._trouble,
            )
        )

    def _finish(self) -> tuple[Output, ...]:
        self._finished = True
        closing = self._session.finish()
        for sink in self._sinks:
            sink.accept(Tick(self._clock.now_ns()), closing)
        return closing

    async def _close_recorder(self) -> str | None:
        """Finish the recording; one sentence if not all of it is on the disk."""
        recorder = self._recorder
        if recorder is None:
            return None

        def close() -> str | None:
            recorder.close()
            return recorder.sync()

        closing = asyncio.ensure_future(self._blocking(close))
        await asyncio.wait((closing,), timeout=CLOSE_WAIT_S)
        if closing.done():
            return closing.result()
        closing.cancel()
        if self._sync is not None:
            self._sync.cancel()
        return self._no_answer()
