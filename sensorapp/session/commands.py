"""What the user asked for: done before the first frame after what the user could have seen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from sensorapp.coach.breaks import BreakCoach
from sensorapp.coach.slouch import SlouchCoach
from sensorapp.coach.training import TrainingTime
from sensorapp.model.inputs import (
    Command,
    ProfileChanged,
    QuietChanged,
    SettingsChanged,
    UserCommand,
)
from sensorapp.model.outputs import Marker, Output
from sensorapp.model.settings import SlouchSettings
from sensorapp.session.calibrator import POSES_ASKED, Aligned, Calibrator
from sensorapp.session.mute import MUTES, muted_until_ns

Asked = UserCommand | SettingsChanged | QuietChanged | ProfileChanged


class Commands:
    """Commands and changes of settings of one sensor that wait for their instant."""

    def __init__(
        self,
        sensor_id: str,
        calibrator: Calibrator,
        coach: SlouchCoach,
        breaks: BreakCoach,
        judge_by: Callable[[SlouchSettings], None],
        align: Callable[[Aligned, int], list[Output]],
    ) -> None:
        self._sensor_id = sensor_id
        self._calibrator = calibrator
        self._coach = coach
        self._breaks = breaks
        self._judge_by = judge_by
        self._align = align
        self.profile = ""
        self._waiting: deque[Asked] = deque()
        self.quiet: QuietChanged | None = None
        """Why no alert sounds until further notice, None while one may."""

    @property
    def waiting(self) -> bool:
        """Whether anything waits for its instant."""
        return bool(self._waiting)

    def add(self, item: Asked) -> None:
        """Remember what was asked for."""
        self._waiting.append(item)

    def due(self, t_ns: int) -> list[Output]:
        """Carry out what was asked for before the frame of `t_ns`."""
        outputs: list[Output] = []
        while self._waiting and (self._waiting[0].t_ns is None or self._waiting[0].t_ns < t_ns):
            item = self._waiting.popleft()
            if isinstance(item, SettingsChanged):
                if item.slouch is not None:
                    self._judge_by(item.slouch)
                if item.coaching is not None:
                    self._coach.training = TrainingTime(item.coaching.training_left_s)
            elif isinstance(item, QuietChanged):
                self.quiet = None if item.why is None else item
                self._coach.hush(item.why)
            elif isinstance(item, ProfileChanged):
                outputs += self._take_on(item, t_ns)
            elif item.command in POSES_ASKED:
                self._calibrator.ask(POSES_ASKED[item.command], t_ns)
            else:
                outputs += self._carried_out(item, t_ns if item.t_ns is None else item.t_ns)
        return outputs

    def _take_on(self, item: ProfileChanged, t_ns: int) -> list[Output]:
        self.profile = item.profile
        self._coach.needs_pose = item.needs_pose
        if item.slouch is not None:
            self._judge_by(item.slouch)
        if item.alignment is None:
            return []
        return self._align(self._calibrator.adopt(item.alignment), t_ns)

    def _carried_out(self, item: UserCommand, asked_ns: int) -> list[Output]:
        command = item.command
        if command in MUTES:
            self._coach.mute(muted_until_ns(asked_ns, command, item.value), MUTES[command][0])
        elif command is Command.RESUME:
            self._coach.mute(None)
        elif command is Command.BREAK_LATER:
            self._breaks.put_off(item.value)
        elif command is Command.MARKER:
            return [Marker(self._sensor_id, asked_ns)]
        return []  # a stop is for the sensor, not for what is known
