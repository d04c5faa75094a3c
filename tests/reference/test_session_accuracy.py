"""Angles and alerts of a whole session against the truth of virtual wearers.

The truth comes from closed-form motion that knows nothing of how angles are estimated. What a
session calls zero is the rest that it took as upright, so the truth's mean over that rest is
taken off. The parts have offsets and noise of small consumer sensors; the largest share of the
error is the accelerometer's zero-g offset, which no filter can see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from sensorapp.metrics import apdf, holds, turning_speed, variation
from sensorapp.metrics.postures import postures_of
from sensorapp.model.outputs import Output, Summary
from sensorapp.model.posture import (
    AlertKind,
    Calibration,
    CalibrationSource,
    Movement,
    PostureState,
    Quality,
    SlouchAlert,
)
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.virtual.scenarios import load_scenario
from sensorapp.virtual.wearer import Wearer
from tests.unit.session_support import NS, Clip, fed, frames, of, session

SEEDS = (1, 2, 3)
RMSE_DEG = 1.0
ALERTS = {"still": 0, "walk": 0, "sensor_off": 0, "slouch": 1, "bends": 1}


@dataclass(frozen=True, eq=False)
class Lived:
    """One pass of a scenario: the wearer and what a session said."""

    wearer: Wearer
    outputs: list[Output]

    def rmse_deg(self) -> tuple[float, float]:
        """Of flexion and side bend, over worn and certain frames after the last calibration."""
        first, *_, last = 2 * of(Calibration, self.outputs)
        rest_s = first.t_ns / NS
        zero = self.wearer.angles_deg(np.linspace(rest_s - 2.0, rest_s, 200)).mean(axis=0)
        seen = [
            frame
            for frame in frames(self.outputs)
            if frame.t_ns > last.t_ns
            and frame.state is not PostureState.NOT_WORN
            and Quality.UNCERTAIN not in frame.quality
            and not np.isnan(self.wearer.truth(frame.t_ns / NS).flexion_deg)
        ]
        assert len(seen) > 50
        truth = self.wearer.angles_deg(np.array([frame.t_ns / NS for frame in seen])) - zero
        said = np.array([(frame.flexion_deg, frame.side_bend_deg) for frame in seen], dtype=float)
        flexion, side = np.sqrt(((said - truth[:, :2]) ** 2).mean(axis=0)).tolist()
        return flexion, side


@cache
def lived(name: str, seed: int) -> Lived:
    scenario = load_scenario(name)
    wearer = scenario.wearer(seed)
    table = np.concatenate(list(wearer.blocks()))
    slouch = replace(SlouchSettings(), **scenario.settings)
    one = session(SessionSettings(slouch=slouch))
    outputs = fed(one, Clip().connects().feels(table).items)
    return Lived(wearer, outputs + list(one.finish()))


every_life = pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name in ALERTS for seed in SEEDS]
)


@every_life
def test_angles_are_within_a_degree_of_the_truth(name: str, seed: int) -> None:
    flexion_deg, side_deg = lived(name, seed).rmse_deg()
    assert flexion_deg <= RMSE_DEG
    assert side_deg <= RMSE_DEG


@every_life
def test_alerts_are_those_that_the_wearer_gave_reason_for(name: str, seed: int) -> None:
    outputs = lived(name, seed).outputs
    alerts = of(SlouchAlert, outputs)
    kinds = [alert.kind for alert in alerts]
    assert kinds == [AlertKind.SLOUCH, AlertKind.RECOVERED] * ALERTS[name]
    (summary,) = of(Summary, outputs)
    assert summary.alerts == ALERTS[name]
    assert summary.movements == len(of(Movement, outputs))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slouch_is_noticed_when_it_began_and_when_it_ended(seed: int) -> None:
    life = lived("slouch", seed)
    slouch, recovered = of(SlouchAlert, life.outputs)
    t_s = np.arange(0.0, life.wearer.duration_s, 0.1)
    flexion_deg = life.wearer.angles_deg(t_s)[:, 0]
    began_s = t_s[np.flatnonzero(flexion_deg > 15.0)[0]]
    ended_s = t_s[np.flatnonzero(flexion_deg > 10.0)[-1]]
    # Getting there is a movement, during which there is no posture to judge.
    assert began_s - 0.1 <= slouch.onset_t_ns / NS <= began_s + 1.0
    assert slouch.dwell_s == pytest.approx(15.0, abs=0.11)
    assert ended_s + 1.0 <= recovered.t_ns / NS <= ended_s + 2.5


@pytest.mark.parametrize("seed", SEEDS)
def test_bends_find_the_direction_of_a_clip_that_sits_turned(seed: int) -> None:
    life = lived("bends", seed)
    assert [found.source for found in of(Calibration, life.outputs)] == [
        CalibrationSource.MOUNTING,
        CalibrationSource.BENDS,
    ]
    found = of(Calibration, life.outputs)[-1]
    front = life.wearer.mounting.segment_from_sensor()[0]
    assert float(np.dot(front, found.alignment.forward)) > np.cos(np.radians(4.0))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_is_movement_and_a_clip_on_a_table_is_not_worn(seed: int) -> None:
    walk = lived("walk", seed)
    states = [
        frame.state
        for frame in frames(walk.outputs)
        if walk.wearer.truth(frame.t_ns / NS - 3.0).activity == "walk"
        and walk.wearer.truth(frame.t_ns / NS).activity == "walk"
    ]
    assert states.count(PostureState.MOVING) > 0.95 * len(states)
    off = lived("sensor_off", seed)
    flat = [
        frame.state
        for frame in frames(off.outputs)
        if all(
            off.wearer.truth(frame.t_ns / NS - ago).activity == "sensor_off" for ago in (0.0, 14.0)
        )
    ]
    assert flat.count(PostureState.NOT_WORN) > 0.9 * len(flat)


@pytest.mark.parametrize("seed", SEEDS)
def test_time_over_the_limits_is_what_the_wearer_spent_there(seed: int) -> None:
    life = lived("slouch", seed)
    (summary,) = of(Summary, life.outputs)
    t_s = np.arange(2.0, life.wearer.duration_s, 0.1)
    share = float((life.wearer.angles_deg(t_s)[:, 0] > 20.0).mean())
    over = dict(summary.exposure.over_deg)
    assert over[20] == pytest.approx(share, abs=0.03)
    assert over[30] == 0.0
    assert summary.duration_s == pytest.approx(life.wearer.duration_s, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["slouch", "still"])
def test_exposure_is_that_of_the_wearers_true_angles(name: str, seed: int) -> None:
    """The same measures, given the truth of each frame; angles differ by the sensor's errors."""
    life = lived(name, seed)
    (summary,) = of(Summary, life.outputs)
    seen = [frame for frame in frames(life.outputs) if frame.flexion_deg is not None]
    t_s = np.array([frame.t_ns / NS for frame in seen])
    true_deg = life.wearer.angles_deg(t_s)
    moving = np.array([frame.state is PostureState.MOVING for frame in seen])
    t_ns = np.array([frame.t_ns for frame in seen])
    truth = postures_of(true_deg[:, 0], true_deg[:, 1], t_ns, moving)
    said = summary.exposure
    assert said.known_s == pytest.approx(len(seen) / 10.0, abs=0.05)
    assert dict(said.flexion_p_deg)[50] == pytest.approx(apdf.METRIC.measure(truth), abs=RMSE_DEG)
    assert said.speed_p50_dps == pytest.approx(turning_speed.METRIC.measure(truth), abs=0.2)
    assert said.longest_hold_s == pytest.approx(holds.METRIC.measure(truth), abs=1.0)
    assert said.eva is not None
    long_share = sum(sum(row[5:]) for row in said.eva.share)
    assert long_share == pytest.approx(variation.METRIC.measure(truth), abs=0.05)
