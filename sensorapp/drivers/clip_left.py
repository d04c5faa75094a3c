"""What is remembered of a clip's stream while its link is gone."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_protocol.parameters import StartAnswer


@dataclass(frozen=True, slots=True)
class Left:
    """A stream whose link is gone, and the boot that it belongs to."""

    start: StartAnswer
    boot_id: int
