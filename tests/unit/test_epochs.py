"""Session time over epochs: pauses by the sensor's clock if it can tell, else by the host's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.model.imu import ImuBlock, IntArray
from sensorapp.session.epochs import Timeline

NS = 1_000_000_000
HZ = 32_768


def block(
    epoch: int, index: int, host_s: float, clock_s: float | None, *, rate_mhz: int = 100_000
) -> ImuBlock:
    """Ten samples; `clock_s` is what the sensor's clock says, not yet wrapped."""
    return ImuBlock(
        sensor_id="s",
        host_ns=round(host_s * NS),
        epoch=epoch,
        first_index=index,
        ticks=None if clock_s is None else round(clock_s * HZ) & 0xFFFFFFFF,
        rate_mhz=rate_mhz,
        accel_mps2=np.zeros((10, 3)),
        gyro_rads=np.zeros((10, 3)),
        clipped=np.zeros(10, dtype=np.bool_),
    )


def timeline(boot_id: int | None = 1) -> Timeline:
    made = Timeline()
    made.boot_id = boot_id
    return made


def stamped(times: Timeline, one: ImuBlock) -> IntArray:
    t_ns = times.stamp(one)
    assert t_ns is not None
    return t_ns


def test_the_first_epoch_starts_at_nothing_and_counts_what_was_lost_before() -> None:
    assert stamped(timeline(), block(1, 0, 100.0, 7.0))[0] == 0
    late = replace(block(1, 30, 100.0, 7.0), lost_before=30)
    assert stamped(timeline(), late)[0] == 300_000_000


@given(st.integers(0, 10**8), st.integers(9_000, 200_000))
def test_a_stream_that_an_earlier_session_began_starts_at_nothing(index: int, rate: int) -> None:
    times = timeline()
    assert stamped(times, block(1, index, 100.0, 7.0, rate_mhz=rate))[0] == 0
    later = stamped(times, block(1, index + 10, 100.1, None, rate_mhz=rate))
    assert abs(int(later[0]) - 10**13 // rate) <= 2


def test_the_sensors_clock_measures_a_pause_whatever_the_host_says_within_its_delays() -> None:
    for delay_s in (0.0, 3.0, -3.0):
        times = timeline()
        stamped(times, block(1, 0, 100.0, 7.0))
        later = stamped(times, block(2, 0, 160.0 + delay_s, 67.0))
        assert later[0] == 60 * NS


@pytest.mark.parametrize("days", [2, 30])
def test_host_time_tells_how_often_that_clock_wrapped(days: int) -> None:
    times = timeline()
    stamped(times, block(1, 0, 100.0, 7.0))
    pause_s = days * 86_400.0
    later = stamped(times, block(2, 0, 100.0 + pause_s + 2.5, 7.0 + pause_s))
    assert later[0] == pytest.approx(pause_s * NS, abs=NS / HZ)


def test_after_a_reboot_and_without_ticks_there_is_only_host_time() -> None:
    reboot = timeline()
    stamped(reboot, block(1, 0, 100.0, 900.0))
    reboot.boot_id = 2
    assert stamped(reboot, block(2, 0, 160.0, 1.0))[0] == 60 * NS
    for first_clock_s, second_clock_s in ((None, 7.0), (7.0, None)):
        silent = timeline()
        stamped(silent, block(1, 0, 100.0, first_clock_s))
        assert stamped(silent, block(2, 0, 160.0, second_clock_s))[0] == 60 * NS
    nameless = timeline(boot_id=None)
    stamped(nameless, block(1, 0, 100.0, 7.0))
    assert stamped(nameless, block(2, 0, 160.0, 12.0))[0] == 60 * NS


def test_a_clock_that_was_reset_without_a_reboot_is_not_believed() -> None:
    times = timeline()
    stamped(times, block(1, 0, 100.0, 50_000.0))
    assert stamped(times, block(2, 0, 160.0, 1.0))[0] == 60 * NS


def test_a_host_clock_that_went_back_costs_nothing() -> None:
    times = timeline(boot_id=None)
    last = stamped(times, block(1, 0, 100.0, None))
    assert stamped(times, block(2, 0, 20.0, None))[0] == last[-1] + 10_000_000


def test_samples_lost_before_the_first_that_came_are_part_of_the_new_epoch() -> None:
    times = timeline()
    stamped(times, block(1, 0, 100.0, 7.0))
    later = stamped(times, block(2, 50, 160.0, 67.0))
    assert later[0] == 60 * NS
    assert times.epoch_began_ns == 60 * NS - 500_000_000


def test_what_claims_to_be_decades_away_is_refused_and_changes_nothing() -> None:
    times = timeline()
    first = stamped(times, block(1, 0, 100.0, 7.0, rate_mhz=1_000))
    assert times.stamp(block(1, 0xFFFFFFF0, 100.0, 7.0, rate_mhz=1_000)) is None
    assert times.stamp(block(2, 0, 1e10, 7.0)) is None
    assert times.t_ns == first[-1]
    assert times.begins(block(2, 0, 1e10, 7.0))
    assert stamped(times, block(1, 10, 101.0, 8.0, rate_mhz=1_000))[0] == 10 * NS


@settings(max_examples=200, deadline=None)
@given(
    data=st.lists(
        st.tuples(
            st.integers(1, 4),  # epochs ahead, as a number: only a change counts
            st.integers(0, 2**32 - 20),
            st.integers(0, 2**64 - 1),
            st.none() | st.integers(0, 2**32 - 1),
            st.sampled_from([1_000, 52_000, 100_000, 10_000_000]),
            st.none() | st.integers(0, 2),
        ),
        max_size=12,
    )
)
def test_time_rises_strictly_and_fits_whatever_comes(
    data: list[tuple[int, int, int, int | None, int, int | None]],
) -> None:
    times, epoch, index, last_ns, rate_mhz = Timeline(), 0, 0, -1, 100_000
    for ahead, jump, host_ns, ticks, new_rate_mhz, boot_id in data:
        times.boot_id = boot_id
        if ahead > 2 or epoch == 0:
            epoch, index, rate_mhz = epoch + 1, 0, new_rate_mhz
        index = min(index + jump % 5000 if ahead == 2 else index + jump, 2**32 - 20)
        made = ImuBlock(
            "s",
            host_ns,
            epoch,
            index,
            ticks,
            rate_mhz,
            np.zeros((10, 3)),
            np.zeros((10, 3)),
            np.zeros(10, dtype=np.bool_),
        )
        t_ns = times.stamp(made)
        if t_ns is None:
            continue
        index = min(index + 10, 2**32 - 20)
        if index < 2**32 - 20:
            assert last_ns < t_ns[0]
            assert (np.diff(t_ns) > 0).all()
            last_ns = int(t_ns[-1])
