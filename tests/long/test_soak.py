"""A few of the faults that `tests.long.soak` makes: every kind once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.long.soak import run
from tests.long.soak_faults import FAULTS


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("buffered", [True, False])
def test_every_kind_of_fault_leaves_no_sample_unaccounted_for(
    tmp_path: Path, buffered: bool
) -> None:
    verdict = run(tmp_path, seed=7, faults=len(FAULTS), minutes=1.5, buffered=buffered)
    assert verdict.good, verdict.figures()
    assert set(verdict.recoveries) == set(FAULTS)
    assert len(FAULTS) >= 12
