"""What a sensor is, fixed while it is switched on."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.advertising import sensor_name
from firmware_protocol.errors import LocalProtocolError
from firmware_protocol.ids import Feature, MotionFormat
from firmware_protocol.info import Info
from firmware_protocol.motion import ROW_BYTES

MIN_BUFFER_SAMPLES = 128
"""Smallest buffer: more than any packet holds."""


ABILITIES = (
    Feature.WALL_TIME
    | Feature.HAPTIC
    | Feature.IDENTIFY
    | Feature.TARE
    | Feature.LOCAL_ALERT
    | Feature.SLEEP
    | Feature.PROFILES
    | Feature.ERASE
)
"""What depends on a sensor's parts and is built here."""

NO_ABILITIES = Feature(0)


@dataclass(frozen=True, slots=True)
class PeripheralConfig:
    """What a sensor is; the fields are those of `Info`.

    `buffer_samples` is how many six-axis samples it keeps until they are acknowledged: 0, or
    at least 128, so that a packet is always smaller. The reference board has 8192 (96 KiB).
    `syncs_time` is whether the shell's `ticks` go on beyond 32 bits, as TIME_SYNC and wall time
    need.
    `abilities` are those of `ABILITIES` that its parts allow.
    """

    model: str
    firmware: str
    short_id: int
    boot_id: int
    rates_mhz: tuple[int, ...]
    accel_range_g: float = 8.0
    gyro_range_dps: float = 2000.0
    buffer_samples: int = 0
    encrypted: bool = False
    syncs_time: bool = False
    abilities: Feature = NO_ABILITIES

    def __post_init__(self) -> None:
        """Refuse a buffer that is smaller than a packet."""
        if 0 < self.buffer_samples < MIN_BUFFER_SAMPLES:
            raise LocalProtocolError(f"a buffer of {self.buffer_samples} samples is too small")
        if self.abilities & ~ABILITIES:
            raise LocalProtocolError(f"no ability: {self.abilities & ~ABILITIES!r}")
        if Feature.WALL_TIME in self.abilities and not self.syncs_time:
            raise LocalProtocolError("wall time needs ticks beyond 32 bits")
        alert = Feature.LOCAL_ALERT in self.abilities
        if alert and (Feature.HAPTIC | Feature.TARE) & ~self.abilities:
            raise LocalProtocolError("a local alert needs a motor and a tare")

    @property
    def features(self) -> Feature:
        """What it can do."""
        held = Feature.RESUME | Feature.BACKFILL | Feature.RAM_BUFFER
        features = Feature.WORN_DETECTION | (held if self.buffer_samples else Feature(0))
        features |= Feature.TIME_SYNC if self.syncs_time else Feature(0)
        return features | self.abilities

    @property
    def name(self) -> str:
        """The advertised name, for instance `TP-3F9A`."""
        return sensor_name(self.short_id)

    @property
    def info(self) -> Info:
        """Value of the Info characteristic."""
        return Info(
            model=self.model,
            firmware=self.firmware,
            boot_id=self.boot_id,
            rates_mhz=tuple(sorted(set(self.rates_mhz))),
            accel_range_g=self.accel_range_g,
            gyro_range_dps=self.gyro_range_dps,
            buffer_samples=self.buffer_samples,
            buffer_bytes=self.buffer_samples * ROW_BYTES[MotionFormat.GYRO_ACCEL],
            encrypted=self.encrypted,
            features=self.features,
            formats=tuple(ROW_BYTES),
            short_id=self.short_id,
        )
