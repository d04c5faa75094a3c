"""The golden bytes of the protocol, valid and refused, each read and written again."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum, Flag
from math import ldexp
from pathlib import Path
from typing import TypedDict

import pytest

from firmware_protocol.advertising import (
    ServiceData,
    ad_structures,
    advertisement,
    find_service_data,
    scan_response,
)
from firmware_protocol.clock_parameters import TimeSyncAnswer, TimeSyncRequest, UnixTime
from firmware_protocol.commands import Reply, ReplyAssembler, Request
from firmware_protocol.device_parameters import LocalAlert, Tare
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.haptic import Haptic
from firmware_protocol.packets import Info, MotionPacket, Status
from firmware_protocol.parameters import (
    Available,
    BackfillRequest,
    BackfillSent,
    Position,
    StartAnswer,
    StartRequest,
    StopAnswer,
)

VECTORS = Path(__file__).parents[2] / "firmware_protocol" / "vectors" / "packets.json"

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class _Named(TypedDict):
    name: str
    packet: str
    hex: str


class Vector(_Named, total=False):
    fields: dict[str, Json]
    refused: str
    canonical: bool


def vectors() -> list[Vector]:
    loaded: list[Vector] = json.loads(VECTORS.read_text("utf-8"))["vectors"]
    return loaded


def some(refused: bool) -> list[object]:
    return [
        pytest.param(vector, id=f"{vector['packet']}: {vector['name']}")
        for vector in vectors()
        if ("refused" in vector) is refused
    ]


def plain(value: object) -> Json:
    """A value as the vectors write it: enums by name, bytes in hexadecimal, tuples as lists."""
    match value:
        case Flag():
            return [str(member.name) for member in type(value) if member in value]
        case Enum():
            return str(value.name)
        case bytes():
            return value.hex()
        case tuple():
            return [plain(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
    raise AssertionError(f"no plain form of {value!r}")


def as_fields(value: object) -> dict[str, Json]:
    assert is_dataclass(value)
    return {field.name: plain(getattr(value, field.name)) for field in fields(value)}


def motion_fields(packet: MotionPacket, wanted: list[int]) -> dict[str, Json]:
    shown = as_fields(packet)
    del shown["rows"]
    size = len(packet.rows) // packet.count
    samples: dict[str, Json] = {}
    for row in wanted:
        raw = struct.unpack_from(f"<{size // 2}h", packet.rows, row * size)
        gyro = [ldexp(value, -packet.gyro_exp) for value in raw[:-3]]
        accel = [ldexp(value, -packet.accel_exp) for value in raw[-3:]]
        samples[str(row)] = [*gyro, *accel]
    return shown | {"worn": packet.worn, "count": packet.count, "samples": samples}


def read_reply(data: bytes) -> Reply:
    reply = ReplyAssembler().feed(data)
    assert reply is not None
    return reply


def read_scan_response(data: bytes) -> ServiceData:
    found = find_service_data(data)
    assert found is not None
    return found


def read_advertisement(data: bytes) -> dict[int, bytes]:
    return dict(ad_structures(data))


READ: dict[str, Callable[[bytes], object]] = {
    "motion": MotionPacket.unpack,
    "status": Status.unpack,
    "info": Info.unpack,
    "service_data": ServiceData.unpack,
    "scan_response": read_scan_response,
    "advertisement": read_advertisement,
    "request": Request.unpack,
    "unix_time": UnixTime.unpack,
    "tare": Tare.unpack,
    "local_alert": LocalAlert.unpack,
    "reply": read_reply,
    "start_request": StartRequest.unpack,
    "start_answer": StartAnswer.unpack,
    "stop_answer": StopAnswer.unpack,
    "position": Position.unpack,
    "available": Available.unpack,
    "haptic": Haptic.unpack,
    "backfill_request": BackfillRequest.unpack,
    "backfill_sent": BackfillSent.unpack,
    "time_sync_request": TimeSyncRequest.unpack,
    "time_sync_answer": TimeSyncAnswer.unpack,
}


def shown_fields(value: object, wanted: dict[str, Json]) -> dict[str, Json]:
    match value:
        case MotionPacket():
            samples = wanted["samples"]
            assert isinstance(samples, dict)
            return motion_fields(value, [int(row) for row in samples])
        case Status():
            return as_fields(value) | {"worn": value.worn}
        case Available():
            return as_fields(value) | {"lost_from_1020": value.lost_from(1020)}
        case dict():
            structures: dict[str, Json] = {str(kind): data.hex() for kind, data in value.items()}
            return {"structures": structures, "name": value[9].decode("ascii")}
    return as_fields(value)


def written(packet: str, value: object) -> bytes:
    match value:
        case Reply():
            (only,) = value.pack()
            return only
        case dict():
            return advertisement(value[9].decode("ascii"))
        case ServiceData():
            return scan_response(value) if packet == "scan_response" else value.pack()
        case MotionPacket() | Status() | Info() | Request() | StartRequest() | StartAnswer():
            return value.pack()
        case (
            StopAnswer() | Position() | Available() | Haptic() | BackfillRequest() | BackfillSent()
        ):
            return value.pack()
        case TimeSyncRequest() | TimeSyncAnswer() | UnixTime() | Tare() | LocalAlert():
            return value.pack()
    raise AssertionError(f"nothing writes {value!r}")


@pytest.mark.parametrize("vector", some(refused=False))
def test_valid_bytes_mean_what_they_should(vector: Vector) -> None:
    value = READ[vector["packet"]](bytes.fromhex(vector["hex"]))
    assert shown_fields(value, vector["fields"]) == vector["fields"]


@pytest.mark.parametrize("vector", some(refused=False))
def test_valid_bytes_are_written_as_they_were_read(vector: Vector) -> None:
    data = bytes.fromhex(vector["hex"])
    again = written(vector["packet"], READ[vector["packet"]](data))
    assert (again == data) is vector.get("canonical", True)
    assert written(vector["packet"], READ[vector["packet"]](again)) == again


@pytest.mark.parametrize("vector", some(refused=True))
def test_invalid_bytes_are_refused_by_kind(vector: Vector) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        READ[vector["packet"]](bytes.fromhex(vector["hex"]))
    assert caught.value.kind == vector["refused"]


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["name"])
@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_any_bytes_like_object_reads_the_same(
    vector: Vector, kind: Callable[[bytes], bytes]
) -> None:
    data = bytes.fromhex(vector["hex"])
    if "refused" in vector:
        with pytest.raises(RemoteProtocolError):
            READ[vector["packet"]](kind(data))
    else:
        assert READ[vector["packet"]](kind(data)) == READ[vector["packet"]](data)


def test_every_packet_has_valid_and_refused_examples() -> None:
    valid = {vector["packet"] for vector in vectors() if "fields" in vector}
    refused = {vector["packet"] for vector in vectors() if "refused" in vector}
    assert valid == set(READ)
    assert refused == set(READ) - {"advertisement"}
