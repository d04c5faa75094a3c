"""Where WitMotion BLE 5.0 sensors send their frames, and how frames are found in the bytes.

Frames have 20 bytes: `55 61` and nine int16 (acceleration, angular rate, angles), or `55 71`, a
register's address and four words. There is no checksum, so only the two first bytes and the
length tell a frame from anything else.
"""

from __future__ import annotations

from dataclasses import dataclass

FRAME_BYTES = 20
_HEAD = b"\x55"
_KINDS = (0x61, 0x71)


@dataclass(frozen=True, slots=True)
class Ports:
    """A pair of characteristics: one tells, one is told."""

    service: str
    notify: str
    write: str


SINGLE_MODE = Ports(
    "0000ffe5-0000-1000-8000-00805f9a34fb",
    "0000ffe4-0000-1000-8000-00805f9a34fb",
    "0000ffe9-0000-1000-8000-00805f9a34fb",
)
DUAL_MODE = Ports(
    "49535343-fe7d-4ae5-8fa9-9fafd205e455",
    "49535343-1e4d-4bd9-ba61-23c647249616",
    "49535343-8841-43f4-a8d4-ecbe34729bb3",
)
"""Of models that speak classic Bluetooth too; a service that other makers' modules share."""


class FrameSplitter:
    """Finds frames in whatever pieces they come: several at once, cut anywhere, amid junk.

    A frame that follows another or begins a notification is taken as it is. One that was
    searched for, or that is joined of two notifications, must also be followed by a frame or
    by nothing: two bytes alone occur in samples as well.
    """

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, data: bytes) -> tuple[list[bytes], int]:
        """Frames that are complete now, and how many bytes belonged to none."""
        raw, trusted = self._kept + data, not self._kept
        frames: list[bytes] = []
        at = dropped = 0
        while at < len(raw):
            end = at + FRAME_BYTES
            if not _may_begin(raw[at : at + 2]):
                at, dropped, trusted = at + 1, dropped + 1, False
            elif end > len(raw):
                break
            elif trusted or _may_begin(raw[end : end + 2]):
                frames.append(raw[at:end])
                at, trusted = end, True
            else:
                at, dropped = at + 1, dropped + 1
        self._kept = raw[at:]
        return frames, dropped


def _may_begin(head: bytes) -> bool:
    """Whether a frame can begin with these two bytes, or with what is there of them."""
    return head[:1] in (b"", _HEAD) and (len(head) < 2 or head[1] in _KINDS)
