"""Working days of eight hours through the whole program: are its alerts few and right?

Seeds are drawn when it runs, and printed, unless some are given. Every second sensor keeps what it
can't send. Days go over the virtual radio, on a loop that jumps over waiting: some 5 to 8 min of
processor time each. With `--direct` packets go straight into the session, links are lost by
packets that come late or never, and a day takes half a minute.

    python -m tests.long.work_days --seeds 20 --direct
    python -m tests.long.work_days --seeds 4 --jobs 2
    python -m tests.long.work_days --seed 17 --share 0.2
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product

from sensorapp.app.demo_source import DemoOptions, source_of
from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Output
from sensorapp.model.preferences import AlertPreferences
from sensorapp.model.settings import SessionSettings
from sensorapp.model.wished_settings import SLOUCH_SHARES, slouch_settings
from sensorapp.signal.filters import load_scipy
from sensorapp.virtual.samples import stream_of_arrays
from sensorapp.virtual.scenarios import AirChange
from tests.long.work_day import RATE_MHZ, Floats, WorkDay, work_day
from tests.long.work_day_judge import Verdict, verdict
from tests.replay.playing import played
from tests.replay.sessions import replayed
from tests.unit.session_support import NS, Clip, fed_in_blocks, session

PRECISION, RECALL, CALLS_AN_HOUR = 0.90, 0.95, 4
PACKET_SAMPLES = 20
DELAYS_S = (0.0, 15.0, 60.0)
BUFFER_SAMPLES = 30_000


def drawn_seeds(count: int) -> list[int]:
    """Seeds from the system's chance: nobody can have tuned on them."""
    return [secrets.randbelow(2**32) for _ in range(count)]


def lived(day: WorkDay, *, buffered: bool) -> tuple[list[Input], list[Output]]:
    """The day through the whole program, with the settings as they come."""
    table = day.samples(day.wearer())
    air = [
        change
        for span in day.lost
        for change in (
            AirChange(span.begin_s, in_range=False),
            AirChange(span.end_s, in_range=True),
        )
    ]
    source = replace(
        source_of(DemoOptions(scenario="still")),
        stream=stream_of_arrays(table[:, :3], table[:, 3:], RATE_MHZ),
        settings=SessionSettings(rate_mhz=RATE_MHZ),
        air=tuple(air),
        buffer_samples=BUFFER_SAMPLES if buffered else 0,
        fixed={},
    )
    heard = played(source, presses=day.presses)
    return heard.inputs, heard.outputs


def lived_directly(day: WorkDay, *, buffered: bool) -> tuple[list[Input], list[Output]]:
    """The day without a radio; what is lost comes at once afterwards, or never."""
    table, rate_hz = day.samples(day.wearer()), RATE_MHZ // 1000
    lost = [(round(span.begin_s * rate_hz), round(span.end_s * rate_hz)) for span in day.lost]
    clip, begin = Clip(rate_mhz=RATE_MHZ, packet=PACKET_SAMPLES).connects(), 0
    begun_ns = clip.host_ns
    for press in day.presses:
        end = round(press.t_s * rate_hz)
        _feels(clip, table, (begin, end), [] if buffered else lost)
        clip.presses(press.command, (end - 1) * NS // rate_hz, press.value)
        begin = end
    _feels(clip, table, (begin, len(table)), [] if buffered else lost)
    items = clip.items
    if buffered:
        items = [_held_back(item, day, begun_ns) for item in items]
    return items, fed_in_blocks(session(SessionSettings(rate_mhz=RATE_MHZ)), items)


def _feels(clip: Clip, table: Floats, rows: tuple[int, int], lost: list[tuple[int, int]]) -> None:
    begin, end = rows
    clip.feels(table[begin:end], lost=[(max(a - begin, 0), max(b - begin, 0)) for a, b in lost])


def _held_back(item: Input, day: WorkDay, begun_ns: int) -> Input:
    """What came while the link was lost comes at its end."""
    at_s = (item.host_ns - begun_ns) / NS
    for span in day.lost:
        if span.begin_s <= at_s < span.end_s:
            return replace(item, host_ns=begun_ns + round(span.end_s * NS))
    return item


def judged(seed: int, share: float = 1.0, *, direct: bool = False) -> Verdict:
    """One seed's day."""
    load_scipy()
    day, buffered = work_day(seed, share), seed % 2 == 0
    live = lived_directly if direct else lived
    _, outputs = live(day, buffered=buffered)
    return verdict(day, day.wearer(), outputs, buffered=buffered)


def with_every_setting(seed: int, share: float) -> dict[tuple[int, float], Verdict]:
    """The same day, judged with every sensitivity and with three delays."""
    load_scipy()
    day, buffered = work_day(seed, share), seed % 2 == 0
    wearer = day.wearer()
    inputs, _ = lived_directly(day, buffered=buffered)
    found = {}
    for sensitivity, delay_s in product(SLOUCH_SHARES, DELAYS_S):
        wishes = AlertPreferences(sensitivity=sensitivity, delay_s=delay_s)
        settings = SessionSettings(slouch=slouch_settings(wishes), rate_mhz=RATE_MHZ)
        outputs = replayed(inputs, settings)
        found[sensitivity, delay_s] = verdict(
            day, wearer, outputs, buffered=buffered, dwell_s=delay_s
        )
    return found


def wrong(found: Sequence[Verdict]) -> list[str]:
    """What is not as good as it should be, in words."""
    told, due = sum(one.told for one in found), sum(one.due for one in found)
    precision = sum(one.right for one in found) / max(told, 1)
    recall = sum(one.found for one in found) / max(due, 1)
    words = []
    if precision < PRECISION:
        words.append(f"precision {precision:.3f}")
    if recall < RECALL:
        words.append(f"recall {recall:.3f}")
    for one in found:
        if one.twice:
            words.append(f"seed {one.seed}: {one.twice} slouches told twice")
        if one.most_calls_in_an_hour > CALLS_AN_HOUR:
            words.append(f"seed {one.seed}: {one.most_calls_in_an_hour} calls in an hour")
        if one.without_reason:
            words.append(f"seed {one.seed}: {one.without_reason} silent without a reason")
        words += [f"seed {one.seed}: sounded in a {amiss}" for amiss in one.sounded_amiss]
        if one.breaks_found < one.breaks_due or one.breaks_made_up:
            words.append(
                f"seed {one.seed}: {one.breaks_found} of {one.breaks_due} breaks, "
                f"{one.breaks_made_up} made up"
            )
    return words


def line(one: Verdict) -> str:
    """One day in one line."""
    why = ", ".join(f"{word} {count}" for word, count in sorted(one.silent_why.items()))
    return (
        f"seed {one.seed:10}: due {one.due:3}, found {one.found:3}, told {one.told:3}, right "
        f"{one.right:3}, twice {one.twice}; calls {one.sounded}, most an hour "
        f"{one.most_calls_in_an_hour}; breaks {one.breaks_found} of {one.breaks_due}, made up "
        f"{one.breaks_made_up}; {why}"
    )


def sums(found: Sequence[Verdict]) -> Iterator[str]:
    """All days together, and the worst."""
    told, due = sum(one.told for one in found), sum(one.due for one in found)
    right, hit = sum(one.right for one in found), sum(one.found for one in found)
    worst = min(found, key=lambda one: one.precision + one.recall)
    yield f"all: {due} due, {hit} found, recall {hit / max(due, 1):.3f}"
    yield f"     {told} told, {right} right, precision {right / max(told, 1):.3f}"
    yield (f"worst seed {worst.seed}: precision {worst.precision:.3f}, recall {worst.recall:.3f}")


def main() -> int:
    """Status 1 if a bound is not met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=20, help="so many, drawn now (20)")
    parser.add_argument("--seed", type=int, action="append", help="this one; may be repeated")
    parser.add_argument("--share", type=float, default=1.0, help="of the day's sitting (1)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--direct", action="store_true", help="without the radio")
    parser.add_argument(
        "--every-setting", action="store_true", help="each day with every sensitivity and delay"
    )
    asked = parser.parse_args()
    seeds = asked.seed or drawn_seeds(asked.seeds)
    print(f"seeds {' '.join(map(str, seeds))}", flush=True)
    if asked.every_setting:
        return _every_setting(seeds, asked.share)
    found = []
    with ProcessPoolExecutor(asked.jobs) as pool:
        for one in pool.map(partial(judged, share=asked.share, direct=asked.direct), seeds):
            found.append(one)
            print(line(one), flush=True)
    print("\n".join(sums(found)))
    words = wrong(found)
    print("\n".join(words) or "all as it should be")
    return int(bool(words))


def _every_setting(seeds: Sequence[int], share: float) -> int:
    twice = 0
    for seed in seeds:
        for (sensitivity, delay_s), one in with_every_setting(seed, share).items():
            twice += one.twice
            print(f"sensitivity {sensitivity}, {delay_s:.0f} s, {line(one)}", flush=True)
    print(f"{twice} slouches told twice")
    return int(bool(twice))


if __name__ == "__main__":
    sys.exit(main())
