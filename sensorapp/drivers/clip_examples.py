"""What a clip sends, as bytes, and what is in it: known answers for its driver."""

from __future__ import annotations

import math

import numpy as np

from firmware_protocol.ids import Characteristic
from sensorapp.drivers.base import Example
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import Connected, Notification, ValueRead

_INFO = (
    "01020100 0208636c6970206f6e65 0305312e302e30 0404eeffc000 050400200000"  # clip one, 1.0.0
    "060850c30000a0860100 0704401f0000 080480841e00"  # 50 or 100 Hz, 8 g, 2000 deg/s
    "09080000000000000000 0a0100 0b020300 0c029a3f"
)
_STARTED = "80020100 07 00000000 a0860100 00800000"  # epoch 7, 100 Hz


def _example(
    title: str, motion: str, first_index: int, ticks: int | None, rows: list[list[float]]
) -> Example:
    """What a packet holds: rows of m/s2 and rad/s; the last one is clipped if it is not alone."""
    values = np.array(rows)
    block = ImuBlock(
        sensor_id="clip",
        host_ns=9,
        epoch=1,
        first_index=first_index,
        ticks=ticks,
        rate_mhz=100_000,
        accel_mps2=values[:, :3],
        gyro_rads=values[:, 3:],
        clipped=np.arange(len(rows)) > 0,
        lost_before=first_index,
        has_gyro=not np.isnan(values).any(),
        motor=False,
    )
    inputs = (
        Connected(0, "clip", "posture_clip", "TP-3F9A", ""),
        ValueRead(0, "clip", Characteristic.INFO.value, bytes.fromhex(_INFO)),
        Notification(0, "clip", Characteristic.CONTROL.value, bytes.fromhex(_STARTED)),
        Notification(9, "clip", Characteristic.MOTION.value, bytes.fromhex(motion)),
    )
    return Example(title, inputs, block)


CLIP_EXAMPLES = (
    _example(
        "two samples of six axes with ticks, the second at the end of both ranges",
        "304c0c07 00000000 e8800000 1000e0ff00000000001000f8 00000000007dff7f00f00100",
        first_index=0,
        ticks=33_000,
        rows=[
            [0.0, 9.80665, -4.903325, math.radians(1.0), math.radians(-2.0), 0.0],
            [9.80665 * 32767 / 4096, -9.80665, 9.80665 / 4096, 0.0, 0.0, math.radians(2000.0)],
        ],
    ),
    _example(
        "one sample of acceleration alone, three lost before it",
        "214c0207 03000000 001000000000",
        first_index=3,
        ticks=None,
        rows=[[9.80665, 0.0, 0.0, math.nan, math.nan, math.nan]],
    ),
)
