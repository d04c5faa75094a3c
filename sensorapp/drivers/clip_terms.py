"""What is asked of a clip, what it says of itself, and how its numbers are to be read."""

from __future__ import annotations

import math

from firmware_protocol.commands import Reply
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.ids import (
    DEFAULT_ACCEL_EXP,
    DEFAULT_GYRO_EXP,
    STANDARD_GRAVITY_MPS2,
    Feature,
    MotionFormat,
    StartOption,
    StatusFlag,
)
from firmware_protocol.info import Info
from firmware_protocol.motion import MotionPacket
from firmware_protocol.parameters import StartAnswer, StartRequest
from firmware_protocol.quantise import clip_threshold
from firmware_protocol.status import Status
from sensorapp.drivers.counts import Columns
from sensorapp.model.device import DeviceInfo, DeviceStatus

PACKETS_HZ = 10
"""Packets asked for: 100 ms of delay, and the radio sleeps between."""

_RATES_MHZ = (1_000, 10_000_000)
"""Rates that make sense on a body; a sensor that says it runs at another is broken."""

_WIDEST = 32_767.0
"""A range beyond which int16 ends, whatever the exponent."""


def start_request(info: Info, wanted_mhz: int) -> StartRequest:
    """Six axes wherever the sensor has them, kept while the link is lost."""
    rate_mhz = _rate_mhz(info, wanted_mhz)
    accel_only = info.formats == (MotionFormat.ACCEL,)
    return StartRequest(
        format=MotionFormat.ACCEL if accel_only else MotionFormat.GYRO_ACCEL,
        rate_mhz=rate_mhz,
        accel_exp=DEFAULT_ACCEL_EXP,
        gyro_exp=DEFAULT_GYRO_EXP,
        max_batch=min(255, max(1, round(rate_mhz / 1000 / PACKETS_HZ))),
        options=StartOption.BUFFER,
    )


def start_answer(reply: Reply) -> StartAnswer | str:
    """What the sensor began, or one sentence why that can't be used."""
    if not reply.ok:
        result = getattr(reply.result, "name", reply.result)
        return f"The sensor refused to start its stream ({result})."
    try:
        start = StartAnswer.unpack(reply.parameters)
    except RemoteProtocolError as error:
        return f"The sensor's answer to START can't be used: {error}."
    slowest_mhz, fastest_mhz = _RATES_MHZ
    if not slowest_mhz <= start.rate_mhz <= fastest_mhz:
        return f"The sensor says that it runs at {start.rate_mhz / 1000:g} Hz."
    return start


def goes_on(info: Info | None) -> bool:
    """Whether the sensor keeps its samples for who comes back (RESUME)."""
    return info is not None and bool(info.buffer_samples) and Feature.RESUME in info.features


def sends_again(info: Info | None) -> bool:
    """Whether samples that were dropped can be had from the sensor (BACKFILL)."""
    return info is not None and bool(info.buffer_samples) and Feature.BACKFILL in info.features


def device_info(sensor_id: str, info: Info, wanted_mhz: int) -> DeviceInfo:
    """Info in the words of the model; the buffer in seconds at the rate to come."""
    return DeviceInfo(
        sensor_id=sensor_id,
        model=info.model,
        firmware=info.firmware,
        boot_id=info.boot_id,
        rates_mhz=info.rates_mhz,
        accel_range_g=info.accel_range_g,
        gyro_range_dps=info.gyro_range_dps,
        buffer_s=info.buffer_samples / (_rate_mhz(info, wanted_mhz) / 1000.0),
        encrypted=info.encrypted,
    )


def device_status(sensor_id: str, status: Status, host_ns: int) -> DeviceStatus:
    """Status in the words of the model."""
    return DeviceStatus(
        sensor_id=sensor_id,
        host_ns=host_ns,
        battery_pct=status.battery_pct,
        worn=status.worn,
        charging=StatusFlag.CHARGING in status.flags,
        lost_samples=status.lost_samples,
    )


def columns_of(packet: MotionPacket, info: Info | None) -> Columns:
    """The columns of a packet's rows; without `info` the ranges end where int16 does."""
    accel_range_g = _WIDEST if info is None else info.accel_range_g
    gyro_range_dps = _WIDEST if info is None else info.gyro_range_dps
    accel = (
        STANDARD_GRAVITY_MPS2 * 2.0**-packet.accel_exp,
        clip_threshold(accel_range_g, packet.accel_exp),
    )
    gyro = (math.radians(2.0**-packet.gyro_exp), clip_threshold(gyro_range_dps, packet.gyro_exp))
    has_gyro = packet.format == MotionFormat.GYRO_ACCEL
    return Columns.of([gyro] * 3 + [accel] * 3 if has_gyro else [accel] * 3)


def _rate_mhz(info: Info, wanted_mhz: int) -> int:
    return min(info.rates_mhz, key=lambda offered: abs(offered - wanted_mhz))
