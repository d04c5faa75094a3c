"""The samples of an IMU file, told as a sensor would have told them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sensorapp.drivers import posture_clip
from sensorapp.model.actions import Action
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import Input, Notification
from sensorapp.store.imu_file import ImuFile
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.samples import stream_of_arrays
from sensorapp.virtual.wire import play_through

VIRTUAL_ID = "imu-file"
"""`sensor_id` of samples that come from a file."""


def play_imu_file(file: ImuFile, take: Callable[[Input], None]) -> int:
    """Play the samples through the sensor's own protocol; how many came through.

    `take` is told every input, and may end it by raising. A conversation of the driver's own
    answers the sensor, so that inputs may wait to be fed together.
    """
    run = posture_clip.DRIVER.open(VIRTUAL_ID, file.rate_mhz)
    samples = 0

    def feed(item: Input) -> Sequence[Action]:
        nonlocal samples
        take(item)
        if isinstance(item, Notification) and run.takes(item):
            return ()
        told = [run.taken(), *run.on_input(item)]
        samples += sum(thing.count for thing in told if isinstance(thing, ImuBlock))
        return [thing for thing in told if isinstance(thing, Action)]

    stream = stream_of_arrays(file.accel_mps2, file.gyro_rads, file.rate_mhz)
    config = virtual_config(file.rate_mhz)
    play_through(config, stream, posture_clip.DRIVER.key, VIRTUAL_ID, feed)
    return samples
