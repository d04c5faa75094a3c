"""Counts at the end of their range are found, whatever the range; others are not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sensorapp.drivers.counts import Columns, Counts

INT16 = st.integers(-32768, 32767)
NEAR = st.sampled_from([0, 1, 255, 256, 257, 32000, 32511, 32512, 32767])


@given(
    arrays(np.dtype("<i2"), (3, 6), elements=INT16 | NEAR | NEAR.map(lambda count: -count)),
    st.lists(st.integers(1, 40_000) | st.sampled_from([255, 256, 257, 32767, 32768]), min_size=6),
)
def test_clipped_is_what_is_at_an_end(counts: Counts, ends: list[int]) -> None:
    columns = Columns.of([(1.0, end) for end in ends[:6]])
    expected = [
        any(abs(int(count)) >= end for count, end in zip(row, ends, strict=False)) for row in counts
    ]
    assert columns.decoded(counts.tobytes())[1].tolist() == expected
