"""Mornings of made-up wearers: is it told early that the clip sits otherwise than yesterday?

Seeds are drawn when it runs, and printed, unless some are given. Each seed begins the day in
ten ways (`morning_lives`), with the pose that was kept yesterday: once with the clip where it
was, to within some 2 deg, as nobody puts anything on twice the same way; and some times with it
turned by 8 to 40 deg in a direction of the body. The forward direction is known to some 3 deg.
Sessions are real ones, fed with what a sensor with errors of its own feels. With `--quick` the
watch of the seat alone is given the true angles once a second, thirty times as fast, and what
it offers without its rules for the first minutes stands below.

    python -m tests.long.mornings --seeds 12 --shifts 3
    python -m tests.long.mornings --seeds 100 --quick
    python -m tests.long.mornings --seed 1
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from sensorapp.model.posture import Alignment, BaselineOffer, CalibrationSource, OfferKind
from sensorapp.model.settings import SessionSettings
from sensorapp.session.seat_start import SeatStart
from sensorapp.session.seat_watch import SeatWatch
from sensorapp.virtual.wearer import Wearer
from tests.long.morning_lives import STARTS, Morning, Second
from tests.long.wearers import drawn_seeds
from tests.seats import Floats
from tests.unit.session_support import NS, Clip, fed_in_blocks, of, session

SIZES_DEG = (8.0, 12.0, 20.0, 30.0, 40.0)
AROUND_DEG = (0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0)
"""Where the top of the clip leans: forward, to the right, back, to the left, and between."""
WITHIN_MIN = (1.0, 3.0, 9.9, 11.5)
"""The last holds what the median over ten minutes says, which comes just before ten."""
_DIRECTIONS = ("forward", "oblique, forward", "aside", "oblique, back", "back")
_PUT_ON_DEG = 2.0
_FORWARD_OFF_DEG = 3.3
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class MorningRow:
    """What one morning brought; `shift_deg` 0 where the clip sits as it did."""

    seed: int
    start: str
    shift_deg: float
    direction: str
    offers: tuple[tuple[float, OfferKind], ...]
    """Minutes and kinds."""

    @property
    def told_min(self) -> float:
        """When another seat was told, beyond all time if it was not."""
        real = [minute for minute, kind in self.offers if kind is not OfferKind.WITHDRAWN]
        return min(real, default=np.inf)

    @property
    def count(self) -> int:
        """How often something was offered."""
        return sum(kind is not OfferKind.WITHDRAWN for _, kind in self.offers)


def direction_of(around_deg: float) -> str:
    """In words, left and right being alike."""
    from_front_deg = abs((around_deg + 180.0) % 360.0 - 180.0)
    return _DIRECTIONS[round(from_front_deg / 45.0)]


def morning_rows(seed: int, start: str, shifts: int) -> Iterator[MorningRow]:
    """The same morning with the clip where it was, and with it somewhere else some times."""
    morning = Morning(seed, start)
    wearer = Wearer(morning.script(), seed, mounting=morning.mounting)
    items = Clip(packet=50).connects().feels(np.concatenate(list(wearer.blocks()))).items
    rng = np.random.default_rng([seed, STARTS.index(start), 8])
    for number in range(shifts + 1):
        size_deg = float(rng.choice(SIZES_DEG)) if number else 0.0
        around_deg = float(rng.choice(AROUND_DEG))
        kept = _yesterdays(morning.mounting.segment_from_sensor(), size_deg, around_deg, rng)
        outputs = fed_in_blocks(session(SessionSettings(stored_alignment=kept)), items)
        offers = tuple((one.t_ns / NS / 60.0, one.kind) for one in of(BaselineOffer, outputs))
        yield MorningRow(seed, start, size_deg, direction_of(around_deg), offers)


def quick_rows(seed: int, start: str, shifts: int, *, early: bool) -> Iterator[MorningRow]:
    """The same by the watch alone; without its rules for the first minutes if not `early`."""
    seconds = Morning(seed, start).seconds(seed)
    rng = np.random.default_rng([seed, STARTS.index(start), 8])
    for number in range(shifts + 1):
        size_deg = float(rng.choice(SIZES_DEG)) if number else 0.0
        around_deg = float(rng.choice(AROUND_DEG))
        kept = _yesterdays(np.eye(3), size_deg, around_deg, rng)
        watch = SeatWatch(kept, SeatStart() if early else None)
        offers = tuple(_offered(watch, seconds))
        yield MorningRow(seed, start, size_deg, direction_of(around_deg), offers)


def _offered(watch: SeatWatch, seconds: Sequence[Second]) -> Iterator[tuple[float, OfferKind]]:
    slow = np.zeros(1)
    for number, one in enumerate(seconds):
        shift = watch.step(number * NS, one.up, slow, busy=one.busy, walking=one.walking)
        if shift is not None:
            yield number / 60.0, shift.kind


def _yesterdays(
    segment_from_sensor: Floats, size_deg: float, around_deg: float, rng: np.random.Generator
) -> Alignment:
    """The alignment that makes today's upright read `size_deg` in a direction of the body."""
    around = np.radians(around_deg)
    level = np.array([-np.sin(around), 0.0, np.cos(around)])
    turned = Rotation.from_rotvec(np.radians(size_deg) * level)
    anyhow = rng.normal(0.0, (_PUT_ON_DEG, _FORWARD_OFF_DEG, _PUT_ON_DEG))
    turned = turned * Rotation.from_rotvec(np.radians(anyhow))
    rows = turned.inv().apply(np.eye(3)) @ segment_from_sensor
    (fx, fy, fz), (ux, uy, uz) = rows[0].tolist(), rows[1].tolist()
    return Alignment((ux, uy, uz), (fx, fy, fz), CalibrationSource.BENDS)


def morning_table(rows: Sequence[MorningRow]) -> Iterator[str]:
    """What was offered without reason by how the day begins, then how soon a shift was told."""
    within = "".join(f"{minutes:6g}" for minutes in WITHIN_MIN)
    yield f"{'offered, clip as yesterday':28}{'n':>6}{within}   all offers   (share within minutes)"
    same = [row for row in rows if not row.shift_deg]
    for start in STARTS:
        here = [row for row in same if row.start == start]
        yield f"{start:28}{_shares(here)}   {sum(row.count for row in here):10}"
    yield f"{'all':28}{_shares(same)}   {sum(row.count for row in same):10}"
    yield ""
    yield f"{'told, clip turned':28}{'n':>6}{within}"
    for direction in _DIRECTIONS:
        for size_deg in SIZES_DEG:
            here = [row for row in rows if (row.direction, row.shift_deg) == (direction, size_deg)]
            yield f"{direction + f' {size_deg:g}':28}{_shares(here)}"


def _shares(rows: Sequence[MorningRow]) -> str:
    shares = [
        f"{np.mean([row.told_min <= minutes for row in rows]):6.0%}" if rows else f"{'-':>6}"
        for minutes in WITHIN_MIN
    ]
    return f"{len(rows):6}" + "".join(shares)


def main() -> int:
    """Run and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="instead of drawn ones")
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--shifts", type=int, default=4, help="of the clip, for each morning")
    parser.add_argument("--quick", action="store_true", help="the watch alone, no sessions")
    asked = parser.parse_args()
    seeds = asked.seed or drawn_seeds(asked.seeds)
    print("seeds:", *seeds, flush=True)
    ways = [(seed, start, asked.shifts) for seed in seeds for start in STARTS]
    if not asked.quick:
        rows = [row for way in ways for row in morning_rows(*way)]
        print("\n".join(morning_table(rows)))
        return 0
    for early in (True, False):
        print("" if early else "\nWithout the rules for the first minutes")
        rows = [row for way in ways for row in quick_rows(*way, early=early)]
        print("\n".join(morning_table(rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
