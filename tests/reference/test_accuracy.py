"""The evidence of accuracy: the command on a trial, and the parts that must not be wrong."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import vqf
from scipy.spatial.transform import Rotation

from sensorapp.signal.gyro_errors import USUAL, ErrorModel
from tests.reference.accuracy import __main__ as command
from tests.reference.accuracy.aftermath import AFTER_S, Tally
from tests.reference.accuracy.algorithms import ALGORITHMS, Algorithm, live
from tests.reference.accuracy.charts import Bar, Panel, bar_chart, line_chart
from tests.reference.accuracy.columns import degrees, table
from tests.reference.accuracy.crossval import LAGS_S, leave_one_out, rmse_by_lag, trained_on
from tests.reference.accuracy.data_lag import lag_between
from tests.reference.accuracy.gaps import EVERY_S, WITHIN_S, filled, holes_in, joined
from tests.reference.accuracy.goals import goals
from tests.reference.accuracy.measure import Score
from tests.reference.accuracy.report import Report, as_json
from tests.reference.accuracy.retuning import OURS, VQF, draws
from tests.reference.accuracy.tables import accuracy_table, lines_of
from tests.reference.broad import Floats, Trial
from tests.signal_streams import GRAVITY_MPS2

TILTS = ([0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.3, -0.5, 0.8], [-0.7, 0.2, -0.3])


def test_the_command_finds_ours_ahead(datasets: Path, tmp_path: Path) -> None:
    asked = [
        "--trials",
        "28",
        "--rates",
        "48",
        "--parts",
        "accuracy",
        "--algorithms",
        "ours",
        "VQF",
    ]
    assert (
        command.main([*asked, "--json", str(tmp_path / "out.json"), "--plots", str(tmp_path)]) == 0
    )
    found = json.loads((tmp_path / "out.json").read_text())
    errors = {one["algorithm"]: one["as_it_is_deg"] for one in found["accuracy"]}
    assert len(errors["ours"]) == 1
    assert errors["ours"][0] < 0.9 * errors["VQF"][0]
    assert 3.0 < found["data_lag_ms"][0] < 5.0
    ET.fromstring((tmp_path / "accuracy-algorithms.svg").read_text())


def test_the_examples_of_the_help_page_are_valid() -> None:
    parser = command._parser()
    examples = re.findall(
        r"^    python -m tests\.reference\.accuracy(.*)$", command.__doc__ or "", re.MULTILINE
    )
    assert len(examples) >= 3
    for example in examples:
        parser.parse_args(example.split())
    assert "--trials" in parser.format_help()
    assert examples[-1] in parser.format_help()


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda one: one.name)
@pytest.mark.parametrize("up", TILTS)
def test_at_rest_up_is_where_the_accelerometer_points(
    algorithm: Algorithm, up: list[float]
) -> None:
    if not algorithm.installed:
        pytest.skip(f"pip install {algorithm.package}")
    rng = np.random.default_rng(1)
    truth = np.array(up) / np.linalg.norm(up)
    accel = truth * GRAVITY_MPS2 + rng.normal(0.0, 0.02, (500, 3))
    found = algorithm.run(accel, rng.normal(0.0, 0.001, (500, 3)), 100.0)
    cosines = np.clip(found[-100:] @ truth, -1.0, 1.0)
    assert np.degrees(np.arccos(cosines)).max() < 0.3


def turning(lag_s: float = 0.0, rate_hz: float = 100.0, lasts_s: float = 60.0) -> Trial:
    """A sensor that rocks about x; its samples come `lag_s` after the reference."""
    ref_hz = 200.0
    ref_s = np.arange(round(lasts_s * ref_hz)) / ref_hz
    t_s = np.arange(round(lasts_s * rate_hz)) / rate_hz - lag_s
    rates = np.stack([1.2 * np.cos(1.5 * t_s), 0 * t_s, 0 * t_s], axis=1)
    return Trial(
        accel=GRAVITY_MPS2 * ups(t_s),
        gyro=rates,
        rate_hz=rate_hz,
        ref_up=ups(ref_s),
        moving=np.ones(len(ref_s), dtype=np.bool_),
        ref_hz=ref_hz,
    )


def ups(t_s: Floats) -> Floats:
    angle = 0.8 * np.sin(1.5 * t_s)
    return np.stack([0 * angle, np.sin(angle), np.cos(angle)], axis=1)


def test_a_lag_that_was_planted_is_found() -> None:
    trial = turning(lag_s=0.007)
    by_lag = rmse_by_lag(trial, trial.accel / GRAVITY_MPS2)
    assert LAGS_S[np.argmin(by_lag)] == pytest.approx(0.007)
    assert by_lag.min() < 0.01 < by_lag[LAGS_S == 0.0]


def test_what_is_not_finite_is_not_judged() -> None:
    trial = turning()
    up = trial.accel / GRAVITY_MPS2
    up[5] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        rmse_by_lag(trial, up)


def test_a_trial_has_no_say_in_its_own_lag() -> None:
    lags_s = np.array([-0.002, 0.0, 0.002])
    agreeing = [[3.0, 2.0, 1.0]] * 3
    by_lag = np.array([*agreeing, [0.0, 50.0, 90.0]])
    found = leave_one_out(by_lag, lags_s)
    assert found is not None
    assert found.lags_s[3] == 0.002
    assert found.rmse_deg[3] == 90.0
    assert found.lags_s[0] == -0.002  # the odd one decides for the others
    assert found.rmse_deg.tolist() == [3.0, 3.0, 3.0, 90.0]
    assert leave_one_out(by_lag[:1], lags_s) is None


def test_errors_are_those_of_trials_not_trained_on() -> None:
    by_lag = np.array([[1.0, 2.0], [1.0, 2.0], [7.0, 3.0]])
    errors = trained_on(by_lag, [0, 1])
    assert errors is not None
    assert errors.tolist() == [7.0]
    assert trained_on(by_lag, []) is None
    assert trained_on(by_lag, [0, 1, 2]) is None


def test_the_recordings_own_lag_is_found_by_speed() -> None:
    rate_hz, lag_s = 285.0, 0.0042
    t_s = np.arange(6000) / rate_hz
    turned = Rotation.from_rotvec(np.outer(np.sin(3.0 * t_s) + 0.3 * np.sin(7.1 * t_s), [1, 2, 2]))
    late = t_s - lag_s
    speed = 3.0 * np.cos(3.0 * late) + 2.13 * np.cos(7.1 * late)
    quats = turned.as_quat(scalar_first=True)
    quats[100:120] = np.nan
    found_s = lag_between(quats, np.outer(speed, [1, 2, 2]), np.ones(len(t_s)), rate_hz)
    assert found_s == pytest.approx(lag_s, abs=1e-4)
    assert np.isnan(lag_between(quats, np.roll(np.outer(speed, [1, 2, 2]), 9, 0), t_s, rate_hz))


def test_holes_are_where_it_moves_and_leave_time_between() -> None:
    trial = turning(lasts_s=120.0)
    trial.moving[: 40 * 200] = False
    holes = holes_in(trial, 1.0, np.random.default_rng(3))
    assert holes == holes_in(trial, 1.0, np.random.default_rng(3))
    assert len(holes) >= 3
    assert all(end - begin == 100 for begin, end in holes)
    assert min(begin for begin, _ in holes) >= 4000
    apart_s = [(begin - end) / 100.0 for (_, end), (begin, _) in pairwise(holes)]
    assert min(apart_s) >= EVERY_S - WITHIN_S - 1.0 > AFTER_S


def test_others_get_what_is_left_joined_or_filled() -> None:
    trial = turning(lasts_s=20.0)
    seen: list[Floats] = []

    def run(accel: Floats, gyro: Floats, _: float) -> Floats:
        seen.append(gyro)
        return accel / GRAVITY_MPS2

    plain = Algorithm("plain", "", run)
    up = joined(plain, trial, [(500, 600)])
    assert len(seen[0]) == len(trial.gyro) - 100
    assert (up[500:600] == up[499]).all()
    assert (up[600] == trial.accel[600] / GRAVITY_MPS2).all()
    holed = trial.gyro.copy()
    holed[500:600] = np.nan
    accel = np.where(np.isnan(holed), np.nan, trial.accel)
    filled(plain).run(accel, holed, 100.0)
    assert np.diff(seen[1][499:601, 0], 2) == pytest.approx(0.0, abs=1e-9)


def test_a_tally_counts_the_5_s_after() -> None:
    trial = turning(lasts_s=20.0)
    without = np.ones(len(trial.ref_up))
    errors = without.copy()
    errors[: 10 * 200] = 80.0  # before: not counted
    errors[10 * 200 : 15 * 200] = 3.0
    uncertain = np.zeros(len(trial.accel), dtype=np.bool_)
    uncertain[1000:1250] = True
    tally = Tally("one", "hole")
    tally.take(0, trial, (errors, without), 1000, uncertain)
    found = tally.result()
    assert found.with_deg.tolist() == [3.0]
    assert found.added_deg.tolist() == [2.0]
    assert found.mean_deg == 3.0
    assert found.flagged == pytest.approx(0.5, abs=0.01)


def test_marks_of_clipping_reach_ours() -> None:
    trial = turning(lasts_s=30.0)
    marks = np.zeros(len(trial.accel), dtype=np.bool_)
    _, sure = live(trial.accel, trial.gyro, 100.0, clipped=marks)
    _, doubted = live(trial.accel, trial.gyro, 100.0, clipped=marks | True)
    assert not sure.any()
    assert doubted.any()


def test_numbers_are_drawn_around_the_built_in_ones() -> None:
    theirs = vqf.VQF(0.01).params
    for ranges in (OURS, VQF):
        sets = draws(ranges, 50, np.random.default_rng(1))
        for name, (low, high) in ranges.items():
            values = [numbers[name] for numbers in sets]
            assert low <= min(values) < 0.7 * max(values)
            assert max(values) <= high
            assert low < (theirs[name] if ranges is VQF else getattr(USUAL, name)) < high
    assert set(OURS) == {one.name for one in fields(ErrorModel)}


def report_of(ours: list[float], vqf: list[float], rate_hz: int = 100) -> Report:
    """Errors per trial that are the same whatever the lag."""
    trials = ("01_a", "08_b", "28_c")
    scores = [
        Score(name, rate_hz, trials, np.outer(values, np.ones(len(LAGS_S))))
        for name, values in (("ours", ours), ("VQF", vqf))
    ]
    return Report("2026-01-01", 1, 1, trials, {}, [0.004], ["ahrs"], scores)


def test_goals_are_ratios_of_means() -> None:
    first, rest = goals(report_of([0.2, 0.3, 0.4], [0.5, 0.5, 0.5]))
    assert first.figure == pytest.approx(0.6)
    assert first.met
    assert rest.figure == pytest.approx(0.8)
    worse, _ = goals(report_of([0.4, 0.5, 0.6], [0.5, 0.5, 0.5]))
    assert not worse.met
    assert goals(report_of([0.1, 0.1, 0.1], [0.5, 0.5, 0.5], rate_hz=25)) == []


def test_tables_are_aligned_and_say_what_is_missing() -> None:
    report = report_of([0.2, 0.3, 0.4], [0.5, 0.5, 0.5])
    assert table(("", "deg"), [("a", "1.25"), ("long", "-")]) == [
        "       deg",
        "----  ----",
        "a     1.25",
        "long     -",
    ]
    _, _, ours, vqf = accuracy_table(report, 100)
    assert re.split(r"\s{2,}", ours) == [
        "ours", "0.300", "0.400", "0.60", "-30 ms (edge)", "0.300", "0.300", "0.60",
    ]  # fmt: skip
    assert len(ours) == len(vqf)
    text = "\n".join(lines_of(report))
    assert "not installed: pip install ahrs" in text
    assert "met" in text
    assert (degrees(None), degrees(np.nan), degrees(np.inf)) == ("-", "-", "lost")


def test_json_has_no_number_that_is_none() -> None:
    report = report_of([0.2, np.nan, 0.4], [0.5, np.inf, 0.5])
    text = json.dumps(as_json(report), allow_nan=False)
    assert json.loads(text)["accuracy"][0]["as_it_is_deg"] == [0.2, None, 0.4]


def test_charts_are_svg_whose_bars_are_to_scale() -> None:
    bars = [Bar("ours & co", 1.0, strong=True), Bar("others", 4.0, strong=False)]
    chart = ET.fromstring(bar_chart("t", "about", [Panel("p", bars, limit=2.0)]))
    space = "{http://www.w3.org/2000/svg}"
    _, one, other = (float(rect.get("width", 0)) for rect in chart.iter(f"{space}rect"))
    assert other == pytest.approx(4.0 * one)
    lines = line_chart("t", "about", {"a": {48: 1.0, 100: 0.9}, "b": {48: 1.0, 100: 0.9}}, ["a"])
    assert len(list(ET.fromstring(lines).iter(f"{space}polyline"))) == 2
