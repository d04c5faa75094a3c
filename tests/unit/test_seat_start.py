"""A session that begins with yesterday's pose finds early that the clip sits otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Output
from sensorapp.model.posture import (
    Alignment,
    BaselineOffer,
    Calibration,
    CalibrationSource,
    OfferKind,
    Vector3,
)
from sensorapp.model.settings import SessionSettings
from sensorapp.session.seat_start import Angles, SeatStart
from sensorapp.session.seat_watch import SeatWatch, Shift
from sensorapp.virtual.wearer import Activity, Pose
from tests.unit.session_support import NS, Clip, acts, fed, fed_in_blocks, of, session

TALL = Pose()
YESTERDAY = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.BENDS)
NO_REST = None


def told(rests: Sequence[Angles | None], walks: Sequence[Angles] = ()) -> Angles | None:
    start = SeatStart()
    for angles_deg in walks:
        start.walked(angles_deg)
    found = None
    for rest in rests:
        start.rested(rest)
        found = found or start.found()
    return found


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_three_minutes_far_aside_are_enough_and_leaning_forward_is_not(sign: float) -> None:
    assert told([(11.0, sign * 18.0)] * 14) == (11.0, sign * 18.0)
    assert told([(11.0, sign * 18.0)] * 13) is None
    assert told([(11.0, sign * 16.9)] * 18) is None
    assert told([(sign * 30.0, 0.0)] * 59) is None


def test_who_comes_back_to_the_middle_leans_aside() -> None:
    assert told([(0.0, 20.0), (0.0, 20.0), (0.0, 3.0)] * 6) is None
    assert told([(0.0, 20.0), (0.0, 20.0), (0.0, 15.0)] * 6) == (0.0, 20.0)


@pytest.mark.parametrize(
    ("walking", "resting", "is_told"),
    [
        ((4.0, 8.0), (12.0, 8.0), True),
        ((4.0, -8.0), (12.0, -8.0), True),
        ((4.0, 8.0), (12.0, -8.0), False),
        ((4.0, 0.0), (12.0, 20.0), False),
        ((4.0, 20.0), (12.0, 6.0), False),
        ((26.0, 0.0), (30.0, 0.0), True),
        ((24.0, 0.0), (30.0, 0.0), False),
        ((26.0, 0.0), (17.0, 0.0), False),
        ((-19.0, 0.0), (-11.0, 0.0), True),
        ((-17.0, 0.0), (-20.0, 0.0), False),
        ((-19.0, 0.0), (30.0, 0.0), False),
    ],
)
def test_walking_and_rest_have_to_agree(walking: Angles, resting: Angles, is_told: bool) -> None:
    ten_seconds = [walking] * 10
    assert told([resting] * 3, ten_seconds) == (pytest.approx(walking) if is_told else None)
    assert told([resting, resting], ten_seconds) is None
    assert told([resting, NO_REST, resting, NO_REST], ten_seconds) is None
    assert told([resting] * 3, [walking] * 9) is None


def test_who_walks_upright_sits_aside_of_their_own_will() -> None:
    assert told([(0.0, 20.0)] * 18, [(4.0, 1.0)] * 10) is None


def test_after_ten_minutes_the_start_is_over() -> None:
    start = SeatStart()
    for _ in range(60):
        start.rested((0.0, 0.0))
    for _ in range(18):
        start.rested((0.0, 20.0))
        assert start.found() is None


def test_the_clip_off_begins_anew() -> None:
    start = SeatStart()
    for _ in range(10):
        start.walked((0.0, 12.0))
        start.rested((0.0, 12.0))
    assert start.found() == pytest.approx((0.0, 12.0))
    start.clear()
    assert start.found() is None
    for _ in range(3):
        start.rested((0.0, 12.0))
    assert start.found() is None


def watched(
    side_deg: Callable[[int], float], minutes: float, start: SeatStart | None
) -> list[tuple[float, Shift]]:
    """Minute and shift of all that is offered at these side bends, second after second."""
    watch, slow, found = SeatWatch(YESTERDAY, start), np.zeros(10), []
    for second in range(round(minutes * 60)):
        side_rad = np.radians(side_deg(second))
        up: Vector3 = (-float(np.sin(side_rad)), float(np.cos(side_rad)), 0.0)
        shift = watch.step(second * NS, up, slow, busy=False, walking=False)
        if shift is not None:
            found.append((second / 60.0, shift))
    return found


def test_it_is_offered_once_and_withdrawn_when_the_wearer_sits_up() -> None:
    ((minute, shift),) = watched(lambda _: 20.0, 25.0, SeatStart())
    assert shift.kind is OfferKind.OTHER_SEAT
    assert 2.0 < minute < 3.0
    assert shift.side_bend_deg == pytest.approx(20.0)
    leans = watched(lambda second: 20.0 if second < 240 else 1.0, 25.0, SeatStart())
    assert [shift.kind for _, shift in leans] == [OfferKind.OTHER_SEAT, OfferKind.WITHDRAWN]
    assert leans[1][0] < 7.0


def test_together_with_the_ten_minutes_there_is_one_offer_in_half_an_hour() -> None:
    def aside(second: int) -> float:
        return 1.0 if 240 <= second < 500 else 20.0

    kinds = [shift.kind for _, shift in watched(aside, 29.0, SeatStart())]
    assert kinds == [OfferKind.OTHER_SEAT, OfferKind.WITHDRAWN]
    kinds = [shift.kind for _, shift in watched(aside, 29.0, None)]
    assert kinds == [OfferKind.SHIFTED]


@cache
def morning() -> tuple[Input, ...]:
    """The clip is turned by 12 deg since yesterday; the wearer leans, walks, and leans."""
    aside = Pose(12.0, 12.0)
    table = acts(
        (Activity.TYPE, 30.0, aside),
        (Activity.STAND, 5.0, Pose(3.0, 12.0)),
        (Activity.WALK, 16.0, Pose(3.0, 12.0)),
        (Activity.TYPE, 40.0, aside),
        (Activity.SIT, 5.0, TALL),
        (Activity.STAND, 4.0, TALL),
        (Activity.WALK, 50.0, TALL),
        (Activity.SIT, 15.0, TALL),
    )
    return tuple(Clip(packet=20).connects().feels(table).items)


def offers(outputs: list[Output]) -> list[BaselineOffer]:
    return of(BaselineOffer, outputs)


def test_the_first_walk_tells_and_nothing_is_changed() -> None:
    outputs = _fed_one_by_one()
    first, last = offers(outputs)
    assert (first.kind, last.kind) == (OfferKind.OTHER_SEAT, OfferKind.WITHDRAWN)
    assert first.t_ns < 91 * NS
    assert first.side_bend_deg == pytest.approx(12.0, abs=1.5)
    assert "12° to the right" in first.why or "13° to the right" in first.why
    assert len(of(Calibration, outputs)) == 1


def test_with_forward_assumed_a_lean_may_look_like_one_aside() -> None:
    yesterday = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.ASSUMED)
    outputs = fed_in_blocks(session(SessionSettings(stored_alignment=yesterday)), morning())
    assert offers(outputs) == []


@settings(max_examples=3, deadline=None)
@given(sizes=st.lists(st.integers(1, 300), min_size=1, max_size=6))
def test_in_any_blocks_the_same_is_offered(sizes: list[int]) -> None:
    one = session(SessionSettings(stored_alignment=YESTERDAY))
    waiting, in_blocks = iter(morning()), []
    for size in itertools.cycle(sizes):
        together = tuple(itertools.islice(waiting, size))
        if not together:
            break
        in_blocks += [output for outputs in one.feed_all(together) for output in outputs]
    assert in_blocks == _fed_one_by_one()


@cache
def _fed_one_by_one() -> list[Output]:
    return fed(session(SessionSettings(stored_alignment=YESTERDAY)), morning())
