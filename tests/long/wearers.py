"""Made-up wearers that nobody tuned on: is the angle right in every seat, are slouches found?

Seeds are drawn when it runs, and printed, unless some are given. Each seed is a person, a part
with its own offset, bias and noise, and a course. The clip sits in each of the 24 seats along
the body's axes, some 5 deg off, and in one any way at all; the wearer calibrates by two slow
bends that aren't quite straight, twice more if forward wasn't found by them, sits up 3 deg
otherwise after each, and leans to all sides. Angles are compared with upright taken off, which
has a line of its own. Then each lives every scenario twice,
with the fixed limit and with a slouch of their own, and a while of office work in any order.
Last, the clip of each slips, is knocked, or sits fast.

    python -m tests.long.wearers --seeds 50 --minutes 10
    python -m tests.long.wearers --seeds 200 --few --processes 2
    python -m tests.long.wearers --seed 1 --seed 2
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from tests.long.wearer_lives import (
    BENDS,
    SCENARIOS,
    SEATS,
    Floats,
    Life,
    Slouches,
    found_in_time,
    judged_life,
    limit_off_deg,
    measured,
    scenario_script,
    slouches,
)
from tests.long.wearer_slips import EXPECTED, SlipRow, slip_row, slip_table
from tests.seats import seat_name

RMSE_DEG = 3.0
"""Most for flexion or side bend in one seat: bends 6 deg aside of forward make half of it."""
MEAN_RMSE_DEG = 1.0
"""Most for the mean over the seeds in one seat."""
LIMIT_OFF_DEG = 1.5
ANYHOW = len(SEATS)
"""The seat after the 24: turned any way at all."""
_MANY = 20
"""Seeds that make a mean worth looking at."""
PLACES = (*SCENARIOS, "office")
FEW_SEATS = (0, 7, 14, 21, ANYHOW)
FEW_PLACES = (("slouch", False), ("desk", True), ("office", True))
_FEW_MINUTES = 2.5


@dataclass(frozen=True)
class SeatRow:
    """Errors of one seed in one seat, in degrees."""

    seed: int
    seat: int
    rmse_deg: tuple[float, float]
    most_deg: float
    forward_off_deg: float
    zero_deg: tuple[float, float]
    first_zero_deg: tuple[float, float]
    bends: int
    by_bends: bool


@dataclass(frozen=True)
class PlaceRow:
    """Slouches of one seed in one scenario."""

    seed: int
    place: str
    own_slouch: bool
    slouches: Slouches
    limit_off_deg: float


@dataclass
class Found:
    """All rows so far."""

    seats: list[SeatRow] = field(default_factory=list)
    places: list[PlaceRow] = field(default_factory=list)
    slips: list[SlipRow] = field(default_factory=list)

    def __add__(self, other: Found) -> Found:
        return Found(self.seats + other.seats, self.places + other.places, self.slips + other.slips)

    def wrong(self) -> list[str]:
        """What is not as good as it should be, in words."""
        words = [
            f"{_where(row)}: RMSE {max(row.rmse_deg):.2f} deg, bends found: {row.by_bends}"
            for row in self.seats
            if not row.by_bends or max(row.rmse_deg) > RMSE_DEG
        ]
        for seat in {row.seat for row in self.seats}:
            here = [max(row.rmse_deg) for row in self.seats if row.seat == seat]
            if len(here) >= _MANY and np.mean(here) > MEAN_RMSE_DEG:
                words.append(f"seat {seat}: mean RMSE {np.mean(here):.2f} deg")
        for row in self.places:
            told = row.slouches
            if told.false or told.found < told.due or row.limit_off_deg > LIMIT_OFF_DEG:
                words.append(f"seed {row.seed}, {row.place}, own slouch {row.own_slouch}: {told}")
        words += [
            f"seed {row.seed}, a clip that {row.what}: offered {row.offered}"
            for row in self.slips
            if not row.is_right
        ]
        return words


def drawn_seeds(count: int) -> list[int]:
    """Seeds from the system's chance: nobody can have tuned on them."""
    return [secrets.randbelow(2**32) for _ in range(count)]


def _until_found(live: Callable[[int], Life]) -> tuple[Life, int]:
    """The life of a wearer who bends again if forward was not found, and how often."""
    for bends in BENDS[:-1]:
        life = live(bends)
        if found_in_time(life):
            return life, bends
    return live(BENDS[-1]), BENDS[-1]


def seat_row(seed: int, seat: int) -> SeatRow:
    """Calibrate and lean in one seat."""
    life, bends = _until_found(lambda bends: measured(seed, seat, bends))
    errors = life.errors_deg()
    flexion, side = np.sqrt((errors**2).mean(axis=0)).tolist()
    return SeatRow(
        seed,
        seat,
        (flexion, side),
        float(np.abs(errors).max()),
        life.forward_off_deg(),
        _pair(life.zero_deg),
        _pair(life.first_zero_deg),
        bends,
        found_in_time(life),
    )


def _pair(angles_deg: Floats) -> tuple[float, float]:
    flexion, side = angles_deg.tolist()
    return flexion, side


def place_row(seed: int, place: str, minutes: float, *, own_slouch: bool) -> PlaceRow:
    """Live one scenario."""
    script = scenario_script(place, seed, minutes)
    life, _ = _until_found(lambda bends: judged_life(seed, script, bends, own_slouch=own_slouch))
    off = limit_off_deg(life, own_slouch=own_slouch)
    return PlaceRow(seed, place, own_slouch, slouches(life), abs(off or 0.0))


def seat_table(rows: Sequence[SeatRow]) -> Iterator[str]:
    """A line for each seat, over all seeds; then the worst row."""
    yield f"{'seat':26} {'flexion':>15} {'side bend':>15} {'largest':>8} {'forward off':>15}"
    yield f"{'':26} {'mean      max':>15} {'mean      max':>15} {'':8} {'mean      max':>15}"
    for seat in sorted({row.seat for row in rows}):
        here = [row for row in rows if row.seat == seat]
        name = "any way at all" if seat == ANYHOW else seat_name(SEATS[seat])
        cells = [
            _mean_max(row.rmse_deg[0] for row in here),
            _mean_max(row.rmse_deg[1] for row in here),
            f"{max(row.most_deg for row in here):8.2f}",
            _mean_max(row.forward_off_deg for row in here),
        ]
        yield f"{name:26} {' '.join(cells)}"
    worst = max(rows, key=lambda row: max(row.rmse_deg))
    found = sum(row.by_bends for row in rows)
    again = sum(row.bends > BENDS[0] for row in rows)
    yield f"all: flexion {_mean_max(row.rmse_deg[0] for row in rows).strip()}"
    yield f"     side bend {_mean_max(row.rmse_deg[1] for row in rows).strip()}"
    for what, zeros in (
        ("first pose", [row.first_zero_deg for row in rows]),
        ("poses averaged", [row.zero_deg for row in rows]),
    ):
        flexion, side = np.sqrt((np.array(zeros) ** 2).mean(axis=0)).tolist()
        most = float(np.abs(np.array(zeros)).max())
        yield f"upright off, RMS, {what}: {flexion:.2f}, {side:.2f}; most {most:.2f}"
    yield f"forward found in {found} of {len(rows)}, of these by bending again: {again}"
    yield (
        f"worst: {_where(worst)}: flexion {worst.rmse_deg[0]:.2f}, side bend "
        f"{worst.rmse_deg[1]:.2f}, largest {worst.most_deg:.2f}, "
        f"forward {worst.forward_off_deg:.2f} off"
    )


def place_table(rows: Sequence[PlaceRow]) -> Iterator[str]:
    """A line for each scenario and limit, over all seeds; then the worst seed's."""
    yield f"{'scenario':12} {'limit':10} {'due':>5} {'found':>6} {'false':>6} {'limit off by':>13}"
    for own_slouch in (False, True):
        for place in dict.fromkeys(row.place for row in rows):
            here = [row for row in rows if (row.place, row.own_slouch) == (place, own_slouch)]
            yield _place_line(place, own_slouch, here)
    seeds = dict.fromkeys(row.seed for row in rows)
    worst = max(seeds, key=lambda seed: _badness([row for row in rows if row.seed == seed]))
    yield f"worst seed {worst}:"
    for row in rows:
        if row.seed == worst and (row.slouches != Slouches() or row.limit_off_deg):
            yield _place_line(row.place, row.own_slouch, [row])


def _place_line(place: str, own_slouch: bool, rows: Sequence[PlaceRow]) -> str:
    told = sum((row.slouches for row in rows), Slouches())
    off = max((row.limit_off_deg for row in rows), default=0.0)
    limit = "half way" if own_slouch else "15 deg"
    return f"{place:12} {limit:10} {told.due:5} {told.found:6} {told.false:6} {off:13.2f}"


def _badness(rows: Sequence[PlaceRow]) -> float:
    told = sum((row.slouches for row in rows), Slouches())
    return told.due - told.found + told.false + 0.1 * max(row.limit_off_deg for row in rows)


def _where(row: SeatRow) -> str:
    name = "any way at all" if row.seat == ANYHOW else seat_name(SEATS[row.seat])
    return f"seed {row.seed}, {name}"


def _mean_max(values: Iterable[float]) -> str:
    found = list(values)
    return f"{np.mean(found):6.2f} {max(found):8.2f}"


def whole(seed: int, minutes: float) -> Found:
    """All seats, scenarios and slips for one seed."""
    lives = [(place, own) for place in PLACES for own in (False, True)]
    return Found(
        [seat_row(seed, seat) for seat in range(ANYHOW + 1)],
        [place_row(seed, place, minutes, own_slouch=own) for place, own in lives],
        [slip_row(seed, what) for what in EXPECTED],
    )


def few(seed: int) -> Found:
    """What the suite tries of a seed: a few seats, a few scenarios."""
    return Found([seat_row(seed, seat) for seat in FEW_SEATS], few_places(seed))


def few_places(seed: int) -> list[PlaceRow]:
    """The few scenarios alone; they give at least two slouches to be found."""
    lives = FEW_PLACES
    return [place_row(seed, place, _FEW_MINUTES, own_slouch=own) for place, own in lives]


def idle(found: Found) -> list[str]:
    """Seeds that gave the judge too little to do."""
    due = {row.seed: 0 for row in found.places}
    for row in found.places:
        due[row.seed] += row.slouches.due
    return [f"seed {seed}: {count} slouches due" for seed, count in due.items() if count < 2]


def run(seeds: Sequence[int], one: Callable[[int], Found], processes: int) -> Found:
    """`one` for all seeds, in their order."""
    found = Found()
    with ProcessPoolExecutor(processes) as pool:
        for count, rows in enumerate(pool.map(one, seeds), 1):
            found += rows
            for words in rows.wrong():
                print(words, file=sys.stderr, flush=True)  # the tables may be hours away
            if sys.stderr.isatty():
                print(f"\r{count} of {len(seeds)} seeds", end="", file=sys.stderr)
    return found


def main() -> int:
    """Run and print the tables; status 1 if anything is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="instead of drawn ones")
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10.0, help="of office work for each")
    parser.add_argument("--few", action="store_true", help="only what the suite tries of a seed")
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    seeds = asked.seed or drawn_seeds(asked.seeds)
    print("seeds:", *seeds, flush=True)
    one = few if asked.few else partial(whole, minutes=asked.minutes)
    found = run(seeds, one, asked.processes)
    tables = [seat_table(found.seats), place_table(found.places)]
    if found.slips:
        tables.append(slip_table(found.slips))
    for table in tables:
        print("\n".join(table), end="\n\n")
    wrong = found.wrong() + (idle(found) if asked.few else [])
    print("\n".join(wrong) if wrong else "all as it should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
