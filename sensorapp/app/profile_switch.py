"""Switches a running session to another profile: its neutral pose and its limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sensorapp.app.calibration_keeper import CalibrationKeeper
from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.model.inputs import Connected, Input
from sensorapp.model.outputs import Output
from sensorapp.model.posture import Alignment
from sensorapp.model.profiles import PROFILE_LABELS, Profile
from sensorapp.runner import Runner
from sensorapp.text.cleaning import plain_text
from sensorapp.tui.source import ProfileChoice

_LABEL_CELLS = 24


class RunningProfiles:
    """Implements the screen's `ProfileDesk` over what is kept and set."""

    def __init__(self, runner: Runner, watch: SettingsWatch, keeper: CalibrationKeeper) -> None:
        self._runner = runner
        self._watch = watch
        self._keeper = keeper
        self._left: dict[str, tuple[Alignment, int]] = {}
        """What was in force when a profile was left, and how the clip had moved by then."""

    def choices(self) -> tuple[ProfileChoice, ...]:
        """All of them; the wearer's own by its name."""
        own = plain_text(self._watch.chosen.preferences.own.name, _LABEL_CELLS)
        labels = dict(PROFILE_LABELS)
        if own:
            labels[Profile.OWN] = own
        return tuple(self._choice(one, labels[one]) for one in Profile)

    def take(self, profile: str) -> None:
        """Switch; without a pose for how the clip sits now no alert sounds until one is shown."""
        self._watch.profile = profile
        state = self._runner.session.state
        if state.calibration is not None and not state.needs_pose:
            self._left[state.profile] = state.calibration.alignment, self._keeper.moves
        posed = self._pose_of(profile)
        self._runner.take_on(profile, posed, self._watch.limits, needs_pose=posed is None)

    def _choice(self, profile: Profile, label: str) -> ProfileChoice:
        state = self._runner.session.state
        here = profile == state.profile and state.calibration is not None and not state.needs_pose
        posed = here or self._pose_of(profile) is not None
        return ProfileChoice(
            profile, label, posed, not posed and self._keeper.is_of_before(profile)
        )

    def _pose_of(self, profile: str) -> Alignment | None:
        """The pose that holds for how the clip sits now: kept, or in force when it was left."""
        posed, left = self._keeper.posed(profile), self._left.get(profile)
        if posed is None and left is not None and left[1] == self._keeper.moves:
            return left[0]
        return posed


class PoseFirst:
    """A sink that asks for the pose of the profile with which a session begins without one."""

    def __init__(self, take: Callable[[], None]) -> None:
        """`take` switches to the profile; it is called once, when a sensor is met."""
        self._take: Callable[[], None] | None = take

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Wait for the sensor."""
        del outputs
        if isinstance(item, Connected) and self._take is not None:
            asyncio.get_running_loop().call_soon(self._take)
            self._take = None
