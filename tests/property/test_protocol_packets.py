"""What holds for any bytes and any values of the protocol."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.advertising import ServiceData, ad_structures, find_service_data
from firmware_protocol.commands import Reply, ReplyAssembler, Request
from firmware_protocol.errors import RemoteKind, RemoteProtocolError
from firmware_protocol.haptic import Haptic
from firmware_protocol.ids import NO_INDEX, MotionFlag, MotionFormat
from firmware_protocol.motion import ROW_BYTES
from firmware_protocol.packets import Info, MotionPacket, Status
from firmware_protocol.parameters import (
    Available,
    Position,
    StartAnswer,
    StartRequest,
    StopAnswer,
)
from firmware_protocol.peripheral import PeripheralConfig
from firmware_protocol.quantise import quantise

U8 = st.integers(0, 0xFF)
U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
NIBBLE = st.integers(0, 15)

READERS: dict[str, Callable[[bytes], object]] = {
    "motion": MotionPacket.unpack,
    "status": Status.unpack,
    "info": Info.unpack,
    "service_data": ServiceData.unpack,
    "scan_response": find_service_data,
    "structures": lambda data: tuple(ad_structures(data)),
    "request": Request.unpack,
    "reply": lambda data: ReplyAssembler().feed(data),
    "start_request": StartRequest.unpack,
    "start_answer": StartAnswer.unpack,
    "stop_answer": StopAnswer.unpack,
    "position": Position.unpack,
    "available": Available.unpack,
    "haptic": Haptic.unpack,
}

KINDS = {None, *get_args(RemoteKind)}

INFO = PeripheralConfig("TP-1", "0.1", 0x3F9A, 7, (50_000, 104_000)).info.pack()


def refusal(reader: Callable[[bytes], object], data: bytes) -> str | None:
    """The kind of the refusal, None if the bytes were understood."""
    try:
        reader(data)
    except RemoteProtocolError as error:
        return error.kind
    return None


@st.composite
def motion_packets(draw: st.DrawFn) -> MotionPacket:
    motion_format = draw(st.sampled_from(sorted(ROW_BYTES)))
    count = draw(st.integers(1, 41))
    size = ROW_BYTES[motion_format] * count
    return MotionPacket(
        epoch=draw(U8),
        index=draw(st.integers(0, NO_INDEX - count)),
        ticks=draw(st.none() | U32),
        accel_exp=draw(NIBBLE),
        gyro_exp=draw(NIBBLE),
        format=motion_format,
        flags=MotionFlag(draw(U8)),
        rows=draw(st.binary(min_size=size, max_size=size)),
    )


@pytest.mark.parametrize("packet", READERS)
@given(data=st.binary(max_size=80))
def test_any_bytes_are_understood_or_refused_by_kind(packet: str, data: bytes) -> None:
    assert refusal(READERS[packet], data) in KINDS


@given(data=st.data(), start=st.sampled_from([b"\x20", b"\x21", b"\x30", b"\x31"]))
def test_any_bytes_after_a_good_start_are_understood_or_refused(
    data: st.DataObject, start: bytes
) -> None:
    body = data.draw(st.binary(max_size=64))
    kind = refusal(MotionPacket.unpack, start + body)
    assert kind in {None, "length", "index"}
    if kind is None:
        assert MotionPacket.unpack(start + body).pack() == start + body


@given(position=st.integers(0, len(INFO) - 1), value=U8)
def test_a_damaged_byte_of_info_is_understood_or_refused(position: int, value: int) -> None:
    damaged = INFO[:position] + bytes((value,)) + INFO[position + 1 :]
    kind = refusal(lambda data: Info.unpack(data).pack(), damaged)
    assert kind in {None, "length", "missing", "value", "version"}


@given(packet=motion_packets())
def test_motion_packets_come_back_as_they_went(packet: MotionPacket) -> None:
    assert MotionPacket.unpack(packet.pack()) == packet


@given(packet=motion_packets(), surplus=st.binary(min_size=1, max_size=5))
def test_a_remainder_is_always_refused(packet: MotionPacket, surplus: bytes) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        MotionPacket.unpack(packet.pack() + surplus)
    assert caught.value.kind == "length"


@given(data=st.binary(min_size=20, max_size=20), surplus=st.binary(max_size=8))
def test_status_ignores_what_later_versions_add(data: bytes, surplus: bytes) -> None:
    ours = bytes((0x20 | data[0] & 0x1F,)) + data[1:]
    status = Status.unpack(ours)
    assert Status.unpack(ours + surplus) == status
    assert Status.unpack(status.pack()) == status


@given(op=U8, token=U8, result=U8, parameters=st.binary(max_size=512), att_mtu=st.integers(23, 600))
def test_answers_join_at_any_mtu(
    op: int, token: int, result: int, parameters: bytes, att_mtu: int
) -> None:
    reply = Reply(op, token, result, parameters)
    parts = reply.pack(att_mtu)
    assembler = ReplyAssembler()
    assert [assembler.feed(part) for part in parts[:-1]] == [None] * (len(parts) - 1)
    assert assembler.feed(parts[-1]) == reply
    assert all(len(part) == min(att_mtu - 3, 512) for part in parts[:-1])
    assert len(parts[-1]) <= att_mtu - 3


@given(
    st.builds(
        StartRequest, format=U8, rate_mhz=U32, accel_exp=NIBBLE, gyro_exp=NIBBLE, max_batch=U8
    )
)
def test_start_comes_back_as_it_went(wanted: StartRequest) -> None:
    assert StartRequest.unpack(wanted.pack()) == wanted


@given(
    model=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=32),
    short_id=U16,
    boot_id=U32,
    rates_mhz=st.sets(st.integers(1, 2**32 - 1), min_size=1, max_size=63),
    range_mg=st.integers(1, 2**32 - 1),
    buffer_samples=st.just(0) | st.integers(128, 2**32 // 12),
    encrypted=st.booleans(),
)
def test_info_comes_back_as_it_went(
    model: str,
    short_id: int,
    boot_id: int,
    rates_mhz: set[int],
    range_mg: int,
    buffer_samples: int,
    encrypted: bool,
) -> None:
    info = PeripheralConfig(
        model=model,
        firmware="1",
        short_id=short_id,
        boot_id=boot_id,
        rates_mhz=tuple(rates_mhz),
        accel_range_g=range_mg / 1000,
        buffer_samples=buffer_samples,
        encrypted=encrypted,
    ).info
    assert Info.unpack(info.pack()) == info


@given(value=st.floats(allow_nan=False, allow_infinity=False), exponent=NIBBLE)
def test_rounding_is_to_the_nearest_raw_value_and_to_even_between(
    value: float, exponent: int
) -> None:
    exact = Fraction(value) * 2**exponent
    raw = quantise(value, exponent)
    if -32768 <= exact <= 32767:
        assert abs(raw - exact) <= Fraction(1, 2)
        assert raw % 2 == 0 or abs(raw - exact) < Fraction(1, 2)
    else:
        assert raw == (32767 if exact > 0 else -32768)


@given(data=st.binary(min_size=8, max_size=24), major=st.integers(0, 7))
def test_another_major_version_is_always_told_as_such(data: bytes, major: int) -> None:
    other = bytes((major << 5 | data[0] & 0x1F,)) + data[1:]
    for reader in (MotionPacket.unpack, Status.unpack, ServiceData.unpack):
        if major == 1:
            continue
        with pytest.raises(RemoteProtocolError) as caught:
            reader(other)
        assert caught.value.kind == "version"


def test_formats_that_are_built_are_the_two_of_this_version() -> None:
    assert set(ROW_BYTES) == {MotionFormat.GYRO_ACCEL, MotionFormat.ACCEL}
