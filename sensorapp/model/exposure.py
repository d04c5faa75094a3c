"""What a day of postures comes to: shares, percentiles, a grid, rests and holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvaGrid:
    """Exposure variation: how much of the time was spent at which level for how long at a time.

    `share[level][duration]` adds up to 1. Level k lies above `over_deg[k - 1]` and not above
    `over_deg[k]`; duration k of an uninterrupted stay lasts over `over_s[k - 1]`, and not
    over `over_s[k]`.
    """

    over_deg: tuple[int, ...]
    over_s: tuple[int, ...]
    share: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Postures of a session in numbers, None where there is nothing to tell them from.

    All are of the `known_s` seconds in which the sensor was worn and its angle certain;
    `left_out_s` names what is missing from them, by reason.
    """

    known_s: float
    left_out_s: tuple[tuple[str, float], ...]
    over_deg: tuple[tuple[int, float | None], ...]
    flexion_p_deg: tuple[tuple[int, float | None], ...]
    speed_p50_dps: float | None
    eva: EvaGrid | None
    rests_per_h: float | None
    longest_hold_s: float | None
    since_change_s: float | None
