"""Packets that `verify` has decoded together: the same count as one by one, whatever happened."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.ids import Characteristic
from sensorapp.app.sample_count import SampleCount, SampleStream, SensorCount
from sensorapp.drivers.base import DriverOutput, PacketTaker, WithoutMotor
from sensorapp.drivers.clip_run import PostureClipRun
from sensorapp.drivers.posture_clip import DRIVER, PostureClip
from sensorapp.model.actions import Action
from sensorapp.model.inputs import Input, Notification, Stored, Tick
from sensorapp.model.settings import SessionSettings
from sensorapp.model.stream import StreamPosition
from tests.lossy_days import GENTLE, HARSH, Kind, live
from tests.lossy_pipe import CLIP, KeptPipe, Weather


class OneByOne(WithoutMotor):
    """A clip's conversation that puts nothing off."""

    def __init__(self, run: PostureClipRun) -> None:
        self._run = run

    @property
    def streaming(self) -> bool:
        return self._run.streaming

    @property
    def position(self) -> StreamPosition | None:
        return self._run.position

    def on_input(self, item: Input) -> tuple[DriverOutput, ...]:
        return self._run.on_input(item)

    def stop(self) -> tuple[Action, ...]:
        return self._run.stop()


class Putting(PostureClip):
    """The clip's driver; whether its runs may put off packets."""

    def __init__(self, *, off: bool) -> None:
        self._off = off

    def open(  # type: ignore[override]
        self, sensor_id: str, rate_mhz: int, left_off: StreamPosition | None = None
    ) -> PostureClipRun | OneByOne:
        run = DRIVER.open(sensor_id, rate_mhz, left_off)
        return run if self._off else OneByOne(run)


def counted(
    items: list[Input], *, off: bool
) -> tuple[tuple[SensorCount, ...], tuple[SampleStream, ...]]:
    left_off = (StreamPosition("TP-3F9A", DRIVER.key, 1, 1, 200, 100_000),)
    count = SampleCount({DRIVER.key: Putting(off=off)}, SessionSettings(left_off=left_off))
    for item in items:
        count.feed(item)
    return count.counted(), count.streams()


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    buffer_samples=st.sampled_from([0, 128, 1024, 16_384]),
    drop=st.sampled_from([0.0, 0.02, 0.3]),
    double=st.sampled_from([0.0, 0.2]),
    swap=st.sampled_from([0.0, 0.2]),
    unread=st.sampled_from([0.0, 0.01, 0.2]),
)
def test_together_is_as_one_by_one(
    seed: int, buffer_samples: int, drop: float, double: float, swap: float, unread: float
) -> None:
    """With links cut, sensors started anew, and parts of the recording that can't be read."""
    kind = Kind(buffer_samples, HARSH if buffer_samples else GENTLE, Weather(drop, double, swap))
    day, rng = KeptPipe(seed, buffer_samples, kind.weather), random.Random(seed)
    live(day, rng, kind, events=4)
    items = [item for item in day.inputs if rng.random() >= unread]
    assert counted(items, off=True) == counted(items, off=False)


def test_packets_are_put_off_for_a_minute_at_most() -> None:
    """The test above would prove little if none were; here nothing but packets come."""
    day = KeptPipe(1, 0, Weather())
    day.connect()
    day.passes(64.0)
    run = DRIVER.open(CLIP, 100_000)
    assert isinstance(run, PacketTaker)
    assert not isinstance(OneByOne(run), PacketTaker)
    items = [item for item in day.inputs if not between_packets(item)]
    (sensor,), _ = together = counted(items, off=True)
    assert together == counted(items, off=False)
    assert sensor.motion_packets > 620


def between_packets(item: Input) -> bool:
    status = isinstance(item, Notification) and item.channel == Characteristic.STATUS
    return status or isinstance(item, Tick | Stored)
