"""Any bytes into all that reads bytes from outside: only typed errors, soon, in little memory.

The long form, led by coverage: `python -m tests.fuzz.run`.
"""

from __future__ import annotations

import time
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.bounds import MOST_BYTES, bounded, peak_bytes
from tests.fuzz.targets import TARGETS

_SEEDS = 8
_SHORT = 2048


def digest(name: str, data: bytes) -> None:
    """One input of a target, within its bounds."""
    bounded(name, TARGETS[name].digest, data)


def mutated(seeds: list[bytes]) -> st.SearchStrategy[bytes]:
    """Seeds with a few bytes replaced, a piece cut out or put in twice; or any bytes at all."""

    def change(seed: bytes, places: list[tuple[float, bytes]], cut: tuple[float, float]) -> bytes:
        data = bytearray(seed)
        for where, new in places:
            at = int(where * len(data))
            data[at : at + len(new)] = new
        first, last = sorted(int(share * len(data)) for share in cut)
        return bytes(data[:first] + data[last:]) if last - first < _SHORT else bytes(data)

    share = st.floats(0.0, 1.0)
    return st.binary(max_size=300) | st.builds(
        change,
        st.sampled_from(seeds),
        st.lists(st.tuples(share, st.binary(max_size=4)), max_size=6),
        st.tuples(share, share) | st.just((0.0, 0.0)),
    )


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes(name: str) -> None:
    seeds = list(islice(TARGETS[name].seeds(), _SEEDS))
    for seed in seeds:
        TARGETS[name].digest(seed)  # what is imported on the way counts for nobody
    for seed in seeds:
        digest(name, seed)

    @given(mutated(seeds))
    @settings(
        max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def try_it(data: bytes) -> None:
        digest(name, data)

    try_it()


def test_a_fault_would_be_found() -> None:
    """The bounds bind: what breaks them is a failure."""

    def slow(_: bytes) -> None:
        until = time.process_time() + 1.1
        while time.process_time() < until:
            pass

    def large(_: bytes) -> None:
        assert len(b"\1" * (peak_bytes() + 2 * MOST_BYTES))

    with pytest.raises(AssertionError, match="slow took"):
        bounded("slow", slow, b"")
    with pytest.raises(AssertionError, match="large took"):
        bounded("large", large, b"")
