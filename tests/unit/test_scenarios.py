"""The shipped scenarios keep what their descriptions promise, whatever the seed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sensorapp.virtual.samples import SampleStream
from sensorapp.virtual.scenarios import load_scenario, parse_scenario, scenario_names
from sensorapp.virtual.wearer import Activity, Wearer

WEARERS = ("bends", "desk", "sensor_off", "slouch", "still", "tour", "walk")
FAULTS = ("drop", "fade", "low_battery", "reboot", "silent")
NAMES = tuple(sorted((*WEARERS, *FAULTS)))
SEEDS = range(12)


def flexion_deg(wearer: Wearer) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(wearer.angles_deg(np.arange(0, wearer.duration_s, 0.1))[:, 0])


def longest_s_above(wearer: Wearer, limit_deg: float) -> float:
    runs = itertools.groupby((flexion_deg(wearer) > limit_deg).tolist())
    return max((sum(1 for _ in run) / 10.0 for above, run in runs if above), default=0.0)


def activities(wearer: Wearer) -> set[Activity]:
    return {wearer.truth(t_s).activity for t_s in np.arange(0, wearer.duration_s, 0.5).tolist()}


def test_these_scenarios_are_shipped() -> None:
    assert scenario_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_start_is_at_rest_for_three_seconds(name: str) -> None:
    for seed in SEEDS:
        stream: SampleStream = load_scenario(name).wearer(seed).stream()
        rate_dps = np.degrees(np.array(list(itertools.islice(stream.rows, 300)))[:, 3:])
        assert np.linalg.norm(rate_dps, axis=1).max() < 3.0


@pytest.mark.parametrize("name", NAMES)
def test_it_tells_what_it_is_and_ends(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.about.endswith(".")
    assert 50 < scenario.wearer(0).duration_s < 500


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides_everything_and_different_seeds_differ(name: str) -> None:
    def start(seed: int) -> list[tuple[float, ...]]:
        return list(itertools.islice(load_scenario(name).wearer(seed).stream().rows, 50))

    assert start(3) == start(3)
    assert start(3) != start(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_slouch_holds_one_slouch_beyond_the_usual_limit(seed: int) -> None:
    scenario = load_scenario("slouch")
    wearer = scenario.wearer(seed)
    flexion = flexion_deg(wearer)
    assert scenario.settings == {}
    assert 70 <= wearer.duration_s <= 80
    assert 30 < longest_s_above(wearer, 20.0) < 40
    assert flexion.max() < 28
    # Upright again: far below any limit at which a slouch is left.
    assert np.abs(flexion[-100:]).max() < 6


@pytest.mark.parametrize("seed", SEEDS)
def test_still_never_comes_near_a_limit(seed: int) -> None:
    assert np.abs(flexion_deg(load_scenario("still").wearer(seed))).max() < 3


@pytest.mark.parametrize("seed", SEEDS)
def test_tour_shows_all_of_it_within_its_own_settings(seed: int) -> None:
    scenario = load_scenario("tour")
    wearer = scenario.wearer(seed)
    assert set(scenario.settings) <= {"threshold_deg", "dwell_s", "min_pause_s"}
    assert scenario.settings["dwell_s"] + 3 < longest_s_above(wearer, 17.0) < 15
    assert scenario.settings["min_pause_s"] < wearer.duration_s
    assert 68 < wearer.duration_s < 80
    assert flexion_deg(wearer).max() > 50
    assert activities(wearer) >= {
        Activity.TYPE,
        Activity.SLOUCH,
        Activity.TWIST,
        Activity.WALK,
        Activity.BEND_DOWN,
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_walk_leans_too_little_for_a_slouch_but_for_getting_up(seed: int) -> None:
    wearer = load_scenario("walk").wearer(seed)
    assert longest_s_above(wearer, 13.0) < 2.0
    assert Activity.WALK in activities(wearer)


@pytest.mark.parametrize("seed", SEEDS)
def test_bends_go_three_times_to_forty_degrees_in_an_odd_seat(seed: int) -> None:
    wearer = load_scenario("bends").wearer(seed)
    deep = (flexion_deg(wearer) > 30).astype(int)
    assert np.count_nonzero(np.diff(deep) == 1) == 3
    assert np.linalg.norm(wearer.angles_deg(np.arange(0, 25, 0.1))[:, 1]) < 20
    assert abs(wearer.mounting.turn_deg) >= 70
    sensor_up = wearer.mounting.segment_from_sensor() @ [0.0, 1.0, 0.0]
    assert sensor_up[1] > np.cos(np.radians(25))


@pytest.mark.parametrize("seed", SEEDS)
def test_taken_off_the_clip_lies_flat_and_feels_nothing(seed: int) -> None:
    wearer = load_scenario("sensor_off").wearer(seed)
    blocks = np.stack(list(wearer.blocks())[:-1])
    table = blocks[28:42]
    assert wearer.truth(28.0).activity is Activity.SENSOR_OFF
    assert table[..., :3].std(axis=(0, 1)).max() < 3e-3 * 9.81
    assert np.degrees(table[..., 3:].std(axis=(0, 1)).max()) < 0.1
    assert np.abs(table[..., 2].mean()) > 9.0


def test_air_is_kept_as_it_is_written() -> None:
    text = """
        title = "T"
        about = "A."
        [[air]]
        t_s = 5
        in_range = false
        [[air]]
        t_s = 9.5
        in_range = true
        event_loss = 0.2
        rssi_dbm = -80
        battery_pct = 12
        [[step]]
        do = "sit"
        duration_s = 20
    """
    first, second = parse_scenario("mine", text).air
    assert (first.t_s, first.in_range, first.event_loss) == (5.0, False, None)
    assert (second.in_range, second.event_loss, second.rssi_dbm, second.battery_pct) == (
        True,
        0.2,
        -80,
        12,
    )
