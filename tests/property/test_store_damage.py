"""Whatever is done to a recording's bytes, each chunk that is still in it is read as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import Input
from sensorapp.store.recording_reader import open_recording
from tests.unit.damage import chunks_of
from tests.unit.store_samples import HEADER, session_inputs, write_recording

ITEMS = session_inputs(8, payload_bytes=20)
Edit = tuple[float, int, bytes]
EDITS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 300), st.binary(max_size=80)),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, list[int]]:
    path = tmp_path_factory.mktemp("whole") / "a.mcap"
    sizes = write_recording(path, ITEMS)
    return path, path.read_bytes(), sizes


def edited(data: bytes, edits: list[Edit]) -> bytes:
    """Each edit takes out some bytes at its place, a share of the length, and puts in others."""
    for share, out, put in edits:
        at = int(share * len(data))
        data = data[:at] + put + data[at + out :]
    return data


@settings(max_examples=300)
@given(edits=EDITS)
@example(edits=[(0.5, 46, bytes(2))])  # 44 bytes less: the chunk ends within the next one
@example(edits=[(0.125, 46, bytes(2))])
def test_every_chunk_that_is_left_is_read(
    whole: tuple[Path, bytes, list[int]], edits: list[Edit]
) -> None:
    path, data, sizes = whole
    spoiled = edited(data, edits)
    path.write_bytes(spoiled)
    starts = chunks_of(ITEMS)
    left = [
        number
        for number in range(1, len(sizes))
        if data[sizes[number - 1] : sizes[number]] in spoiled
    ]
    try:
        recording = open_recording(path)
        got: list[Input] = list(recording)
    except RecordingError:
        # The header is in the first two chunks; without the magic nothing is a recording.
        assert 1 not in left or spoiled[:8] != data[:8]
        return
    order = [ITEMS.index(item) for item in got]
    assert order == sorted(set(order))
    assert recording.header == HEADER
    if 1 in left:
        for number in left:
            assert set(range(starts[number - 1], starts[number])) <= set(order)
    account = recording.account
    assert account is not None
    assert account.whole == (spoiled == data)
    assert account.inputs == len(got)
    if account.holes and not account.breaks_off:
        last = order[-1] + 1
        assert account.missing == last - len(got)
