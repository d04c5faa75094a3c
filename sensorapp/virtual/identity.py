"""Who a virtual sensor says it is."""

from __future__ import annotations

from firmware_protocol.ids import Feature
from firmware_protocol.peripheral import PeripheralConfig

_ABILITIES = Feature.HAPTIC | Feature.TARE | Feature.LOCAL_ALERT
"""It has a motor, which nobody feels."""

DEFAULT_RATE_MHZ = 100_000
"""The clip's default rate."""


def virtual_config(
    rate_mhz: int = DEFAULT_RATE_MHZ, *, short_id: int = 0x3F9A, boot_id: int = 1
) -> PeripheralConfig:
    """A sensor that takes samples at this rate and no other.

    A file or a synthetic wearer has one rate; offering it alone keeps the samples as they
    are, never resampled. It says openly that it is virtual and not encrypted.
    """
    return PeripheralConfig(
        model="virtual clip",
        firmware="0.1.0-virtual",
        short_id=short_id,
        boot_id=boot_id,
        rates_mhz=(rate_mhz,),
        encrypted=False,
        abilities=_ABILITIES,
    )
