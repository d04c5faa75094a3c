"""Driver of our own open sensor: the protocol of firmware_protocol/SPEC.md, host side.

Six-axis samples with a device clock (ticks) and a sequence number (the sample index), a
battery level, and worn detection if the sensor has it.
"""

from __future__ import annotations

from firmware_protocol.ids import Characteristic
from sensorapp.drivers.clip_examples import CLIP_EXAMPLES
from sensorapp.drivers.clip_run import KEY, PostureClipRun
from sensorapp.model.device import Advertisement
from sensorapp.model.stream import StreamPosition


class PostureClip:
    """Our own open sensor."""

    key = KEY
    label = "sensorapp clip (open firmware)"
    service_uuids = (Characteristic.SERVICE.value,)

    def match(self, advertisement: Advertisement) -> bool:
        """By its service; the name can be anything."""
        return Characteristic.SERVICE.value in advertisement.service_uuids

    def open(
        self, sensor_id: str, rate_mhz: int, left_off: StreamPosition | None = None
    ) -> PostureClipRun:
        """Begin a conversation."""
        return PostureClipRun(sensor_id, rate_mhz, left_off)


DRIVER = PostureClip()
EXAMPLES = CLIP_EXAMPLES
