"""Inputs to and from the messages of a recording.

Bytes of the radio are stored exactly as they came, one topic for each sensor, kind and
characteristic; everything else is JSON on the sensor's `events` topic. The time of arrival is
the message's log time and the sensor's id is part of the topic, so neither is stored twice.
The format in words: docs/recording-format.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote, unquote

import msgspec

from sensorapp.model.inputs import (
    ActionFailed,
    ChannelChanged,
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

MAX_PAYLOAD_BYTES = 1024 * 1024
"""Largest payload of a message; a GATT value has 512 bytes at most (Bluetooth Core, vol. 3 F)."""

_MAX_LOG_TIME = 2**64 - 1
_TOPIC_SAFE = ":-._~"
_TOPICS_REMEMBERED = 256
"""A recording has a handful; more would come from a hostile file only."""
_NON_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_NOT_IN_JSON = frozenset({"host_ns", "sensor_id"})

_Event = (
    LinkChanged
    | Connected
    | ActionFailed
    | Disconnected
    | Tick
    | Stored
    | RecordingChanged
    | UserCommand
    | SettingsChanged
    | QuietChanged
    | ChannelChanged
    | ProfileChanged
)

_EVENTS: Mapping[str, type[_Event]] = {
    "link_changed": LinkChanged,
    "connected": Connected,
    "action_failed": ActionFailed,
    "disconnected": Disconnected,
    "tick": Tick,
    "stored": Stored,
    "recording_changed": RecordingChanged,
    "user_command": UserCommand,
    "settings_changed": SettingsChanged,
    "quiet_changed": QuietChanged,
    "channel_changed": ChannelChanged,
    "profile_changed": ProfileChanged,
}
_EVENT_NAMES: Mapping[type, str] = {kind: name for name, kind in _EVENTS.items()}


class Kind(StrEnum):
    """What the messages of a topic are; the second part of its name."""

    NOTIFY = "notify"
    READ = "read"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class ChannelKey:
    """A topic taken apart; `characteristic` is empty for events."""

    sensor_id: str
    kind: Kind
    characteristic: str = ""

    @property
    def topic(self) -> str:
        """`/<sensor_id>/<kind>[/<characteristic>]`, the variable parts percent-encoded."""
        return _topic_of(self)

    @property
    def encoding(self) -> str:
        """The message encoding as MCAP names it: `gatt` is ours for untouched radio bytes."""
        return "json" if self.kind is Kind.EVENTS else "gatt"


@lru_cache(maxsize=_TOPICS_REMEMBERED)
def parse_topic(topic: str) -> ChannelKey | None:
    """The key of a topic, None if it is none that this version knows."""
    match topic.split("/"):
        case ["", sensor_id, "events"]:
            return ChannelKey(unquote(sensor_id), Kind.EVENTS)
        case ["", sensor_id, "notify" | "read" as kind, characteristic]:
            return ChannelKey(unquote(sensor_id), Kind(kind), unquote(characteristic))
        case _:
            return None


def encode_input(item: Input) -> tuple[ChannelKey, bytes]:
    """Topic and payload of an input; its `host_ns` is to be the log time.

    Half surrogates in text, which UTF-8 can't hold, are stored as `?`. Raises ValueError for
    what no message can hold: a time outside of 64 bits, a payload beyond MAX_PAYLOAD_BYTES.
    """
    if not 0 <= item.host_ns <= _MAX_LOG_TIME:
        raise ValueError(f"host_ns {item.host_ns} does not fit into 64 bits")
    if isinstance(item, Notification):
        key, payload = ChannelKey(item.sensor_id, Kind.NOTIFY, item.channel), bytes(item.data)
    elif isinstance(item, ValueRead):
        key, payload = ChannelKey(item.sensor_id, Kind.READ, item.channel), bytes(item.data)
    else:
        key, payload = ChannelKey(item.sensor_id, Kind.EVENTS), _event_json(item)
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError(f"a payload of {len(payload)} bytes is no input")
    return key, payload


def decode_input(key: ChannelKey, host_ns: int, payload: bytes) -> Input | None:
    """The input that `encode_input` stored, None for an event that this version can't read."""
    if key.kind is Kind.NOTIFY:
        return Notification(host_ns, key.sensor_id, key.characteristic, payload)
    if key.kind is Kind.READ:
        return ValueRead(host_ns, key.sensor_id, key.characteristic, payload)
    try:
        stored = msgspec.json.decode(payload, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    kind = _EVENTS.get(str(stored.get("type")))
    if kind is None:
        return None
    named = {name: _from_json(name, value) for name, value in stored.items()}
    try:
        return msgspec.convert(named | {"host_ns": host_ns, "sensor_id": key.sensor_id}, kind)
    except msgspec.ValidationError:
        return None


def _event_json(item: _Event) -> bytes:
    stored: dict[str, object] = {"type": _EVENT_NAMES[type(item)]}
    for field in fields(item):
        if field.name not in _NOT_IN_JSON:
            stored[field.name] = _to_json(getattr(item, field.name))
    return msgspec.json.encode(stored)


def _to_json(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)  # JSON has no such numbers, and null means that there is none
    return value


def _from_json(name: str, value: object) -> object:
    if name == "value" and isinstance(value, str):
        return _NON_FINITE.get(value, value)
    return value


@lru_cache(maxsize=_TOPICS_REMEMBERED)
def _topic_of(key: ChannelKey) -> str:
    parts = [_quoted(key.sensor_id), key.kind.value]
    if key.kind is not Kind.EVENTS:
        parts.append(_quoted(key.characteristic))
    return "/" + "/".join(parts)


def _quoted(part: str) -> str:
    return quote(part, safe=_TOPIC_SAFE, errors="replace")
