"""Profiles: their limits, their kept poses, and the switch of a running session."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sensorapp.app.calibration_keeper import CalibrationKeeper, stored_calibration
from sensorapp.app.chosen_settings import choose
from sensorapp.app.live import live_settings
from sensorapp.model.inputs import Connected, ProfileChanged, Tick
from sensorapp.model.posture import Alignment, Calibration, CalibrationSource, ForwardAxis
from sensorapp.model.preferences import AlertPreferences, preferences_of
from sensorapp.model.profiles import PROFILE_LABELS, Profile
from sensorapp.model.settings import SlouchSettings
from sensorapp.store.calibrations import (
    FILE_NAME,
    Calibrations,
    load_calibrations,
    save_calibrations,
)
from tests.unit.session_support import Clip, fed, of, session, sits

AT_DESK = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.BENDS, 20.0)
STANDING = Alignment((0.0, 0.8, 0.6), (0.0, 0.6, -0.8), CalibrationSource.BENDS, 30.0)


def calibration(alignment: Alignment) -> Calibration:
    source = CalibrationSource.REST
    return Calibration("clip", 0, source, ForwardAxis.MINUS_Z, 0.0, 10.0, alignment)


def test_a_profile_differs_where_it_says_so() -> None:
    wishes = preferences_of({"standing.sensitivity": 6, "travel.delay_s": 0.0})
    assert wishes.alerts_in(Profile.DESK) == AlertPreferences()
    assert wishes.alerts_in(Profile.STANDING) == AlertPreferences(sensitivity=6)
    assert wishes.alerts_in(Profile.TRAVEL) == AlertPreferences(delay_s=0.0)
    assert wishes.alerts_in(Profile.RECLINE) == AlertPreferences()
    assert wishes.alerts_in("nobody's") == AlertPreferences()
    assert set(PROFILE_LABELS) == set(Profile)


def test_poses_are_kept_by_sensor_and_profile(tmp_path: Path) -> None:
    keeper = CalibrationKeeper(tmp_path)
    keeper.accept(Connected(0, "clip", "posture_clip", "TP-3F9A", "C0"), ())
    keeper.accept(Tick(0), (calibration(AT_DESK),))
    keeper.accept(ProfileChanged(0, "clip", Profile.STANDING), ())
    assert keeper.posed(Profile.STANDING) is None
    keeper.accept(Tick(0), (calibration(STANDING),))
    assert keeper.posed(Profile.STANDING) == STANDING
    assert keeper.posed(Profile.DESK) == AT_DESK
    assert stored_calibration(tmp_path, None, Profile.STANDING) == ("TP-3F9A", STANDING)
    assert stored_calibration(tmp_path, None) == ("TP-3F9A", AT_DESK)
    assert stored_calibration(tmp_path, "TP-0000", Profile.STANDING) is None


def test_a_file_from_before_profiles_is_the_desks(tmp_path: Path) -> None:
    old = Calibrations().with_one("TP-3F9A", AT_DESK)
    save_calibrations(tmp_path, old)
    path = tmp_path / FILE_NAME
    content = json.loads(path.read_text())
    assert content.pop("profiles") == {}
    path.write_text(json.dumps(content))
    kept = load_calibrations(tmp_path)
    assert kept.of("TP-3F9A", Profile.DESK) == AT_DESK
    assert kept.of("TP-3F9A", Profile.STANDING) is None


def test_a_session_begins_with_its_profile_or_the_desks_pose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENSORAPP_DATA", str(tmp_path))
    kept = Calibrations().with_one("TP-3F9A", AT_DESK)
    save_calibrations(tmp_path, kept.with_one("TP-3F9A", STANDING, Profile.STANDING))
    chosen = choose({"standing.sensitivity": 6}, {"SENSORAPP_CONFIG": "/nowhere"})
    standing = live_settings(chosen, Profile.STANDING)
    assert (standing.profile, standing.stored_alignment) == (Profile.STANDING, STANDING)
    assert standing.slouch.slouch_share == 0.35
    travel = live_settings(chosen, Profile.TRAVEL)
    assert (travel.profile, travel.stored_alignment) == (Profile.TRAVEL, AT_DESK)
    assert travel.slouch.slouch_share == 0.5


@pytest.mark.parametrize("packet", [1, 10, 60])
def test_a_switch_counts_before_the_first_frame_after_its_instant(packet: int) -> None:
    one = session()
    clip = Clip(packet=packet).connects().feels(sits(4.0))
    t_ns = 3_990_000_000
    limits = SlouchSettings(dwell_s=3.0, slouch_share=0.35)
    clip.items.append(ProfileChanged(clip.host_ns, "clip", "standing", STANDING, limits, t_ns))
    outputs = fed(one, clip.feels(sits(2.0)).items)
    (*_, taken) = of(Calibration, outputs)
    assert (taken.t_ns, taken.source) == (4_000_000_000, CalibrationSource.STORED)
    assert taken.threshold_deg == pytest.approx(0.35 * 30.0)
    assert one.state.profile == "standing"
    assert one.state.dwell_s == 3.0
    assert one.state.posture is not None
    assert one.state.posture.flexion_deg == pytest.approx(-36.9, abs=2.0)


def test_a_profile_without_a_pose_keeps_the_one_in_force() -> None:
    one = session()
    fed(one, Clip().connects().feels(sits(4.0)).items)
    before = one.state.calibration
    clip = Clip()
    clip.items.append(ProfileChanged(0, "clip", "travel"))
    fed(one, clip.items)
    assert one.state.calibration == before
