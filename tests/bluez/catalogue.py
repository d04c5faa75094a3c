"""The programs that run inside the guest: what each shows, and how long it may take."""

from __future__ import annotations

PROGRAMS: dict[str, tuple[str, int]] = {
    "whole": ("the whole program for a minute: each sample shown and stored", 420),
    "steady": ("60 s without a gap", 240),
    "copies": ("one copy of each packet after three link losses", 240),
    "back": ("back within 3 s of the sensor's return", 420),
    "many": ("eight sensors at once", 420),
    "fade": ("three fades of 2 s without loss", 240),
    "outage": ("adapter off, bluetoothd stopped and crashed: said, back within 10 s", 420),
    "orphan": ("the program killed, its connection kept by BlueZ: nothing lost", 240),
    "absent": ("no bluetoothd at all: said", 120),
}
"""Name: what it shows, and its limit in seconds (several times what it takes)."""
