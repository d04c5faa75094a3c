"""Reasons, sources and numbers in words."""

from __future__ import annotations

from sensorapp.model.device import LinkState
from sensorapp.model.posture import CalibrationSource, Quality

QUALITY_REASONS = {
    Quality.GAP: "Samples are missing.",
    Quality.CLIPPED: "Faster than the sensor can measure.",
    Quality.UNCERTAIN: "The angle is settling again.",
    Quality.AXIS_ASSUMED: "The forward direction is assumed.",
    Quality.ACCEL_ONLY: "This sensor tells no rotation.",
}

LINK_REASONS = {
    LinkState.IDLE: "No sensor is connected.",
    LinkState.SCANNING: "Looking for the sensor.",
    LinkState.CONNECTING: "Connecting to the sensor.",
    LinkState.PREPARING: "The sensor is getting ready.",
    LinkState.RECOVERING: "The link is lost; trying again.",
    LinkState.STOPPED: "The sensor has stopped.",
    LinkState.UNAVAILABLE: "Bluetooth is not available.",
}

SOURCE_WORDS = {
    CalibrationSource.REST: "upright at rest",
    CalibrationSource.BENDS: "slow bends",
    CalibrationSource.TWO_POSE: "upright + slouch",
    CalibrationSource.OPTION: "option --forward",
    CalibrationSource.MOUNTING: "its mounting",
    CalibrationSource.ASSUMED: "rest, assumed",
    CalibrationSource.STORED: "earlier session",
}


def signed_text(value: float, digits: int = 0) -> str:
    """A number with a true minus sign and without a negative zero."""
    text = f"{value:.{digits}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def clock_text(t_ns: int) -> str:
    """Time since the start as m:ss or h:mm:ss."""
    seconds = max(t_ns, 0) // 1_000_000_000
    hours, rest = divmod(seconds, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"
