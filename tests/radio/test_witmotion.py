"""The virtual WitMotion sensor through bleak: the second sensor, nothing above its driver new."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import numpy as np
import pytest

from sensorapp.drivers.catalogue import drivers
from sensorapp.link.scan import survey
from sensorapp.model.actions import Write
from sensorapp.model.device import DeviceInfo, LinkState
from sensorapp.model.imu import FloatArray
from sensorapp.model.outputs import Fault, Gap, LinkStatus, SensorStatus, Summary
from sensorapp.model.posture import PostureFrame
from sensorapp.session.session import Session
from sensorapp.virtual.air_conditions import Conditions
from sensorapp.virtual.jumping_loop import run_jumping
from sensorapp.virtual.witmotion import DUAL_MODE, WitHabits
from tests.radio.wit_bench import Bench, counts_of, decoded, times_s

_T = TypeVar("_T")


def play(main: Coroutine[Any, Any, _T]) -> _T:
    return run_jumping(main, limit_s=300.0)


async def used_up(rate_mhz: int, seconds: float, habits: WitHabits) -> Bench:
    """A bench whose sensor measured for so long and whose last frame came through."""
    count = round((seconds + 2.0) * rate_mhz / 1000.0 * (1.0 + habits.clock_error))
    bench = Bench(rate_mhz=rate_mhz, count=count, habits=habits)
    async with bench:
        await bench.sensor.finished.wait()
        await asyncio.sleep(1.0)
    return bench


def check_samples(bench: Bench, rate_mhz: int) -> None:
    """Samples out are samples in, from the first of the stream on; none is late or twice."""
    got = counts_of(decoded(bench.inputs, rate_mhz))
    assert got == [made for _, made in bench.sent.since(got[0])]
    summary = bench.outputs[-1]
    assert isinstance(summary, Summary)
    assert (summary.samples, summary.samples_lost) == (len(got), 0)
    assert not [output for output in bench.outputs if isinstance(output, Fault | Gap)]


def paces_ppm(t_s: FloatArray, true_s: FloatArray, *at_s: float) -> list[float]:
    """How much too fast session time runs, over the second before each instant."""
    ends = [int(np.searchsorted(true_s, true_s[0] + instant)) for instant in at_s]
    begins = [int(np.searchsorted(true_s, true_s[0] + instant - 1.0)) for instant in at_s]
    return [
        ((t_s[end] - t_s[begin]) / (true_s[end] - true_s[begin]) - 1.0) * 1e6
        for begin, end in zip(begins, ends, strict=True)
    ]


@pytest.mark.parametrize(
    ("rate_mhz", "clock_error", "merged"),
    [(100_000, 0.007, 1), (200_000, -0.007, 4)],
)
def test_a_minute_with_a_clock_that_is_off(rate_mhz: int, clock_error: float, merged: int) -> None:
    bench = play(used_up(rate_mhz, 62.0, WitHabits(clock_error=clock_error, merged=merged)))
    check_samples(bench, rate_mhz)
    blocks = decoded(bench.inputs, rate_mhz)
    made = bench.sent.since(counts_of(blocks[:1])[0])
    true_s = np.array([t_s for t_s, _ in made])
    t_s = times_s(blocks)
    assert true_s[-1] - true_s[0] > 60.0
    assert np.all(np.diff(t_s) > 0.0)
    at_30, at_60 = paces_ppm(t_s, true_s, 30.0, 60.0)
    print(
        f"clock off by {clock_error:+.1%} at {rate_mhz / 1000:.0f} Hz: {len(made)} samples made, "
        f"{len(t_s)} decoded; rate error {at_30:+.0f} ppm at 30 s, {at_60:+.1f} ppm at 60 s"
    )
    assert abs(at_30) < 1000.0
    assert abs(at_60) < 20.0
    off_ms = (t_s - t_s[0] - (true_s - true_s[0])) * 1e3
    assert np.abs(off_ms).max() < 145.0  # one span at the declared rate, and coming back
    assert np.ptp(off_ms[true_s > true_s[0] + 40.0]) < 1.0


@pytest.mark.parametrize(
    "habits",
    [
        WitHabits(merged=12),
        WitHabits(pieces=(7, 13)),
        WitHabits(merged=3, pieces=(19, 1, 20, 11)),
        WitHabits(answers_reads=False),
    ],
)
def test_merged_cut_and_silent_on_questions(habits: WitHabits) -> None:
    bench = play(used_up(100_000, 10.0, habits))
    check_samples(bench, 100_000)


def test_what_a_wearer_sees_and_what_the_sensor_was_told() -> None:
    async def main() -> None:
        async with Bench() as bench:
            await bench.samples(500)
            (device,) = [output for output in bench.outputs if isinstance(output, DeviceInfo)]
            assert device.model == "WT901BLE68"
            assert bench.session.state.samples_lost == 0
            assert bench.sensor.registers[0x03] == 0x09
        frames = [output for output in bench.outputs if isinstance(output, PostureFrame)]
        assert len(frames) >= 45
        assert frames[-1].flexion_deg == pytest.approx(0.0, abs=3.0)
        statuses = [output for output in bench.outputs if isinstance(output, SensorStatus)]
        assert (statuses[-1].battery_pct, statuses[-1].rate_hz) == (85, 100.0)
        states = [output.state for output in bench.outputs if isinstance(output, LinkStatus)]
        assert states[-1] is LinkState.STOPPED
        assert bench.sensor.registers[0x03] == 0x06  # as it was found
        assert bench.sensor.registers[0x24] == 0x01
        assert bench.sensor.saves == 0

    play(main())


def test_a_replay_of_the_inputs_is_the_session_bit_for_bit() -> None:
    bench = play(used_up(100_000, 15.0, WitHabits(clock_error=0.007)))
    again = Session(bench.settings, drivers())
    outputs = [output for item in bench.inputs for output in again.feed(item)]
    assert [*outputs, *again.finish()] == bench.outputs


def test_a_dual_mode_sensor() -> None:
    async def main() -> None:
        async with Bench(table=DUAL_MODE) as bench:
            await bench.samples(200)
        written = {output.channel for output in bench.outputs if isinstance(output, Write)}
        assert written == {DUAL_MODE.write}

    play(main())


def test_a_lost_link_comes_back_as_a_new_epoch() -> None:
    async def main() -> None:
        async with Bench(habits=WitHabits(clock_error=0.007)) as bench:
            await bench.samples(1500)
            bench.air.set_conditions(bench.sensor.address, Conditions(in_range=False))
            await asyncio.sleep(10.0)
            bench.air.set_conditions(bench.sensor.address, Conditions())
            before = bench.session.state.samples
            await bench.samples(before + 1500)
        blocks = decoded(bench.inputs)
        assert {block.epoch for block in blocks} == {1, 2}
        second = [block for block in blocks if block.epoch == 2]
        assert second[0].first_index == 0
        (gap,) = [output for output in bench.outputs if isinstance(output, Gap)]
        first, later = (counts_of([block])[0] for block in (blocks[0], second[0]))
        true_s = bench.sent.since(later)[0][0] - bench.sent.since(first)[0][0]
        assert gap.t_ns / 1e9 == pytest.approx(true_s, abs=0.2)
        assert gap.duration_s > 10.0
        got = counts_of(second)
        assert got == [made for _, made in bench.sent.since(got[0])][: len(got)]

    play(main())


def test_a_fade_loses_nothing_and_moves_no_time() -> None:
    async def main() -> None:
        patient = Conditions(supervision_timeout_s=4.0)
        async with Bench() as bench:
            bench.air.set_conditions(bench.sensor.address, patient)
            await bench.samples(1200)
            faded = Conditions(supervision_timeout_s=4.0, event_loss=1.0)
            bench.air.set_conditions(bench.sensor.address, faded)
            await asyncio.sleep(2.0)
            bench.air.set_conditions(bench.sensor.address, patient)
            await bench.samples(3300)
        blocks = decoded(bench.inputs)
        got = counts_of(blocks)
        made = bench.sent.since(got[0])[: len(got)]
        assert got == [counts for _, counts in made]
        true_s = np.array([t_s for t_s, _ in made])
        off_s = times_s(blocks) - (true_s - true_s[0])
        assert np.abs(off_s).max() < 0.03

    play(main())


@pytest.mark.parametrize("junk", [b"", b"\x55", b"\x55\x61", bytes(513 - 3)[:244], b"\xff" * 7])
def test_junk_between_frames_is_counted_and_costs_no_sample(junk: bytes) -> None:
    async def main() -> None:
        async with Bench() as bench:
            await bench.samples(200)
            bench.sensor.send(junk)
            await bench.samples(400)
        got = counts_of(decoded(bench.inputs))
        assert got == [made for _, made in bench.sent.since(got[0])][: len(got)]
        faults = [output for output in bench.outputs if isinstance(output, Fault)]
        assert [fault.kind for fault in faults] == ["packet_framing"] * (junk != b"")

    play(main())


def test_devices_lists_it() -> None:
    async def main() -> None:
        bench = Bench()
        await bench.sensor.start()
        (sighting,) = await survey(bench.radio, tuple(drivers().values()), 3.0)
        assert (sighting.driver.key, sighting.advertisement.name) == ("witmotion", "WT901BLE68")
        await bench.sensor.stop()

    play(main())
