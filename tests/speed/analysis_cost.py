"""What analysing a recording costs: `python -m tests.speed.analysis_cost --minutes 20 40`.

A measurement for people: `sensorapp analyze` (everything on) against parsing the recording and one
bare VQF pass over its samples, in the same run: processor time, the least of some rounds. Parsing
is told in two ways. *To samples*: what the pass needs, the packets checked, put in order and
decoded by the driver, hundreds together as an analysis does. *To inputs*: the file read and no
packet looked into. The goal of 3 holds for the first (`test_analysis_cost.py`); for the second it
is missed, since the cost lies in many small steps none of which is a tenth of it.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
import vqf

from sensorapp.app.analyze import analyze
from sensorapp.app.import_imu import import_imu
from sensorapp.app.played_file import VIRTUAL_ID
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.imu import FloatArray, ImuBlock
from sensorapp.model.inputs import Notification
from sensorapp.store.recording_reader import open_recording
from sensorapp.virtual.scenarios import load_scenario

RATE_HZ = 100.0
GOAL = 3.0
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time, each the least of some rounds, and how many samples there are."""

    to_inputs_s: float
    to_samples_s: float
    bare_s: float
    analysis_s: float
    samples: int

    @property
    def over_samples(self) -> float:
        """The analysis over parsing to samples and the bare pass."""
        return self.analysis_s / (self.to_samples_s + self.bare_s)

    @property
    def over_inputs(self) -> float:
        """The analysis over reading inputs and the bare pass."""
        return self.analysis_s / (self.to_inputs_s + self.bare_s)


def parsed(recording: Path) -> tuple[FloatArray, FloatArray]:
    """Angular rate and specific force (n, 3) of an imported file's recording."""
    run = DRIVER.open(VIRTUAL_ID, round(RATE_HZ * 1000.0))
    blocks: list[ImuBlock] = []
    for item in open_recording(recording):
        if isinstance(item, Notification) and run.takes(item):
            continue
        block = run.taken()
        if block is not None:
            blocks.append(block)
        blocks += [told for told in run.on_input(item) if isinstance(told, ImuBlock)]
    gyro, accel = (
        np.concatenate([getattr(block, name) for block in blocks])
        for name in ("gyro_rads", "accel_mps2")
    )
    return gyro, accel


def a_recording(minutes: float, folder: Path) -> Path:
    """A wearer at a desk, the same minutes again and again."""
    count = round(minutes * 60.0 * RATE_HZ)
    table = np.array(list(load_scenario("desk").wearer(seed=3).stream().rows))
    rows = table[np.arange(count) % len(table)]
    file, recording = folder / "day.npz", folder / f"{minutes:g}.mcap"
    np.savez(file, gyr=rows[:, 3:], acc=rows[:, :3], fs=RATE_HZ)
    import_imu(file, recording, None)
    return recording


def measured(recording: Path, rounds: int = ROUNDS) -> Cost:
    """What the parts cost, in turns."""
    rounds_s, samples = [], 0
    for _ in range(rounds):
        times_s = [process_time()]
        for _ in open_recording(recording):
            pass
        times_s.append(process_time())
        gyro, accel = parsed(recording)
        times_s.append(process_time())
        vqf.VQF(1.0 / RATE_HZ).updateBatch(gyro, accel)
        times_s.append(process_time())
        analyze(recording, None, (), None)
        times_s.append(process_time())
        rounds_s.append(np.diff(times_s))
        samples = len(gyro)
    to_inputs_s, to_samples_s, bare_s, analysis_s = np.min(rounds_s, axis=0).tolist()
    return Cost(to_inputs_s, to_samples_s, bare_s, analysis_s, samples)


def main() -> None:
    """Measure recordings of these lengths, one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, nargs="+", default=[20.0, 40.0])
    with tempfile.TemporaryDirectory() as folder:
        for minutes in parser.parse_args().minutes:
            cost = measured(a_recording(minutes, Path(folder)))
            print(
                f"{minutes:g} min: to inputs {cost.to_inputs_s:.2f} s, to samples "
                f"{cost.to_samples_s:.2f} s, bare VQF {cost.bare_s:.2f} s, analysis "
                f"{cost.analysis_s:.2f} s, {1e6 * cost.analysis_s / cost.samples:.1f} us a sample: "
                f"{cost.over_samples:.2f} times parsing to samples and VQF, goal {GOAL:g}; "
                f"{cost.over_inputs:.1f} times reading inputs and VQF",
                flush=True,
            )


if __name__ == "__main__":
    main()
