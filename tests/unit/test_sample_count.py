"""Samples are counted by laying them side by side, whatever order and copies they came in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.app.sample_count import SampleCount, SampleGap
from sensorapp.drivers.base import DriverOutput, WithoutMotor
from sensorapp.model.actions import Action
from sensorapp.model.device import Advertisement
from sensorapp.model.imu import ImuBlock, LostSamples
from sensorapp.model.inputs import Connected, Input, Notification
from sensorapp.model.outputs import Fault
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition

Packet = tuple[int, int, int]


class PlainRun(WithoutMotor):
    """Three bytes are epoch, first index and count; one byte is the end of epoch 1."""

    streaming = True
    position = None

    def on_input(self, item: Input) -> tuple[DriverOutput, ...]:
        if not isinstance(item, Notification):
            return ()
        if not item.data:
            return (Fault("s1", None, "empty", "Nothing came."),)
        if len(item.data) == 1:
            return (LostSamples("s1", item.host_ns, 1, 0, item.data[0]),)
        epoch, first, count = item.data
        nothing = np.zeros((count, 3))
        clipped = np.zeros(count, dtype=bool)
        return (
            ImuBlock("s1", item.host_ns, epoch, first, None, 100_000, nothing, nothing, clipped),
        )

    def stop(self) -> tuple[Action, ...]:
        return ()


@dataclass(frozen=True)
class PlainDriver:
    key: str = "plain"
    label: str = "Plain"
    service_uuids: tuple[str, ...] = ()

    def match(self, advertisement: Advertisement) -> bool:
        return False

    def open(
        self, sensor_id: str, rate_mhz: int, left_off: StreamPosition | None = None
    ) -> PlainRun:
        return PlainRun()


def counting(packets: list[Packet | bytes]) -> SampleCount:
    count = SampleCount({"plain": PlainDriver()}, SessionSettings())
    count.feed(Connected(0, "s1", "plain", "Clip", "00"))
    for second, packet in enumerate(packets, start=1):
        count.feed(Notification(second * 1_000_000_000, "s1", "data", bytes(packet)))
    return count


def test_gaps_have_index_and_times() -> None:
    (sensor,) = counting([(1, 0, 10), (1, 15, 5), (2, 0, 3), bytes([30]), b""]).counted()
    assert sensor.gaps == (
        SampleGap(1, 10, 5, 1.0, 2.0),
        SampleGap(1, 20, 10, 2.0, None),
    )
    assert (sensor.samples, sensor.samples_lost, sensor.samples_expected) == (18, 15, 33)
    assert (sensor.motion_packets, sensor.faults) == (3, 1)


def test_samples_that_come_late_close_their_gap() -> None:
    (sensor,) = counting([(1, 0, 5), (1, 10, 5), (1, 5, 5), (1, 5, 5)]).counted()
    assert sensor.gaps == ()
    assert (sensor.samples, sensor.samples_repeated) == (15, 5)


def test_a_sensor_without_a_driver_is_a_fault() -> None:
    count = SampleCount({}, SessionSettings())
    count.feed(Connected(0, "s1", "newer", "Clip", "00"))
    count.feed(Notification(1, "s1", "data", b"123"))
    (sensor,) = count.counted()
    assert (sensor.driver, sensor.faults, sensor.samples_expected) == ("newer", 1, 0)


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 60), st.integers(1, 20)), min_size=1))
def test_every_sample_is_stored_or_named(packets: list[Packet]) -> None:
    (sensor,) = counting([*packets]).counted()
    came = {(epoch, first + at) for epoch, first, count in packets for at in range(count)}
    named = {(gap.epoch, gap.first_index + at) for gap in sensor.gaps for at in range(gap.count)}
    assert sensor.samples == len(came)
    assert sensor.samples_repeated == sum(count for _, _, count in packets) - len(came)
    assert sum(gap.count for gap in sensor.gaps) == len(named)
    assert came & named == set()
    for epoch in {epoch for epoch, _ in came}:
        indices = {at for number, at in came | named if number == epoch}
        first = min(at for number, at, _ in packets if number == epoch)
        assert min(indices) >= 0
        assert indices >= set(range(first, max(indices) + 1))
