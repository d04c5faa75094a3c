"""Finding the frames of WitMotion BLE 5.0 sensors in the bytes that they send.

Frames have 20 bytes: `55 61` and nine int16 (acceleration, angular rate, angles), or `55 71`, a
register's address and four words. There is no checksum, so only the two first bytes and the
length tell a frame from anything else.
"""

from __future__ import annotations

FRAME_BYTES = 20
_HEAD = b"\x55"
_KINDS = (0x61, 0x71)


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
