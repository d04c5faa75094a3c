"""Answers in parts, quantisation, our own misuse, and that numbers are stated once."""

from __future__ import annotations

import struct
import subprocess
import sys

import pytest

from firmware_protocol import generate_ids, ids
from firmware_protocol.advertising import ServiceData, advertisement, sensor_name
from firmware_protocol.commands import Reply, ReplyAssembler, Request
from firmware_protocol.errors import LocalProtocolError, ProtocolError, RemoteProtocolError
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import MotionFlag, MotionFormat, Op, Result, ScanFlag, StatusFlag
from firmware_protocol.motion import MotionPacket, samples_that_fit
from firmware_protocol.parameters import Position, StartRequest
from firmware_protocol.quantise import clip_threshold, dequantise, pack_row, quantise
from firmware_protocol.status import Status


def test_generated_files_are_up_to_date() -> None:
    assert generate_ids.main(["--check"]) == 0


def test_stale_files_are_noticed() -> None:
    changed = generate_ids.load()
    changed["enum"][0]["members"][0] = (9, "OTHER", "another number")
    assert generate_ids.render_ids(changed) not in generate_ids.generated().values()


def test_numbers_and_bits_are_used_once() -> None:
    for enum in generate_ids.load()["enum"]:
        values = [value for value, _, _ in enum["members"]]
        assert len(values) == len(set(values)), enum["name"]
        assert len(getattr(ids, enum["name"])) == len(values)


@pytest.mark.parametrize(
    ("layout", "size"),
    [
        (ids.MOTION_HEADER_LAYOUT, 8),
        (ids.TICKS_LAYOUT, 4),
        (ids.STATUS_LAYOUT, 20),
        (ids.SERVICE_DATA_LAYOUT, 6),
        (ids.START_REQUEST_LAYOUT, 8),
        (ids.START_ANSWER_LAYOUT, 13),
        (ids.POSITION_LAYOUT, 5),
        (ids.AVAILABLE_LAYOUT, 8),
        (ids.STOP_ANSWER_LAYOUT, 4),
    ],
)
def test_layouts_are_packed_without_padding(layout: str, size: int) -> None:
    assert struct.calcsize(layout) == size


def test_importing_the_sensor_loads_no_clock_and_no_input_or_output() -> None:
    code = (
        "import sys; before = set(sys.modules); import firmware_protocol.peripheral;"
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "firmware_protocol.peripheral" in loaded
    assert not {"asyncio", "logging", "pathlib", "random", "socket", "threading"} & set(loaded)
    assert "firmware_protocol.generate_ids" not in loaded


def test_both_kinds_of_error_have_one_root() -> None:
    assert issubclass(LocalProtocolError, ProtocolError)
    assert issubclass(RemoteProtocolError, ProtocolError)
    assert not issubclass(LocalProtocolError, RemoteProtocolError)


def test_time_sync_answer_takes_two_indications_at_the_smallest_mtu() -> None:
    parts = Reply(Op.TIME_SYNC, 1, Result.OK, bytes(range(24))).pack(23)
    assert [part[0] for part in parts] == [0x81, 0x80]
    assert [len(part) for part in parts] == [20, 12]


def test_an_answer_that_fits_exactly_is_one_indication() -> None:
    assert [part[0] for part in Reply(1, 1, 0, bytes(16)).pack(23)] == [0x80]
    assert [part[0] for part in Reply(1, 1, 0, bytes(17)).pack(23)] == [0x81, 0x80]


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        ("800142" + "00", "sequence"),
        ("800241" + "00", "sequence"),
        ("800141" + "01", "sequence"),
        ("02410000", "head"),
        ("8001", "length"),
    ],
)
def test_a_part_that_continues_nothing_ends_the_answer(second: str, kind: str) -> None:
    assembler = ReplyAssembler()
    assert assembler.feed(bytes.fromhex("81014100aa")) is None
    with pytest.raises(RemoteProtocolError) as caught:
        assembler.feed(bytes.fromhex(second))
    assert caught.value.kind == kind
    assert assembler.feed(bytes.fromhex("80014100bb")) == Reply(1, 0x41, 0, b"\xbb")


def test_an_answer_without_end_is_cut_off() -> None:
    assembler = ReplyAssembler()
    part = b"\x81\x01\x41\x00" + bytes(256)
    assert assembler.feed(part) is None
    assert assembler.feed(part) is None
    with pytest.raises(RemoteProtocolError) as caught:
        assembler.feed(b"\x81\x01\x41\x00\x00")
    assert caught.value.kind == "length"


@pytest.mark.parametrize(
    ("value", "exponent", "raw"),
    [
        (0.0, 12, 0),
        (1.0, 12, 4096),
        (-1.0, 13, -8192),
        (0.5, 0, 0),
        (1.5, 0, 2),
        (2.5, 0, 2),
        (-0.5, 0, 0),
        (-1.5, 0, -2),
        (7.9999, 12, 32767),
        (8.0, 12, 32767),
        (-8.0, 12, -32768),
        (-1e300, 15, -32768),
    ],
)
def test_rounding_goes_to_even_and_stays_in_range(value: float, exponent: int, raw: int) -> None:
    assert quantise(value, exponent) == raw


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_has_no_raw_value(value: float) -> None:
    with pytest.raises(LocalProtocolError):
        quantise(value, 12)


def test_raw_values_are_exact() -> None:
    assert dequantise(-32768, 15) == -1.0
    assert dequantise(5, 6) == 0.078125


@pytest.mark.parametrize(
    ("range_value", "exponent", "raw"), [(8.0, 12, 32767), (2000.0, 4, 32000), (4.0, 12, 16384)]
)
def test_clipping_begins_at_the_range_or_the_end_of_int16(
    range_value: float, exponent: int, raw: int
) -> None:
    assert clip_threshold(range_value, exponent) == raw


def test_a_row_is_gyroscope_then_accelerometer() -> None:
    packed = pack_row((1.0, -0.5, 0.078125), (0.0, -1.0, 2.0), gyro_exp=6, accel_exp=13)
    assert struct.unpack("<6h", packed) == (64, -32, 5, 0, -8192, 16384)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epoch", 256),
        ("index", 0xFFFFFFFF),
        ("ticks", -1),
        ("ticks", 2**32),
        ("accel_exp", 16),
        ("gyro_exp", -1),
        ("format", MotionFormat.ANGLES),
        ("rows", b""),
        ("rows", bytes(13)),
        ("flags", 256),
    ],
)
def test_a_packet_that_does_not_fit_is_our_mistake(field: str, value: object) -> None:
    fields: dict[str, object] = {
        "epoch": 0,
        "index": 0,
        "ticks": 0,
        "accel_exp": 12,
        "gyro_exp": 4,
        "format": MotionFormat.GYRO_ACCEL,
        "flags": MotionFlag(0),
        "rows": bytes(12),
    }
    assert len(MotionPacket(**fields).pack()) == 24  # type: ignore[arg-type]  # built from a table
    with pytest.raises(LocalProtocolError):
        MotionPacket(**(fields | {field: value})).pack()  # type: ignore[arg-type]  # likewise


def test_other_misuse_is_told() -> None:
    with pytest.raises(LocalProtocolError):
        samples_that_fit(22, MotionFormat.ACCEL)
    with pytest.raises(LocalProtocolError):
        Request(0x80, 0).pack()
    with pytest.raises(LocalProtocolError):
        Request(1, 256).pack()
    with pytest.raises(LocalProtocolError):
        Reply(1, 1, 0, bytes(513)).pack()
    with pytest.raises(LocalProtocolError):
        Reply(1, 1, 0).pack(22)
    with pytest.raises(LocalProtocolError):
        StartRequest(0, 50_000, 16, 0).pack()
    with pytest.raises(LocalProtocolError):
        StartRequest(0, 2**32, 12, 4).pack()
    with pytest.raises(LocalProtocolError):
        Position(0, -1).pack()
    with pytest.raises(LocalProtocolError):
        Status(0, StatusFlag(0), 256, None, 0, None, 0, 0).pack()
    with pytest.raises(LocalProtocolError):
        ServiceData(ScanFlag(0), None, 0x10000, 0).pack()
    with pytest.raises(LocalProtocolError):
        advertisement("a name too long")
    with pytest.raises(LocalProtocolError):
        sensor_name(-1)


@pytest.mark.parametrize(
    "buzz",
    [
        Haptic(101),
        Haptic(50, pattern=255),
        Haptic(50, repeats=256),
        Haptic(50, pulses_ms=((15, 0),)),
        Haptic(50, pulses_ms=((2560, 0),)),
        Haptic(50, pulses_ms=((10, 10),) * 9),
        Haptic(50, pulses_ms=((2000, 550),) * 4),
        Haptic(50, pattern=1, pulses_ms=((10, 10),)),
    ],
)
def test_the_motor_is_asked_for_nothing_it_must_not_do(buzz: Haptic) -> None:
    with pytest.raises(LocalProtocolError):
        buzz.pack()
