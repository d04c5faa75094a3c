"""A few of the faults that `tests.long.soak` makes: every kind once."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from sensorapp.virtual.jumping_loop import run_jumping
from tests.long.soak import run
from tests.long.soak_faults import FAULTS
from tests.long.soak_judge import LONGEST_TAIL, Verdict, judged
from tests.long.soak_world import World


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("buffered", [True, False])
def test_every_kind_of_fault_leaves_no_sample_unaccounted_for(
    tmp_path: Path, buffered: bool
) -> None:
    """Drops last up to five minutes, which is three times what a sensor keeps."""
    count = len(FAULTS)
    verdict = run(tmp_path, 7, count, minutes=15.0, buffered=buffered, longest_drop_s=300.0)
    assert verdict.good, verdict.figures()
    assert set(verdict.recoveries) == set(FAULTS)
    assert len(FAULTS) >= 12


def test_a_sensor_that_went_on_after_its_power_was_cut_is_found_out(tmp_path: Path) -> None:
    async def cut_off() -> tuple[Verdict, Verdict]:
        world = World(tmp_path, seed=7, buffer_samples=0)
        async with world:
            await world.more_samples(60.0)
            await world.reboot()
            await world.more_samples(60.0)
            await asyncio.sleep(5.0)
        true = judged(world, {"reboot": [0.0]})
        boot_id, epoch, index, row = max(taken for taken in world.log if taken[0] == 1)
        ghosts = range(index + 1, index + 2 + LONGEST_TAIL)
        world.log[:0] = [(boot_id, epoch, ghost, row) for ghost in ghosts]
        return true, judged(world, {"reboot": [0.0]})

    true, haunted = run_jumping(cut_off())
    assert true.good
    assert not haunted.good
    assert len(haunted.cut_off_long) == 1
