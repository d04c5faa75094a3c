"""Neither packet sizes nor arrival times can change a result: the same samples, bit for bit."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.model.inputs import Command, Input, Tick, UserCommand
from sensorapp.model.outputs import Output
from sensorapp.model.posture import (
    Calibration,
    CalibrationSource,
    PostureFrame,
    SlouchAlert,
)
from sensorapp.model.settings import SessionSettings
from sensorapp.session.session import Session
from sensorapp.virtual.scenarios import load_scenario
from tests.replay.regrouping import regrouped
from tests.replay.sessions import judged, recorded, replayed

RATE_MHZ = 100_000
PRESSED = {2: Command.MARKER, 3: Command.CALIBRATE_UPRIGHT, 20: Command.CALIBRATE_SLOUCH}
"""Second of the session -> what the user presses then."""


def _user(session: Session, item: Input) -> list[Input]:
    if not isinstance(item, Tick):
        return []
    command = PRESSED.get(round(item.host_ns / 1e9))
    if command is None:
        return []
    return [UserCommand(item.host_ns, "clip", command, session.state.t_ns)]


@cache
def _slouch() -> tuple[tuple[Input, ...], tuple[Output, ...]]:
    stream = load_scenario("slouch").wearer(seed=3).stream()
    items, outputs = recorded(stream, SessionSettings(rate_mhz=RATE_MHZ), _user)
    return tuple(items), tuple(judged(outputs))


def test_the_session_says_what_there_is_to_compare() -> None:
    outputs = _slouch()[1]
    kinds = {type(output) for output in outputs}
    assert {PostureFrame, SlouchAlert, Calibration} <= kinds
    sources = [output.source for output in outputs if isinstance(output, Calibration)]
    assert sources == [
        CalibrationSource.MOUNTING,
        CalibrationSource.REST,
        CalibrationSource.TWO_POSE,
    ]


def test_replay_equals_the_session_itself() -> None:
    items, outputs = _slouch()
    assert judged(replayed(items, SessionSettings())) == list(outputs)


@pytest.mark.parametrize("lawful", [True, False])
@pytest.mark.parametrize("size", [1, 7, 10, 19, 40])
def test_packets_of_one_size(size: int, lawful: bool) -> None:
    items, outputs = _slouch()
    other = regrouped(items, itertools.repeat(size), lawful=lawful)
    assert judged(replayed(other, SessionSettings())) == list(outputs)


@settings(max_examples=6, deadline=None)
@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=50))
def test_packets_of_any_sizes(sizes: list[int]) -> None:
    items, outputs = _slouch()
    other = regrouped(items, itertools.cycle(sizes))
    assert judged(replayed(other, SessionSettings())) == list(outputs)


@settings(max_examples=6, deadline=None)
@given(delays_ms=st.lists(st.integers(0, 900), min_size=1, max_size=50))
def test_arrival_times_change_nothing(delays_ms: list[int]) -> None:
    items, outputs = _slouch()
    late = itertools.cycle(delays_ms)
    other = [replace(item, host_ns=item.host_ns + next(late) * 1_000_000) for item in items]
    assert judged(replayed(other, SessionSettings())) == list(outputs)
