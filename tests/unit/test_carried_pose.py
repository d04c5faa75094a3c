"""Poses in a seat in which they were not taken, and the profile that waits for one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.app.calibration_keeper import STILL_WORN_S, CalibrationKeeper, stored_calibration
from sensorapp.app.profile_switch import PoseFirst, RunningProfiles
from sensorapp.app.seat_changes import OFF_NS
from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.link.host_clock import HostClock
from sensorapp.model.inputs import Command, Connected, Input, ProfileChanged, Tick
from sensorapp.model.outputs import Summary
from sensorapp.model.posture import (
    AlertKind,
    Alignment,
    BaselineOffer,
    Calibration,
    CalibrationSource,
    ForwardAxis,
    OfferKind,
    PostureFrame,
    PostureState,
    Silence,
    SlouchAlert,
    Vector3,
)
from sensorapp.model.profiles import Profile
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.runner import Runner
from sensorapp.session.carried_pose import can_carry, carried
from sensorapp.session.stored_pose import is_sound
from sensorapp.signal.vectors import angle_deg, unit
from sensorapp.virtual.wearer import Activity, Mounting, Pose
from tests.unit.runner_support import ListLink
from tests.unit.session_support import Clip, acts, fed, of, session, sits

NS = 1_000_000_000
DESK = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.BENDS, 20.0)
STANDING = Alignment((0.0, 0.96, 0.28), (0.0, 0.28, -0.96), CalibrationSource.BENDS, 30.0)
"""16 deg from the desk's."""

seats = st.integers(0, 2**32).map(lambda n: Mounting.random(np.random.default_rng(n)))


def seen_from(alignment: Alignment, seat: Mounting) -> Alignment:
    """The same pose by a sensor that is turned on the trunk."""
    turn = seat.segment_from_sensor().T

    def turned(v: Vector3) -> Vector3:
        x, y, z = (turn @ np.array(v)).tolist()
        return unit((x, y, z))

    return replace(alignment, up=turned(alignment.up), forward=turned(alignment.forward))


@settings(max_examples=50)
@given(seats, seats)
def test_a_pose_in_another_seat_is_the_same_pose(before: Mounting, now: Mounting) -> None:
    was, its = seen_from(DESK, before), seen_from(STANDING, before)
    new, wanted = seen_from(DESK, now), seen_from(STANDING, now)
    moved = carried(its, was, new)
    assert is_sound(moved)
    assert angle_deg(moved.up, wanted.up) < 1e-6
    assert angle_deg(moved.forward, wanted.forward) < 1e-6
    assert moved.slouch_deg == 30.0


def test_without_forward_nothing_is_carried() -> None:
    assumed = replace(DESK, axis_source=CalibrationSource.ASSUMED)
    assert can_carry(DESK, STANDING)
    assert not can_carry(DESK, assumed)
    assert not can_carry(assumed, DESK)


class Wearing:
    """A keeper as a session sees it; the clip's seat may change."""

    def __init__(self, folder: Path, now_s: float = 1e9) -> None:
        self.keeper = CalibrationKeeper(folder, now_s=lambda: now_s)
        self.keeper.accept(Connected(0, "clip", "posture_clip", "TP-3F9A", "C0"), ())

    def shows(self, profile: str, alignment: Alignment) -> Wearing:
        """The wearer switches and presses the key."""
        self.keeper.accept(ProfileChanged(0, "clip", profile), ())
        axis, rest = ForwardAxis.MINUS_Z, CalibrationSource.REST
        made = Calibration("clip", 0, rest, axis, 0.0, 10.0, alignment)
        self.keeper.accept(Tick(0), (made,))
        return self

    def is_off(self, span_ns: int) -> None:
        for t_ns in (0, span_ns):
            state = PostureState.NOT_WORN
            self.keeper.accept(Tick(0), (PostureFrame("clip", t_ns, None, None, None, state),))

    def hears(self, kind: OfferKind) -> None:
        self.keeper.accept(Tick(0), (BaselineOffer("clip", 0, kind, 9.0, 0.0, "It moved."),))

    def ends(self) -> None:
        (summary,) = of(Summary, list(session().finish()))
        self.keeper.accept(Tick(0), (summary,))

    @property
    def holding(self) -> list[str]:
        return [one for one in Profile if self.keeper.posed(one) is not None]

    @property
    def of_before(self) -> list[str]:
        return [one for one in Profile if self.keeper.is_of_before(one)]


@pytest.fixture
def two(tmp_path: Path) -> Wearing:
    return Wearing(tmp_path).shows("desk", DESK).shows("standing", STANDING)


def test_the_first_pose_in_a_new_seat_carries_the_others(two: Wearing, tmp_path: Path) -> None:
    assert (two.holding, two.of_before) == (["desk", "standing"], [])
    seat = Mounting(20.0, 10.0, -15.0)
    day_later = Wearing(tmp_path, 1e9 + 86_400)
    assert (day_later.holding, day_later.of_before) == ([], ["desk", "standing"])
    day_later.shows("desk", seen_from(DESK, seat))
    assert day_later.holding == ["desk", "standing"]
    found = day_later.keeper.posed("standing")
    assert found is not None
    assert angle_deg(found.up, seen_from(STANDING, seat).up) < 1e-6
    # the next pose in this seat is its profile's alone
    day_later.shows("standing", DESK)
    assert day_later.keeper.posed("desk") == seen_from(DESK, seat)


def test_what_can_not_be_carried_is_asked_for_again(two: Wearing, tmp_path: Path) -> None:
    later = Wearing(tmp_path, 2e9)
    later.shows("desk", replace(DESK, axis_source=CalibrationSource.ASSUMED))
    assert (later.holding, later.of_before) == (["desk"], ["standing"])
    assert stored_calibration(tmp_path, None, "standing") is None
    later.shows("standing", STANDING)
    assert later.holding == ["desk", "standing"]
    # a pose of a third profile tells nothing of the seat before
    again = Wearing(tmp_path, 3e9).shows("travel", STANDING)
    assert (again.holding, again.of_before) == (["travel"], ["desk", "standing"])


@pytest.mark.parametrize("seconds", [STILL_WORN_S - 1, STILL_WORN_S + 1, -5.0])
def test_a_program_that_is_started_again_soon_finds_the_seat(
    two: Wearing, tmp_path: Path, seconds: float
) -> None:
    two.ends()
    holding = Wearing(tmp_path, 1e9 + seconds).holding
    assert bool(holding) is (0.0 <= seconds < STILL_WORN_S)


def test_a_clip_that_was_off_sits_anew(two: Wearing) -> None:
    two.is_off(OFF_NS - 1)
    assert two.holding == ["desk", "standing"]
    two.is_off(OFF_NS)
    assert two.of_before == ["desk", "standing"]
    two.ends()
    two.shows("desk", DESK)
    assert two.holding == ["desk", "standing"]


@pytest.mark.parametrize("kind", [one for one in OfferKind if one is not OfferKind.WITHDRAWN])
def test_so_does_one_that_seems_to_have_moved_until_it_is_as_before(
    two: Wearing, kind: OfferKind
) -> None:
    two.hears(kind)
    assert two.holding == []
    two.hears(OfferKind.WITHDRAWN)
    assert two.holding == ["desk", "standing"]


def alerts_of(needs_pose: bool, press: bool) -> list[tuple[AlertKind, Silence | None]]:
    """A wearer who switches the profile, and leans for long."""
    soon = SessionSettings(slouch=SlouchSettings(dwell_s=3.0, min_pause_s=0.0))
    one, clip = session(soon), Clip().connects().feels(sits(4.0))
    t_ns = 3_990_000_000
    clip.items.append(
        ProfileChanged(clip.host_ns, "clip", "standing", None, None, t_ns, needs_pose)
    )
    if press:
        clip.presses(Command.CALIBRATE_UPRIGHT, t_ns)
    clip.feels(acts((Activity.SIT, 5.0, Pose()), (Activity.SLOUCH, 8.0, Pose(flexion_deg=25.0))))
    outputs = fed(one, clip.items)
    assert one.state.needs_pose is (needs_pose and not press)
    return [(alert.kind, alert.silent) for alert in of(SlouchAlert, outputs)]


def test_no_alert_sounds_from_another_profiles_pose() -> None:
    assert alerts_of(needs_pose=False, press=False) == [(AlertKind.SLOUCH, None)]
    assert alerts_of(needs_pose=True, press=False) == [(AlertKind.SLOUCH, Silence.NO_POSE)]
    assert alerts_of(needs_pose=True, press=True) == [(AlertKind.SLOUCH, None)]


def test_a_session_that_begins_without_its_profiles_pose_asks_once() -> None:
    taken: list[str] = []

    async def met() -> None:
        first = PoseFirst(lambda: taken.append("standing"))
        first.accept(Tick(0), ())
        for _ in range(2):
            first.accept(Connected(0, "clip", "posture_clip", "TP-3F9A", "C0"), ())
        assert taken == []  # not while the input is still being told
        await asyncio.sleep(0)

    asyncio.run(met())
    assert taken == ["standing"]


@pytest.mark.parametrize("moves", [False, True])
def test_who_comes_back_to_a_profile_finds_its_pose_unless_the_clip_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: bool
) -> None:
    monkeypatch.setenv("SENSORAPP_CONFIG", str(tmp_path))
    one, keeper, watch = session(), CalibrationKeeper(tmp_path), SettingsWatch()
    clip = Clip().connects().feels(sits(4.0))
    count = len(clip.items)
    clip.feels(sits(4.0))
    needed: list[bool] = []

    def day() -> Iterator[Input]:
        yield from clip.items[:count]
        profiles.take("standing")
        yield from clip.items[count : count + 20]
        needed.append(one.state.needs_pose)
        assert [choice.profile for choice in profiles.choices() if choice.posed] == ["desk"]
        if moves:
            keeper.accept(Tick(0), (BaselineOffer("clip", 0, OfferKind.KNOCKED, 9.0, 0.0, "!"),))
        profiles.take("desk")
        yield from clip.items[count + 20 :]
        needed.append(one.state.needs_pose)

    runner = Runner(ListLink(day()), one, HostClock(), sinks=[keeper])
    profiles = RunningProfiles(runner, watch, keeper)
    asyncio.run(runner.run())
    assert needed == [True, moves]
    assert one.state.profile == "desk"
