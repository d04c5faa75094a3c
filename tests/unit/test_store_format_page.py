"""The page on the format says all that a reader of recordings has to know."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from sensorapp.model.device import LinkState
from sensorapp.model.inputs import Command, Input, Notification, ValueRead
from sensorapp.model.recording import (
    FORMAT_VERSION,
    RecordingHeader,
    least_version,
)
from sensorapp.model.settings import CoachingSettings, SessionSettings, SlouchSettings
from sensorapp.store.header import decode_header, encode_header
from sensorapp.store.mcap_builder import RESTART_CHUNKS
from sensorapp.store.mcap_chunk import MAX_CHUNK_BYTES
from sensorapp.store.recording_writer import CHUNK_BYTES

PAGE = Path(__file__).parents[2] / "docs" / "recording-format.md"


@pytest.fixture(scope="module")
def page() -> str:
    if not PAGE.exists():
        pytest.skip("docs/ is not part of this installation")
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [Command, LinkState])
def test_every_word_is_listed(page: str, words: type[StrEnum]) -> None:
    assert [word.value for word in words if f"`{word.value}`" not in page] == []


def test_every_event_and_its_keys_are_listed(page: str) -> None:
    for kind in get_args(Input):
        if kind in (Notification, ValueRead):
            continue
        name = re.sub(r"(?<=.)([A-Z])", r"_\1", kind.__name__).lower()
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        keys = set(kind.__dataclass_fields__) - {"host_ns", "sensor_id"}
        assert [key for key in keys if f"`{key}`" not in row] == []


def test_the_header_on_the_page_is_a_header(page: str) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    header = decode_header(example.encode())
    assert json.loads(encode_header(header)) == json.loads(example)


def test_the_numbers_are_those_of_the_program(page: str) -> None:
    assert f"version {FORMAT_VERSION}" in page.splitlines()[0]
    assert f"at most {MAX_CHUNK_BYTES >> 20} MiB unpacked, ours {CHUNK_BYTES >> 10} KiB" in page
    assert f"every {RESTART_CHUNKS}th" in page


def test_a_header_from_before_a_key_means_what_the_program_did_then(page: str) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    old = json.loads(example)
    del old["settings"]["slouch"]["slouch_share"]
    assert decode_header(json.dumps(old).encode()) == decode_header(example.encode())


@pytest.mark.parametrize(
    ("share", "left_s", "version"), [(0.5, None, 1), (0.35, None, 2), (0.5, 0.0, 3), (0.35, 9.0, 3)]
)
def test_only_what_older_readers_would_get_wrong_has_the_newer_version(
    share: float, left_s: float | None, version: int
) -> None:
    coaching = CoachingSettings(training_left_s=left_s)
    settings = SessionSettings(SlouchSettings(slouch_share=share), coaching=coaching)
    header = RecordingHeader(least_version(settings), "0", "2026-11-23T04:35:12Z", "live", settings)
    assert header.format_version == version
    assert decode_header(encode_header(header)) == header
