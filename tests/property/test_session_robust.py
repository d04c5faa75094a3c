"""Whatever arrives, in whatever order, a session says finite things and raises nothing."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.ids import Characteristic
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import (
    HOST,
    ActionFailed,
    ChannelChanged,
    Command,
    Connected,
    Disconnected,
    Input,
    LinkChanged,
    Notification,
    ProfileChanged,
    QuietChanged,
    RecordingChanged,
    SettingsChanged,
    Stored,
    Tick,
    UserCommand,
    ValueRead,
)
from sensorapp.model.outputs import Gap, Output, Summary
from sensorapp.model.posture import Alignment, CalibrationSource, Silence
from sensorapp.model.settings import SlouchSettings
from tests.unit.session_support import Clip, all_finite, fed, frames, of, session, sits

IDS = st.sampled_from(["clip", "other", HOST, ""])
HOST_NS = st.integers(0, 2**64 - 1) | st.integers(0, 60 * 10**9)
CHANNELS = st.sampled_from([*(channel.value for channel in Characteristic), "none of ours"])
NUMBERS = st.none() | st.floats() | st.integers(-5, 100).map(float)

VECTORS = st.sampled_from([(0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (0.0, 0.0, 0.0), (1.0, 2.0, 3.0)])
SOURCES = st.sampled_from(CalibrationSource)

inputs: st.SearchStrategy[Input] = st.one_of(
    st.builds(LinkChanged, HOST_NS, IDS, st.sampled_from(LinkState), st.text(max_size=5)),
    st.builds(
        Connected,
        HOST_NS,
        IDS,
        st.sampled_from(["posture_clip", "?"]),
        st.text(max_size=5),
        st.just(""),
    ),
    st.builds(Notification, HOST_NS, IDS, CHANNELS, st.binary(max_size=40)),
    st.builds(ValueRead, HOST_NS, IDS, CHANNELS, st.binary(max_size=40)),
    st.builds(ActionFailed, HOST_NS, IDS, st.just("Write"), CHANNELS, st.text(max_size=5)),
    st.builds(Disconnected, HOST_NS, IDS, st.booleans()),
    st.builds(Tick, HOST_NS),
    st.builds(Stored, HOST_NS, IDS, st.integers(0, 2**40)),
    st.builds(RecordingChanged, HOST_NS, IDS, st.booleans(), st.text(max_size=5)),
    st.builds(
        UserCommand,
        HOST_NS,
        IDS,
        st.sampled_from(Command),
        st.none() | st.integers(-(2**62), 2**62),
        NUMBERS,
    ),
    st.builds(
        SettingsChanged,
        HOST_NS,
        IDS,
        st.none()
        | st.builds(SlouchSettings, *[st.floats(-1e6, 1e6)] * len(fields(SlouchSettings))),
        st.text(max_size=5),
        st.none() | st.integers(-(2**62), 2**62),
    ),
    st.builds(ChannelChanged, HOST_NS, IDS, st.text(max_size=5), st.text(max_size=5)),
    st.builds(
        ProfileChanged,
        HOST_NS,
        IDS,
        st.text(max_size=5),
        st.none() | st.builds(Alignment, VECTORS, VECTORS, SOURCES, NUMBERS),
        st.none() | st.builds(SlouchSettings),
        st.none() | st.integers(-(2**62), 2**62),
    ),
    st.builds(
        QuietChanged,
        HOST_NS,
        IDS,
        st.none() | st.sampled_from(Silence),
        st.text(max_size=5),
        st.none() | st.integers(-(2**62), 2**62),
    ),
)


@cache
def lived() -> tuple[Input, ...]:
    """A short life: a stream, a loss, a second stream with a reboot, an end."""
    table = sits(3.0)
    clip = Clip().connects().feels(table).reports(70, worn=True).presses(Command.MARKER)
    clip.leaves("Lost.").waits(2.0).reboots().connects().feels(table, lost=[(40, 70)])
    return tuple(clip.reports(69).stops().leaves(wanted=True).items)


def checked(items: list[Input]) -> list[Output]:
    one = session()
    outputs = fed(one, items)
    outputs += one.finish()
    assert all_finite(outputs)
    assert all_finite(one.state)
    assert msgspec.json.encode(one.state)
    other = session()
    at_once = other.feed_all(items)
    assert [output for told in at_once for output in told] + list(other.finish()) == outputs
    assert other.state == one.state
    for sensor_id in one.sensor_ids:
        instants = [frame.t_ns for frame in frames(outputs) if frame.sensor_id == sensor_id]
        assert instants == sorted(set(instants))
    return outputs


@settings(max_examples=150, deadline=None)
@given(items=st.lists(inputs, max_size=30))
def test_any_inputs_at_all(items: list[Input]) -> None:
    assert isinstance(checked(items)[-1], Summary)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_life_with_inputs_changed_doubled_dropped_and_put_between(data: st.DataObject) -> None:
    items = list(lived())
    for _ in range(data.draw(st.integers(1, 12))):
        position = data.draw(st.integers(0, len(items) - 1))
        match data.draw(st.sampled_from(["drop", "double", "swap", "bytes", "time", "insert"])):
            case "drop" if len(items) > 1:
                del items[position]
            case "double":
                items.insert(position, items[position])
            case "swap":
                items[position - 1], items[position] = items[position], items[position - 1]
            case "bytes":
                items[position] = _corrupted(items[position], data)
            case "time":
                items[position] = replace(items[position], host_ns=data.draw(HOST_NS))
            case _:
                items.insert(position, data.draw(inputs))
    checked(items)


def _corrupted(item: Input, data: st.DataObject) -> Input:
    if not isinstance(item, Notification | ValueRead) or not item.data:
        return item
    raw = bytearray(item.data)
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    return replace(item, data=bytes(raw))


@settings(max_examples=25, deadline=None)
@given(
    order=st.lists(st.integers(0, 29), max_size=30),
    copies=st.lists(st.integers(0, 29), max_size=8),
)
def test_copies_of_packets_change_nothing_and_lost_ones_are_counted(
    order: list[int], copies: list[int]
) -> None:
    clip = Clip().connects().feels(sits(3.0))
    packets = [i for i, item in enumerate(clip.items) if isinstance(item, Notification)][1:]
    kept = sorted({packets[n] for n in order} | {packets[-1]})
    come = [item for i, item in enumerate(clip.items) if i in kept or i not in packets]
    clean = checked(come)
    repeated = list(come)
    for n in copies:
        item = clip.items[packets[n]]
        if item in repeated:
            repeated.insert(repeated.index(item) + 1 + n % 3, item)
    assert checked(repeated) == clean
    summary = clean[-1]
    assert isinstance(summary, Summary)
    assert summary.samples + summary.samples_lost == 300
    assert summary.samples_lost == sum(gap.count or 0 for gap in of(Gap, clean))


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([0.0, 1.0, 100.0, 1e4]),
    accel_only=st.booleans(),
)
def test_any_samples_at_all(seed: int, scale: float, accel_only: bool) -> None:
    """Noise up to the end of every range, free fall, stillness."""
    table = np.random.default_rng(seed).normal(size=(600, 6)) * scale
    table[200:300] = 0.0
    outputs = checked(Clip(accel_only=accel_only).connects().feels(table).items)
    assert len(frames(outputs)) == 60
