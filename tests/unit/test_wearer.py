"""Seeds, lengths and truth of a wearer."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from sensorapp.virtual.wearer import Activity, ImuModel, Mounting, Phase, Script, Wearer

SCRIPT = Script(
    tuple(Phase.usual(Activity(word), 4.0) for word in ("sit", "walk", "type", "sensor_off", "sit"))
)


def test_one_seed_gives_the_same_rows_bit_for_bit() -> None:
    first = list(Wearer(SCRIPT, seed=7).stream().rows)
    wearer = Wearer(SCRIPT, seed=7)
    list(itertools.islice(wearer.stream().rows, 150))
    assert list(wearer.stream().rows) == first
    assert list(Wearer(SCRIPT, seed=8).stream().rows) != first


def test_a_loop_begins_as_the_single_pass_and_never_ends() -> None:
    stream = Wearer(SCRIPT, seed=7, loop=True).stream()
    rows = list(itertools.islice(stream.rows, 5000))
    assert stream.count is None
    assert rows[:1990] == list(Wearer(SCRIPT, seed=7).stream().rows)[:1990]
    assert np.isfinite(rows).all()


@pytest.mark.parametrize(
    ("rate_mhz", "count"), [(100_000, 2000), (285_710, 5715), (26_000, 520), (500, 10), (333, 7)]
)
def test_a_stream_has_the_samples_that_it_announces(rate_mhz: int, count: int) -> None:
    stream = Wearer(SCRIPT, seed=1, rate_mhz=rate_mhz).stream()
    assert (stream.rate_mhz, stream.count) == (rate_mhz, count)
    assert sum(1 for _ in stream.rows) == count


def test_samples_of_two_rates_agree_where_they_coincide() -> None:
    slow = list(Wearer(SCRIPT, 4, 50_000, imu=ImuModel.ideal()).stream().rows)
    fast = list(Wearer(SCRIPT, 4, 200_000, imu=ImuModel.ideal()).stream().rows)
    np.testing.assert_allclose(fast[::4], slow, atol=1e-9)


def test_part_and_mounting_leave_the_body_as_it_was() -> None:
    t_s = np.linspace(0, 20, 50)
    plain = Wearer(SCRIPT, 4)
    other = Wearer(SCRIPT, 4, 50_000, Mounting(turn_deg=90), ImuModel.ideal())
    np.testing.assert_array_equal(plain.angles_deg(t_s), other.angles_deg(t_s))


def test_truth_is_continuous_while_worn() -> None:
    wearer = Wearer(SCRIPT, seed=2)
    truths = [wearer.truth(t_s) for t_s in np.arange(0.0, 12.0, 0.01).tolist()]
    angles = np.array([(t.flexion_deg, t.side_bend_deg, t.twist_deg) for t in truths])
    assert np.abs(np.diff(angles, axis=0)).max() < 1.0
    np.testing.assert_allclose(angles[::100], wearer.angles_deg(np.arange(12.0)), atol=1e-12)
    assert [truths[k].activity for k in (0, 399, 400, 800)] == [
        Activity.SIT,
        Activity.SIT,
        Activity.WALK,
        Activity.TYPE,
    ]


def test_truth_is_unknown_from_taking_off_to_wholly_on() -> None:
    wearer = Wearer(SCRIPT, seed=2)
    assert not math.isnan(wearer.truth(12.0 - 1e-6).flexion_deg)
    for t_s in (12.01, 14.0, 15.9, 16.5, 17.4):
        truth = wearer.truth(t_s)
        assert math.isnan(truth.flexion_deg)
        assert math.isnan(truth.side_bend_deg)
        assert math.isnan(truth.twist_deg)
    assert abs(wearer.truth(17.6).flexion_deg) < 3.0


def test_breath_moves_a_sitting_back_by_about_a_degree() -> None:
    t_s = np.arange(0, 60, 0.05)
    frequency_hz = np.fft.rfftfreq(len(t_s), 0.05)
    breaths = (frequency_hz > 0.19) & (frequency_hz < 0.31)
    shares, swings = [], []
    for seed in range(20):
        wearer = Wearer(Script((Phase.usual(Activity.SIT, 60.0),)), seed)
        angles = wearer.angles_deg(t_s) * np.hanning(len(t_s))[:, None]
        power = np.sum(np.abs(np.fft.rfft(angles, axis=0)[breaths]) ** 2, axis=0)
        shares.append(float(power[0] / power[1]))
        swings.append(float(np.ptp(wearer.angles_deg(t_s)[:, 0])))
    # Sway alone gives flexion four times the power of side bend; the rest is breath.
    assert np.median(shares) > 20
    assert min(swings) > 0.5
    assert max(swings) < 3.0


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Wearer(SCRIPT, 1, rate_mhz=0)
