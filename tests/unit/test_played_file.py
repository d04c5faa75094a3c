"""An IMU file through the sensor's protocol: together, or input by input into a session."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sensorapp.app.interrupt import Interrupted
from sensorapp.app.offline import run_imu_file
from sensorapp.app.played_file import VIRTUAL_ID, play_imu_file
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.actions import Action
from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Output, Summary
from sensorapp.model.settings import SessionSettings
from sensorapp.session.session import Session, actions_in
from sensorapp.store.imu_file import ImuFile
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.samples import stream_of_arrays
from sensorapp.virtual.scenarios import load_scenario
from sensorapp.virtual.wire import play_through

RATE_MHZ = 50_000
SETTINGS = SessionSettings(rate_mhz=RATE_MHZ)


@cache
def a_file() -> ImuFile:
    """A wearer who slouches, 73 s at 50 Hz: more than is fed at once."""
    rows = list(load_scenario("slouch").wearer(seed=11, rate_mhz=RATE_MHZ).stream().rows)
    table = np.array(rows)
    return ImuFile("wearer.npz", table[:, :3].copy(), table[:, 3:].copy(), RATE_MHZ)


class Kept:
    """A sink that keeps all it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Input, tuple[Output, ...]]] = []

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        self.told.append((item, outputs))


def one_by_one(file: ImuFile) -> tuple[list[tuple[Input, tuple[Output, ...]]], tuple[Output, ...]]:
    """A session that answers the sensor itself."""
    session = Session(SETTINGS, drivers())
    told = []

    def feed(item: Input) -> list[Action]:
        outputs = session.feed(item)
        told.append((item, outputs))
        return actions_in(outputs)

    stream = stream_of_arrays(file.accel_mps2, file.gyro_rads, file.rate_mhz)
    play_through(virtual_config(file.rate_mhz), stream, "posture_clip", VIRTUAL_ID, feed)
    return told, session.finish()


def test_together_is_as_one_by_one() -> None:
    kept = Kept()
    closing = run_imu_file(a_file(), SETTINGS, [kept])
    told, ended = one_by_one(a_file())
    assert kept.told[:-1] == told
    assert closing == ended == kept.told[-1][1]


def test_every_sample_comes_through() -> None:
    items: list[Input] = []
    assert play_imu_file(a_file(), items.append) == 3670
    assert [item for item, _ in one_by_one(a_file())[0]] == items


def test_an_interrupted_run_sums_up_what_came() -> None:
    asked = []

    def check() -> None:
        asked.append(True)
        raise Interrupted

    (summary,) = (
        output
        for output in run_imu_file(a_file(), SETTINGS, (), check=check)
        if isinstance(output, Summary)
    )
    assert asked == [True]
    assert 0 < summary.samples < 3670


def test_a_sample_that_is_no_number_is_refused() -> None:
    accel = a_file().accel_mps2.copy()
    accel[7, 1] = float("nan")
    bad = ImuFile("bad.npz", accel, a_file().gyro_rads, RATE_MHZ)
    with pytest.raises(ValueError, match="finite"):
        play_imu_file(bad, lambda _: None)
