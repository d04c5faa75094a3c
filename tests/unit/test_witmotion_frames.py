"""WitMotion's bytes: the public examples, frames in any pieces, registers and the battery."""

from __future__ import annotations

import json
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorapp.drivers.witmotion_frames import FRAME_BYTES, FrameSplitter
from sensorapp.drivers.witmotion_registers import (
    RATE_CODES,
    SIX_AXES,
    Register,
    battery_pct,
    command,
    parse_reply,
)

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "witmotion_vectors.json").read_text(encoding="utf-8")
)
FRAME = bytes.fromhex("5561eeff0000040800000000000000006500d430")
REPLY = bytes.fromhex("557164008b010000000000000000000000000000")

_frames = st.tuples(
    st.sampled_from([b"\x55\x61", b"\x55\x71"]), st.binary(min_size=18, max_size=18)
)
STREAM = st.lists(_frames.map(b"".join), min_size=1, max_size=12)


def named(kind: str) -> list[Any]:
    return [pytest.param(each, id=each["id"]) for each in VECTORS[kind]]


def fed(splitter: FrameSplitter, *pieces: bytes) -> tuple[list[bytes], int]:
    frames: list[bytes] = []
    dropped = 0
    for piece in pieces:
        found, lost = splitter.feed(piece)
        frames += found
        dropped += lost
    return frames, dropped


@pytest.mark.parametrize("vector", named("samples"))
def test_public_samples(vector: dict[str, Any]) -> None:
    frames, dropped = FrameSplitter().feed(bytes.fromhex(vector["hex"]))
    assert dropped == vector.get("dropped", 0)
    raw = [list(struct.unpack("<9h", frame[2:])) for frame in frames]
    assert raw == vector["raw"]
    assert [count / 2048 for count in raw[-1][:3]] == pytest.approx(vector["accel_g"], abs=1e-6)
    assert [count * 180 / 32768 for count in raw[-1][6:]] == vector["angle_deg"]
    assert all(parse_reply(frame) is None for frame in frames)


@pytest.mark.parametrize("vector", named("commands"))
def test_public_commands(vector: dict[str, Any]) -> None:
    assert command(vector["register"], vector["value"]).hex() == vector["hex"]


def test_what_is_written_is_among_the_public_commands() -> None:
    public = {vector["does"]: vector["hex"] for vector in VECTORS["commands"]}
    codes = {rate_mhz: code for code, rate_mhz in RATE_CODES.items()}
    assert command(Register.RATE, codes[20_000]).hex() == public["20 Hz"]
    assert command(Register.RATE, codes[200_000]).hex() == public["200 Hz"]
    assert command(Register.ALGORITHM, SIX_AXES).hex() == public["six axes"]


@pytest.mark.parametrize("vector", named("replies"))
def test_public_replies(vector: dict[str, Any]) -> None:
    frames, dropped = FrameSplitter().feed(bytes.fromhex(vector["hex"]))
    assert (len(frames), dropped) == (1, 0)
    reply = parse_reply(frames[0])
    assert reply is not None
    assert reply.register == vector["register"] == Register.BATTERY
    assert reply.words[0] / 100 == vector["volts"]
    assert battery_pct(reply.words[0]) == vector["battery_pct"]


@pytest.mark.parametrize(
    ("centivolts", "charge_pct"),
    [(0, None), (1, 0), (339, 0), (340, 0), (346, 3), (350, 5), (382, 50), (398, 97), (399, 100)],
)
def test_the_battery(centivolts: int, charge_pct: int | None) -> None:
    assert battery_pct(centivolts) == charge_pct


def test_more_voltage_is_never_less_charge() -> None:
    charges = [battery_pct(centivolts) for centivolts in range(1, 700)]
    assert all(a is not None and b is not None and a <= b for a, b in pairwise(charges))
    assert charges[-1] == 100


@given(frames=STREAM, cuts=st.lists(st.integers(0, 240), max_size=20))
def test_cut_anywhere_every_frame_comes_out_once(frames: list[bytes], cuts: list[int]) -> None:
    data = b"".join(frames)
    ends = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    pieces = [data[begin:end] for begin, end in pairwise(ends)]
    assert fed(FrameSplitter(), *pieces) == (frames, 0)


@given(st.lists(st.binary(max_size=513), max_size=8))
def test_of_any_bytes_none_is_lost_sight_of(pieces: list[bytes]) -> None:
    splitter = FrameSplitter()
    frames, dropped = fed(splitter, *pieces)
    left = sum(map(len, pieces)) - FRAME_BYTES * len(frames) - dropped
    assert 0 <= left < FRAME_BYTES
    assert all(frame[:2] in (b"\x55\x61", b"\x55\x71") for frame in frames)


@given(junk=st.binary(max_size=60), frames=STREAM)
def test_after_any_junk_frames_are_found_again(junk: bytes, frames: list[bytes]) -> None:
    splitter = FrameSplitter()
    splitter.feed(junk)
    clean = [FRAME, REPLY] * 2
    found, _ = fed(splitter, *frames, *clean)
    assert found[-2:] == clean[-2:]


def test_half_a_frame_whose_rest_never_comes_costs_no_other_frame() -> None:
    splitter = FrameSplitter()
    assert fed(splitter, FRAME[:7], FRAME, REPLY) == ([FRAME, REPLY], 7)


def test_the_tail_of_a_frame_is_junk() -> None:
    assert fed(FrameSplitter(), FRAME[9:], FRAME) == ([FRAME], 11)
    assert fed(FrameSplitter(), FRAME + FRAME[9:] + FRAME) == ([FRAME, FRAME], 11)
