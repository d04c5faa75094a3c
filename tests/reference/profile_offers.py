"""How often the offer of another profile is right: `python -m tests.reference.profile_offers`.

Made-up wearers who sit, stand at a standing desk, walk and come back, drawn by their seeds, take
each offer that is right and leave the others. And recorded people, whose errands hold rises and
falls that nobody labelled: there the offers are listed, to be compared with the readings around.
"""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sensorapp.app.offline import TOGETHER
from sensorapp.coach.profile_offers import ProfileCoach
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.activity import ActivityKind
from sensorapp.model.imu import FloatArray
from sensorapp.model.outputs import Output
from sensorapp.model.posture import PostureFrame
from sensorapp.model.profiles import Profile, ProfileOffer
from sensorapp.model.settings import SessionSettings
from sensorapp.session.session import Session
from sensorapp.virtual.wearer import Activity, Pose
from tests.long.work_day import RATE_MHZ, UPRIGHT, Span, WorkDay, _sits_down_to_work, _works
from tests.unit.session_support import Clip

NS = 1_000_000_000
ASKED_WITHIN_S = 60.0
"""So long after the wearer has settled an offer is still of use."""
LEAST_S = 60.0


@dataclass
class Stays:
    """Where the wearer settles, and for how long: the truth."""

    spans: list[tuple[Profile, Span]] = field(default_factory=list)

    def at(self, t_s: float) -> Profile | None:
        """Where the wearer has settled; None on foot."""
        return next((seat for seat, span in self.spans if span.begin_s <= t_s < span.end_s), None)


@dataclass
class Score:
    """Changes of seat, those that were asked about in time, and asking without a reason."""

    changes: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    hours: float = 0.0

    def add(self, other: Score) -> None:
        """Sum up."""
        self.changes += other.changes
        self.asked += other.asked
        self.wrong += other.wrong
        self.hours += other.hours


def standing_work(day: WorkDay, seconds: float) -> None:
    """What people do at a standing desk: type, read, shift to one leg, reach."""
    rng, until_s = day.rng, day.now_s + seconds
    lean_deg = rng.uniform(0.0, 12.0)
    day.does(Activity.STAND, rng.uniform(10.0, 40.0), Pose(lean_deg), rng.uniform(1.4, 2.8))
    while day.now_s < until_s:
        pose = Pose(lean_deg + rng.normal(0.0, 2.5), rng.normal(0.0, 4.0), rng.normal(0.0, 5.0))
        day.does(Activity.STAND, rng.uniform(10.0, 90.0), pose, rng.uniform(0.8, 2.5))
        if rng.random() < 0.15:
            day.does(Activity.BEND_DOWN, rng.uniform(2.0, 4.0), Pose(60.0), 1.7)
            day.does(Activity.STAND, 8.0, Pose(lean_deg), 1.7)


def desk_day(seed: int) -> tuple[WorkDay, Stays]:
    """An hour or so with a desk that goes up and down."""
    day, stays = WorkDay(seed, np.random.default_rng([seed, 11])), Stays()
    rng = day.rng

    def sits(seconds: float) -> None:
        begin_s = day.now_s
        day.does(Activity.SIT, 8.0, UPRIGHT, rng.uniform(1.4, 2.8))
        _works(day, seconds)
        stays.spans.append((Profile.DESK, Span(begin_s, day.now_s)))

    def stands(seconds: float) -> None:
        begin_s = day.now_s
        standing_work(day, seconds)
        stays.spans.append((Profile.STANDING, Span(begin_s, day.now_s)))

    def on_foot() -> None:
        for _ in range(int(rng.integers(1, 3))):
            day.does(Activity.WALK, rng.uniform(30.0, 120.0), Pose(rng.uniform(2.0, 7.0)), 2.0)
            day.does(Activity.STAND, rng.uniform(4.0, 60.0), Pose(rng.normal(3.0, 1.0)), 2.0)
        day.does(Activity.WALK, rng.uniform(10.0, 40.0), Pose(4.0), 2.0)

    def gets_something() -> None:
        day.does(Activity.STAND, rng.uniform(4.0, 18.0), Pose(rng.normal(3.0, 2.0)), 1.8)

    _sits_down_to_work(day)
    for _ in range(4):
        sits(rng.uniform(120.0, 360.0))
        gets_something()
        sits(rng.uniform(120.0, 300.0))
        if rng.random() < 0.5:
            on_foot()
            sits(rng.uniform(120.0, 300.0))
        if rng.random() < 0.5:
            on_foot()
        stands(rng.uniform(180.0, 480.0))
        if rng.random() < 0.5:
            on_foot()
    sits(120.0)
    return day, stays


def frames_of(table: FloatArray, rate_mhz: int) -> list[PostureFrame]:
    """All frames of a session in which a clip feels this (n, 6), force and rate."""
    items = Clip(rate_mhz=rate_mhz).connects().feels(table).items
    session = Session(SessionSettings(rate_mhz=rate_mhz), drivers())
    told: list[list[Output]] = []
    for place in range(0, len(items), TOGETHER):
        told += session.feed_all(items[place : place + TOGETHER])
    return [one for outputs in told for one in outputs if isinstance(one, PostureFrame)]


def offers_in(
    frames: Sequence[PostureFrame], stays: Stays | None
) -> list[tuple[ProfileOffer, str]]:
    """Offers with the profile in force; those that are right are taken, or all without a truth."""
    coach, profile = ProfileCoach("clip"), Profile.DESK.value
    found: list[tuple[ProfileOffer, str]] = []
    for frame in frames:
        assert frame.activity is not None
        for offer in coach.step(frame.t_ns, frame.activity, profile):
            assert isinstance(offer, ProfileOffer)
            found.append((offer, profile))
            if stays is None or stays.at(offer.t_ns / NS) == offer.profile:
                profile = offer.profile
        if stays is not None:
            seat = stays.at(frame.t_ns / NS - ASKED_WITHIN_S - 20.0)
            if seat is not None and stays.at(frame.t_ns / NS) is seat:
                profile = seat.value  # who was not asked presses a key after a while
    return found


def scored(seed: int) -> Score:
    """One wearer's hour."""
    day, stays = desk_day(seed)
    frames = frames_of(day.samples(day.wearer()), RATE_MHZ)
    offers = offers_in(frames, stays)
    score = Score(hours=day.now_s / 3600.0)
    before = Profile.DESK
    for seat, span in stays.spans:
        if span.end_s - span.begin_s >= LEAST_S and seat is not before:
            score.changes += 1
            score.asked += any(
                offer.profile == seat
                and span.begin_s <= offer.t_ns / NS <= span.begin_s + ASKED_WITHIN_S
                for offer, _ in offers
            )
        before = seat
    for offer, _ in offers:
        t_s = offer.t_ns / NS
        if stays.at(t_s) != offer.profile:
            where = stays.at(t_s) or "on foot"
            score.wrong.append(f"{seed}: {t_s:.0f} s {offer.profile} while {where}")
    return score


def recorded_people(folder: Path) -> None:
    """What would be offered in errands that were recorded, and the rises and falls called there."""
    for path in sorted((folder / "walking").glob("*.npz")):
        with np.load(path) as data:
            acc, gyr, rate_mhz = data["acc"], data["gyr"], round(float(data["fs"]) * 1000)
        frames = frames_of(np.hstack([acc, gyr]).astype(float), rate_mhz)
        calls: list[str] = []
        last = None
        for frame in frames:
            kind = None if frame.activity is None else frame.activity.kind
            if kind in (ActivityKind.STANDING_UP, ActivityKind.SITTING_DOWN) and kind is not last:
                assert frame.activity is not None
                calls.append(f"{frame.t_ns / NS:.0f} s {kind} {frame.activity.confidence:.2f}")
            last = kind
        offers = [f"{one.t_ns / NS:.0f} s {one.profile}" for one, _ in offers_in(frames, None)]
        print(f"{path.stem}: {len(acc) * 1000.0 / rate_mhz:.0f} s, calls {calls}, offers {offers}")


def main() -> None:
    """Made-up wearers by seed, then recorded people where there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wearers", type=int, default=10)
    drawn = secrets.randbelow(2**31)
    parser.add_argument("--seed", type=int, default=drawn, help="the first; drawn without")
    chosen = parser.parse_args()
    first = chosen.seed
    print(f"seeds from {first}")
    total = Score()
    for seed in range(first, first + chosen.wearers):
        one = scored(seed)
        total.add(one)
        print(f"{seed}: {one.asked} of {one.changes} asked, wrong {one.wrong}", flush=True)
    asks = total.asked + len(total.wrong)
    print(
        f"{total.hours:.1f} h, {total.changes} changes, asked about {total.asked}; "
        f"{len(total.wrong)} of {asks} asks wrong, {len(total.wrong) / total.hours:.2f} an hour"
    )
    folder = os.environ.get("SENSORAPP_DATASETS")
    if folder:
        recorded_people(Path(folder))


if __name__ == "__main__":
    main()
