"""Analysed in long blocks or fed as it happened: the same outputs of every input, to the bit."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.drivers.catalogue import drivers
from sensorapp.model.breaks import BreakCredited, BreakDue
from sensorapp.model.imu import ImuBlock
from sensorapp.model.inputs import Command, Input, Notification, Stored, Tick, UserCommand
from sensorapp.model.outputs import Output
from sensorapp.model.posture import Movement, SlouchAlert
from sensorapp.model.settings import BreakSettings, SessionSettings
from sensorapp.session.joining import apart, joined, joins
from sensorapp.session.session import Session
from sensorapp.virtual.scenarios import load_scenario
from tests.replay.regrouping import regrouped
from tests.replay.sessions import recorded

RATE_MHZ = 100_000
PLAIN = SessionSettings()


def _user(session: Session, item: Input) -> list[Input]:
    """Presses keys, and has what came stored each second."""
    if not isinstance(item, Tick):
        return []
    second, t_ns = round(item.host_ns / 1e9), session.state.t_ns
    pressed = {3: Command.CALIBRATE_UPRIGHT, 20: Command.CALIBRATE_SLOUCH, 30: Command.SNOOZE}
    more: list[Input] = [Stored(item.host_ns, "clip", session.inputs)]
    if second in pressed:
        more.append(UserCommand(item.host_ns, "clip", pressed[second], t_ns))
    return more


@cache
def lived(scenario: str) -> tuple[Input, ...]:
    wearer = load_scenario(scenario).wearer(seed=3)
    return tuple(recorded(wearer.stream(), SessionSettings(rate_mhz=RATE_MHZ), _user)[0])


def one_by_one(
    items: Iterable[Input], settings: SessionSettings = PLAIN
) -> tuple[list[list[Output]], object]:
    session = Session(settings, drivers())
    told = [list(session.feed(item)) for item in items]
    return told, (session.finish(), session.state, session.inputs, session.positions)


def in_blocks(
    items: Sequence[Input], sizes: Iterable[int], settings: SessionSettings = PLAIN
) -> tuple[list[list[Output]], object]:
    session = Session(settings, drivers())
    told, waiting = [], iter(items)
    for size in sizes:
        together = tuple(itertools.islice(waiting, size))
        if not together:
            break
        told += [*session.feed_all(together)]
    return told, (session.finish(), session.state, session.inputs, session.positions)


@pytest.mark.parametrize(
    ("scenario", "kinds"),
    [
        ("slouch", {SlouchAlert, BreakDue}),
        ("walk", {BreakCredited}),
        ("tour", {BreakDue, BreakCredited}),
    ],
)
def test_all_at_once(scenario: str, kinds: set[type[Output]]) -> None:
    """With breaks that are due, and earned, in a minute."""
    items = lived(scenario)
    breaks = BreakSettings(due_after_s=30.0, again_after_s=20.0, walk_s=10.0)
    settings = SessionSettings(breaks=breaks)
    every = one_by_one(items, settings)
    assert {type(output) for outputs in every[0] for output in outputs} >= kinds | {Movement}
    assert in_blocks(items, itertools.repeat(720), settings) == every


@settings(max_examples=4, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 900), min_size=1, max_size=8),
    packets=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    lost=st.sets(st.integers(0, 900), max_size=4),
)
def test_in_any_blocks_with_packets_of_any_size_and_some_lost(
    sizes: list[int], packets: list[int], lost: set[int]
) -> None:
    every = regrouped(lived("slouch"), itertools.cycle(packets))
    items = [
        item
        for place, item in enumerate(every)
        if not (place in lost and isinstance(item, Notification))
    ]
    assert in_blocks(items, itertools.cycle(sizes)) == one_by_one(items)


def test_what_was_joined_comes_apart_as_it_was() -> None:
    run = drivers()["posture_clip"].open("clip", RATE_MHZ)
    told = [thing for item in lived("slouch") for thing in run.on_input(item)]
    blocks = [thing for thing in told if isinstance(thing, ImuBlock)][1:9]
    assert all(joins(last, block) for last, block in itertools.pairwise(blocks))
    whole = joined(blocks)
    assert whole.count == sum(block.count for block in blocks)
    for part, block in zip(apart(whole), blocks, strict=True):
        assert (part.first_index, part.host_ns) == (block.first_index, block.host_ns)
        assert part.gyro_rads.tolist() == block.gyro_rads.tolist()
        assert part.accel_mps2.tolist() == block.accel_mps2.tolist()
