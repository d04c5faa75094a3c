"""The offer of another profile: asked once, after a rise or a fall that lasted, and let go."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from sensorapp.coach.profile_offers import LASTS_S, SETTLED_S, WALKED_S, ProfileCoach
from sensorapp.model.activity import Activity, ActivityKind
from sensorapp.model.profiles import Profile, ProfileOffer
from sensorapp.model.settings import SessionSettings
from sensorapp.virtual.wearer import Activity as Does
from sensorapp.virtual.wearer import Pose
from tests.unit.session_support import Clip, acts, session

NS = 1_000_000_000
UP, DOWN = ActivityKind.STANDING_UP, ActivityKind.SITTING_DOWN
STILL, WALKING = ActivityKind.STILL, ActivityKind.WALKING
Doing = tuple[ActivityKind, float]


def offered(
    doings: Iterable[Doing], profile: str = Profile.DESK, confidence: float = 0.8
) -> tuple[ProfileCoach, list[ProfileOffer]]:
    """Each doing for so many seconds, at ten frames a second."""
    coach, found, t_ns = ProfileCoach("s"), [], 0
    for kind, seconds in doings:
        for _ in range(round(seconds * 10)):
            activity = Activity(kind, confidence)
            told = coach.step(t_ns, activity, profile)
            found += [one for one in told if isinstance(one, ProfileOffer)]
            t_ns += NS // 10
    return coach, found


def test_who_stood_up_and_stays_is_asked_once() -> None:
    coach, found = offered([(STILL, 5), (UP, 0.1), (STILL, 100)])
    (offer,) = found
    assert (offer.profile, offer.confidence) == (Profile.STANDING, 0.8)
    assert offer.t_ns == round((5 + SETTLED_S) * NS)
    assert offer.why == "You seem to have stood up (80 % sure)."
    assert coach.offer == offer


def test_who_sat_down_at_the_standing_desk_is_asked_for_the_desk() -> None:
    _, (offer,) = offered([(DOWN, 0.1), (STILL, 30)], Profile.STANDING)
    assert offer.profile == Profile.DESK


def test_who_walks_away_is_not_asked_and_some_steps_are_no_walk() -> None:
    assert offered([(UP, 0.1), (WALKING, 60), (STILL, 100)])[1] == []
    assert offered([(UP, 0.1), *[(WALKING, 3), (STILL, 10)] * 2, (STILL, 100)])[1] == []
    assert offered([(UP, 0.1), (WALKING, 60), (DOWN, 0.1), (STILL, 100)])[1] == []
    _, (offer,) = offered([(UP, 0.1), (WALKING, WALKED_S), (STILL, 30)])
    assert offer.t_ns == pytest.approx((WALKED_S + SETTLED_S) * NS, abs=0.2 * NS)
    _, (again,) = offered([(UP, 0.1), (WALKING, 60), (UP, 0.1), (STILL, 30)])
    assert again.t_ns == pytest.approx((60 + SETTLED_S) * NS, abs=0.3 * NS)


@pytest.mark.parametrize("profile", [Profile.RECLINE, Profile.TRAVEL, Profile.OWN])
def test_other_profiles_are_left_alone(profile: str) -> None:
    assert offered([(UP, 0.1), (STILL, 100), (DOWN, 0.1), (STILL, 100)], profile)[1] == []


def test_a_guess_or_a_clip_taken_off_is_no_reason() -> None:
    assert offered([(UP, 0.1), (STILL, 100)], confidence=0.4)[1] == []
    assert offered([(UP, 0.1), (ActivityKind.NOT_WORN, 5), (STILL, 100)])[1] == []


def test_an_offer_ends_by_itself_by_moving_back_and_by_being_taken() -> None:
    wait = (STILL, SETTLED_S + 1)
    assert offered([(UP, 0.1), (STILL, SETTLED_S + LASTS_S + 1)])[0].offer is None
    assert offered([(UP, 0.1), wait, (DOWN, 0.1)])[0].offer is None
    coach, (offer,) = offered([(UP, 0.1), wait])
    assert coach.offer is not None
    coach.step(offer.t_ns + NS, Activity(STILL, 1.0), Profile.STANDING)
    assert coach.offer is None


def offers_to(*phases: tuple[Does, float, Pose]) -> list[str]:
    """What a wearer drawn now is offered, at 25 samples a second."""
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    print(f"wearer {seed}")
    table = acts(*phases, rate_mhz=25_000, seed=seed)
    items = Clip(rate_mhz=25_000).connects().feels(table).items
    told = session(SessionSettings(rate_mhz=25_000)).feed_all(items)
    return [one.profile for outputs in told for one in outputs if isinstance(one, ProfileOffer)]


def test_a_wearer_who_stands_up_to_work_is_asked_and_one_who_walks_is_not() -> None:
    sits, stands = (Does.SIT, 8.0, Pose()), (Does.STAND, 40.0, Pose(flexion_deg=4.0))
    assert offers_to(sits, stands) == [Profile.STANDING]
    assert offers_to(sits, (Does.WALK, 15.0, Pose(flexion_deg=4.0)), stands) == []
    assert offers_to((Does.SIT, 40.0, Pose())) == []
