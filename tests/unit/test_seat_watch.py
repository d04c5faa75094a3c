"""A clip that slips, is knocked, or put on again is noticed, and a new baseline offered."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Output
from sensorapp.model.posture import (
    Alignment,
    BaselineOffer,
    Calibration,
    CalibrationSource,
    OfferKind,
)
from sensorapp.session.seat_watch import SeatWatch, Shift
from sensorapp.virtual.wearer import Activity, Mounting, Pose
from tests.seats import slipping
from tests.unit.session_support import NS, Clip, Table, acts, fed, frames, of, session, sits

SIDEWAYS, FORWARD = (0.0, 0.0, -1.0), (-1.0, 0.0, 0.0)
"""Axes of the sensor, worn as intended: its turn to the right, its top forward."""


def offers(outputs: list[Output]) -> list[BaselineOffer]:
    return of(BaselineOffer, outputs)


def kinds(outputs: list[Output]) -> list[OfferKind]:
    return [offer.kind for offer in offers(outputs)]


def felt(table: Table) -> list[Output]:
    return fed(session(), Clip(packet=50).connects().feels(table).items)


def ramp(count: int, from_s: float, until_s: float, to_deg: float) -> np.ndarray:
    """An angle that grows from 0 to `to_deg` between two instants."""
    return np.asarray(np.interp(np.arange(count) / 100.0, (from_s, until_s), (0.0, to_deg)))


WORN = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.MOUNTING)


def watched(
    flexion_deg: Callable[[float], float],
    minutes: float,
    *,
    side_bend_deg: Callable[[float], float] = lambda _: 0.0,
    busy: Callable[[float], bool] = lambda _: False,
) -> list[tuple[float, Shift]]:
    """Minute and shift of all that is offered to somebody who rests at these angles."""
    watch, slow = SeatWatch(WORN), np.zeros(10)
    found = []
    for frame in range(round(minutes * 600)):
        minute = frame / 600.0
        flexion, side = np.radians((flexion_deg(minute), side_bend_deg(minute))).tolist()
        up = (
            -math.sin(side),
            math.cos(flexion) * math.cos(side),
            math.sin(flexion) * math.cos(side),
        )
        shift = watch.step(frame * NS // 10, up, slow, busy=busy(minute), walking=False)
        if shift is not None:
            found.append((minute, shift))
    return found


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_slow_slip_is_offered_within_ten_minutes(sign: float) -> None:
    def slips(minute: float) -> float:
        return sign * 8.0 * min(1.0, max(0.0, (minute - 1.0) / 5.0))

    ((minute, shift),) = watched(slips, 30.0)
    assert shift.kind is OfferKind.SHIFTED
    assert 9.9 < minute < 12.0
    assert 5.0 < sign * shift.flexion_deg <= 8.0
    ((_, aside),) = watched(lambda _: 0.0, 30.0, side_bend_deg=slips)
    assert 5.0 < sign * aside.side_bend_deg <= 8.0


def test_it_is_withdrawn_when_the_rest_is_back_and_made_again_after_half_an_hour() -> None:
    def goes_and_comes(minute: float) -> float:
        return 7.0 if minute % 30.0 < 15.0 else 0.5

    found = watched(goes_and_comes, 60.0)
    assert [shift.kind for _, shift in found] == [
        *(OfferKind.SHIFTED, OfferKind.WITHDRAWN),
        *(OfferKind.SHIFTED, OfferKind.WITHDRAWN),
    ]
    assert found[2][0] - found[0][0] >= 30.0
    often = watched(lambda minute: 7.0 if minute % 20.0 < 10.5 else 0.5, 60.0)
    shifted = [minute for minute, shift in often if shift.kind is OfferKind.SHIFTED]
    assert min(np.diff(shifted), default=30.0) >= 30.0


@pytest.mark.parametrize("off_deg", [0.0, 4.9])
def test_a_small_shift_is_no_reason(off_deg: float) -> None:
    assert watched(lambda _: off_deg, 30.0) == []


def test_who_slouches_for_most_of_the_time_comes_back_in_between() -> None:
    assert watched(lambda minute: 20.0 if minute % 3.0 < 2.0 else 1.0, 30.0) == []
    slipped = watched(lambda minute: 26.0 if minute % 3.0 < 2.0 else 7.0, 30.0)
    assert [shift.kind for _, shift in slipped] == [OfferKind.SHIFTED]


def test_neither_is_lying_down_nor_a_while_of_moving_nor_a_short_slouch() -> None:
    assert watched(lambda _: 80.0, 30.0) == []
    assert watched(lambda _: 9.0, 30.0, busy=lambda minute: minute % 0.1 < 0.09) == []
    assert watched(lambda minute: 20.0 if minute % 10.0 < 4.0 else 0.0, 30.0) == []


def test_taking_it_is_the_wearers_act_and_ends_it() -> None:
    table = slipping(sits(30.0), FORWARD, ramp(3000, 10.0, 10.1, 20.0))
    one = session()
    clip = Clip(packet=50).connects().feels(table[:2000])
    outputs = fed(one, clip.items)
    assert kinds(outputs) == [OfferKind.KNOCKED]
    assert len(of(Calibration, outputs)) == 1
    assert frames(outputs)[-1].flexion_deg == pytest.approx(20.0, abs=1.5)  # nothing was changed
    offer = one.state.offer
    assert offer is not None
    assert "forward of upright" in offer.why
    done = len(clip.items)
    clip.presses(Command.CALIBRATE_UPRIGHT, 1999 * NS // 100).feels(table[2000:])
    outputs = fed(one, clip.items[done:])
    assert len(of(Calibration, outputs)) == 1
    assert one.state.offer is None
    assert frames(outputs)[-1].flexion_deg == pytest.approx(0.0, abs=1.5)


@pytest.mark.parametrize(("lasts_s", "expected"), [(0.12, [OfferKind.KNOCKED]), (1.5, [])])
def test_a_knock_is_faster_than_any_back(lasts_s: float, expected: list[OfferKind]) -> None:
    table = slipping(sits(20.0), SIDEWAYS, ramp(2000, 10.0, 10.0 + lasts_s, 25.0))
    outputs = felt(table)
    assert kinds(outputs) == expected
    assert all(10.0 < offer.t_ns / NS < 14.0 for offer in offers(outputs))


def test_a_fast_slump_is_no_knock() -> None:
    table = acts((Activity.SIT, 6.0, Pose()))
    slump = acts(
        (Activity.SIT, 6.0, Pose()), (Activity.SLOUCH, 10.0, Pose(flexion_deg=30.0)), seed=2
    )
    assert kinds(felt(np.concatenate((table, slump)))) == []


@pytest.mark.parametrize(("off_deg", "expected"), [(12.0, [OfferKind.PUT_ON_AGAIN]), (4.0, [])])
def test_a_clip_that_is_put_on_again_otherwise(off_deg: float, expected: list[OfferKind]) -> None:
    table = acts(
        (Activity.SIT, 8.0, Pose()),
        (Activity.SENSOR_OFF, 30.0, Pose(flexion_deg=80.0)),
        (Activity.SIT, 20.0, Pose()),
    )
    table = slipping(table, SIDEWAYS, ramp(len(table), 20.0, 21.0, off_deg))
    assert kinds(felt(table)) == expected


def test_upside_down_is_another_mounting_and_lying_down_is_none() -> None:
    upside_down = acts((Activity.SIT, 40.0, Pose()), mounting=Mounting(roll_deg=180.0))
    table = np.concatenate((sits(8.0), upside_down))
    assert OfferKind.REMOUNTED in kinds(felt(table))
    lying = acts((Activity.SIT, 8.0, Pose()), (Activity.SIT, 40.0, Pose(flexion_deg=88.0)))
    assert kinds(felt(lying)) == []


def test_nobody_walks_lying_down() -> None:
    walk = acts((Activity.WALK, 20.0, Pose(4.0)), mounting=Mounting(roll_deg=90.0))
    table = np.concatenate((sits(8.0), walk))
    assert OfferKind.REMOUNTED in kinds(felt(table))
    upright = acts((Activity.SIT, 8.0, Pose()), (Activity.WALK, 20.0, Pose(4.0)))
    assert kinds(felt(upright)) == []


def test_every_kind_says_why_in_words() -> None:
    table = slipping(sits(20.0), FORWARD, ramp(2000, 10.0, 10.1, -25.0))
    (offer,) = offers(felt(table))
    assert "° back of upright" in offer.why
    assert offer.flexion_deg == pytest.approx(-25.0, abs=1.5)
