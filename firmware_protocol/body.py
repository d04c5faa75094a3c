"""What a sensor knows of its body: battery, charger, wear; and the flags that tell it."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.ids import LOW_BATTERY_PCT, MotionFlag, ScanFlag, StatusFlag


@dataclass(slots=True)
class Body:
    """Battery in per cent and wear, None where they can't be told; whether it is charged.

    `button` is whether it was pressed since Status was last told.
    """

    battery_pct: int | None = None
    worn: bool | None = None
    charging: bool = False
    button: bool = False

    @property
    def is_low(self) -> bool:
        """Whether the battery is known to be low."""
        return self.battery_pct is not None and self.battery_pct <= LOW_BATTERY_PCT

    @property
    def motion_flags(self) -> MotionFlag:
        """For Motion Data."""
        if self.worn is None:
            return MotionFlag(0)
        return MotionFlag.WORN_VALID | (MotionFlag.WORN if self.worn else MotionFlag(0))

    @property
    def status_flags(self) -> StatusFlag:
        """For Status."""
        flags = StatusFlag(0)
        if self.worn is not None:
            flags |= StatusFlag.WORN_VALID | (StatusFlag.WORN if self.worn else StatusFlag(0))
        if self.charging:
            flags |= StatusFlag.CHARGING | StatusFlag.EXTERNAL_POWER
        flags |= StatusFlag.BUTTON if self.button else StatusFlag(0)
        return flags | (StatusFlag.LOW_BATTERY if self.is_low else StatusFlag(0))

    @property
    def scan_flags(self) -> ScanFlag:
        """For the service data of the scan response."""
        flags = ScanFlag.WORN if self.worn else ScanFlag(0)
        flags |= ScanFlag.CHARGING if self.charging else ScanFlag(0)
        return flags | (ScanFlag.LOW_BATTERY if self.is_low else ScanFlag(0))
