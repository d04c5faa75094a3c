"""One in a hundred of the kills that `tests.long.kills` makes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.long.kills import kill_again_and_again


@pytest.mark.skipif(sys.platform == "win32", reason="needs unix sockets and SIGKILL")
def test_a_killed_program_loses_nothing_that_the_sensor_kept(tmp_path: Path) -> None:
    found = kill_again_and_again(tmp_path, seed=2, kills=1, minutes=1.0)
    assert found.good, str(found)
    assert found.kills == 1
    assert found.recordings == 2
