"""Every input comes back from a recording exactly as it was; nothing else makes it raise."""

from __future__ import annotations

import math
import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.model.device import LinkState
from sensorapp.model.inputs import (
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
from sensorapp.model.posture import Alignment, CalibrationSource, ForwardAxis, Silence
from sensorapp.model.recording import FORMAT_VERSION, RecordingHeader
from sensorapp.model.settings import (
    BreakSettings,
    CoachingSettings,
    SessionSettings,
    SlouchSettings,
)
from sensorapp.store.codec import (
    MAX_PAYLOAD_BYTES,
    ChannelKey,
    Kind,
    decode_input,
    encode_input,
    parse_topic,
)
from sensorapp.store.header import decode_header, encode_header
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter

NS = st.integers(0, 2**64 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(max_size=30)
IDS = st.one_of(st.sampled_from(["host", "s1", "AA:BB", "", "/", "a/notify/b", "%2F"]), TEXT)
BYTES = st.binary(max_size=300)
FLOATS = st.floats(allow_nan=False)
UNIT = st.floats(-1.0, 1.0)

RADIO: st.SearchStrategy[Notification | ValueRead] = st.one_of(
    st.builds(Notification, NS, IDS, IDS, BYTES), st.builds(ValueRead, NS, IDS, IDS, BYTES)
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SLOUCH = st.builds(SlouchSettings, *[FINITE] * len(fields(SlouchSettings)))
VECTORS = st.tuples(UNIT, UNIT, UNIT)
ALIGNMENT = st.builds(
    Alignment, VECTORS, VECTORS, st.sampled_from(CalibrationSource), st.none() | FINITE
)
INPUTS: st.SearchStrategy[Input] = st.one_of(
    st.builds(LinkChanged, NS, IDS, st.sampled_from(LinkState), TEXT),
    st.builds(Connected, NS, IDS, TEXT, TEXT, TEXT),
    RADIO,
    st.builds(ActionFailed, NS, IDS, TEXT, TEXT, TEXT),
    st.builds(Disconnected, NS, IDS, st.booleans(), TEXT),
    st.builds(Tick, NS, IDS),
    st.builds(Stored, NS, IDS, INT64),
    st.builds(RecordingChanged, NS, IDS, st.booleans(), TEXT, TEXT),
    st.builds(
        UserCommand, NS, IDS, st.sampled_from(Command), st.none() | INT64, st.none() | FLOATS
    ),
    st.builds(SettingsChanged, NS, IDS, st.none() | SLOUCH, TEXT, st.none() | INT64),
    st.builds(QuietChanged, NS, IDS, st.none() | st.sampled_from(Silence), TEXT, st.none() | INT64),
    st.builds(ChannelChanged, NS, IDS, TEXT, TEXT),
    st.builds(
        ProfileChanged,
        NS,
        IDS,
        TEXT,
        st.none() | ALIGNMENT,
        st.none() | SLOUCH,
        st.none() | INT64,
    ),
)
HEADERS = st.builds(
    RecordingHeader,
    st.just(FORMAT_VERSION),
    TEXT,
    TEXT,
    TEXT,
    st.builds(
        SessionSettings,
        SLOUCH,
        st.builds(BreakSettings, due_after_s=FINITE, most_reminders=st.integers(0, 9)),
        forward_axis=st.none() | st.sampled_from(ForwardAxis),
        stored_alignment=st.none() | ALIGNMENT,
        stored_for=st.none() | TEXT,
        rate_mhz=st.integers(1, 2**32),
        profile=TEXT,
        coaching=st.builds(
            CoachingSettings,
            st.integers(0, 9),
            st.integers(0, 99),
            st.none() | FINITE,
            st.none() | FINITE,
        ),
    ),
    st.lists(st.tuples(INT64, st.integers(-90_000, 90_000)), max_size=3).map(tuple),
)


def through_message(item: Input) -> Input | None:
    key, payload = encode_input(item)
    parsed = parse_topic(key.topic)
    assert parsed == key
    return decode_input(parsed, item.host_ns, payload)


def test_the_strategies_leave_no_input_out() -> None:
    assert set(get_args(Input)) == {
        LinkChanged, Connected, Notification, ValueRead, ActionFailed, Disconnected, Tick,
        Stored, RecordingChanged, UserCommand, SettingsChanged, QuietChanged, ProfileChanged,
        ChannelChanged,
    }  # fmt: skip


@given(INPUTS)
def test_an_input_comes_back_as_it_was(item: Input) -> None:
    back = through_message(item)
    assert back == item
    assert type(back) is type(item)


@given(RADIO)
def test_radio_bytes_are_stored_untouched(item: Notification | ValueRead) -> None:
    key, payload = encode_input(item)
    assert payload == item.data
    assert key.encoding == "gatt"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 5e-324, 0.1 + 0.2])
def test_odd_numbers_come_back(value: float) -> None:
    back = through_message(UserCommand(1, "s1", Command.SNOOZE, 2, value))
    assert isinstance(back, UserCommand)
    assert repr(back.value) == repr(value)


def test_half_surrogates_become_question_marks() -> None:
    key, payload = encode_input(RecordingChanged(1, "s\udc80", True, "caf\udce9.mcap", ""))
    parsed = parse_topic(key.topic)
    assert parsed is not None
    assert decode_input(parsed, 1, payload) == RecordingChanged(1, "s?", True, "caf?.mcap", "")


@pytest.mark.parametrize(
    "item",
    [Tick(-1), Tick(2**64), Notification(0, "s1", "u", bytes(MAX_PAYLOAD_BYTES + 1))],
)
def test_what_no_message_can_hold_is_refused(item: Input) -> None:
    with pytest.raises(ValueError, match=r"64 bits|payload"):
        encode_input(item)


@given(IDS, st.sampled_from(Kind), IDS)
def test_a_topic_is_reversible(sensor_id: str, kind: Kind, characteristic: str) -> None:
    key = ChannelKey(sensor_id, kind, "" if kind is Kind.EVENTS else characteristic)
    assert parse_topic(key.topic) == key
    assert key.topic.isascii()


@given(st.text())
def test_any_topic_is_parsed_or_left_alone(topic: str) -> None:
    key = parse_topic(topic)
    assert key is None or key.kind in Kind


@given(NS, st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_random_events_never_raise(host_ns: int, payload: bytes) -> None:
    assert decode_input(ChannelKey("s1", Kind.EVENTS), host_ns, payload) is None


@pytest.mark.parametrize(
    "payload",
    [
        b'{"type":"tock"}',
        b'{"type":"link_changed","state":"warp","reason":""}',
        b'{"type":"connected"}',
        b'{"type":"stored","inputs":"many"}',
        b'{"type":["tick"]}',
        b"[" * 200_000,
        b'{"type":"tick","deep":' + b"[" * 100_000,
        b'{"type":"tick","n":1e999}',
        b"\xff\xfe",
        b"",
        b"null",
    ],
)
def test_events_of_the_future_and_nonsense_are_left_out(payload: bytes) -> None:
    assert decode_input(ChannelKey("s1", Kind.EVENTS), 5, payload) is None


def test_keys_of_the_future_are_ignored() -> None:
    payload = b'{"type":"tick","mood":"good"}'
    assert decode_input(ChannelKey("host", Kind.EVENTS), 5, payload) == Tick(5)


def test_an_event_can_not_lie_about_its_sensor() -> None:
    payload = b'{"type":"tick","sensor_id":"other","host_ns":9}'
    assert decode_input(ChannelKey("host", Kind.EVENTS), 5, payload) == Tick(5)


@given(HEADERS)
def test_a_header_comes_back_as_it_was(header: RecordingHeader) -> None:
    assert decode_header(encode_header(header)) == header


@settings(max_examples=30)
@given(HEADERS, st.lists(INPUTS, max_size=40), st.lists(st.booleans(), max_size=40))
def test_a_recording_comes_back_as_it_was(
    header: RecordingHeader, items: list[Input], syncs: list[bool]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mcap"
        writer = RecordingWriter(path, header)
        for item, sync in zip(items, syncs + [False] * len(items), strict=False):
            writer.write(item)
            if sync:
                assert writer.sync() is None
        writer.close()
        assert writer.sync() is None
        assert writer.durable_inputs == len(items)
        recording = open_recording(path)
        assert recording.header == replace(header)
        assert list(recording) == items
        assert (recording.notice, recording.skipped) == (None, 0)
        assert list(recording) == items
