"""One in a hundred of the outages that `tests.long.bad_disks` makes."""

from __future__ import annotations

from pathlib import Path

from tests.long.bad_disks import break_again_and_again


def test_a_disk_that_breaks_under_a_live_session_loses_nothing(tmp_path: Path) -> None:
    seen = break_again_and_again(tmp_path, seed=1, outages=1, minutes=1.0, longest_s=1.0)
    assert seen.good, str(seen)
