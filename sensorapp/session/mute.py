"""How long alerts stay silent when the wearer asks for it."""

from __future__ import annotations

SNOOZE_MIN = 15.0
PAUSE_MIN = 30.0
"""A pause always comes back: after this long unless asked otherwise."""

LONGEST_MIN = 24.0 * 60.0
"""No snooze or pause is longer than a day."""

_MINUTE_NS = 60_000_000_000


def muted_until_ns(t_ns: int, minutes: float | None, default_min: float) -> int:
    """`minutes` after `t_ns`; the default where there are none or no sensible number of them."""
    if minutes is None or not 0.0 <= minutes <= LONGEST_MIN:
        minutes = default_min
    return t_ns + round(minutes * _MINUTE_NS)
