"""What analysing a recording costs: `python -m tests.speed.analysis_cost --minutes 20 480`.

A measurement for people, of a wearer at a desk and of a working day (`--wearers`):
`sensorapp analyze` (everything on) against parsing the recording and one
bare VQF pass over its samples, in the same run: processor time, the least of some rounds. Parsing
is told in two ways. *To samples*: what the pass needs, the packets checked, put in order and
decoded by the driver, hundreds together as an analysis does. *To inputs*: the file read and no
packet looked into. The goal of 3 holds for the first (`test_analysis_cost.py`); for the second it
is missed, since the cost lies in many small steps none of which is a tenth of it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
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
from tests.long.work_day import HOURS, work_day

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

    def __str__(self) -> str:
        """For people."""
        return (
            f"to inputs {self.to_inputs_s:.2f} s, to samples {self.to_samples_s:.2f} s, bare VQF "
            f"{self.bare_s:.2f} s, analysis {self.analysis_s:.2f} s, "
            f"{1e6 * self.analysis_s / self.samples:.1f} us a sample: {self.over_samples:.2f} "
            f"times parsing to samples and VQF, goal {GOAL:g}; {self.over_inputs:.1f} times "
            "reading inputs and VQF"
        )

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


def at_a_desk(minutes: float) -> FloatArray:
    """What a wearer's clip feels (n, 6), the same minutes at a desk again and again."""
    count = round(minutes * 60.0 * RATE_HZ)
    table = np.array(list(load_scenario("desk").wearer(seed=3).stream().rows))
    return np.asarray(table[np.arange(count) % len(table)])


def of_a_day(minutes: float) -> FloatArray:
    """The same of a made-up working day with slouches, walks, lunch and a clip that slips.

    A day of under eight hours has less of sitting, and the rest in full.
    """
    day = work_day(seed=77, share=minutes / 60.0 / HOURS)
    return day.samples(day.wearer(round(RATE_HZ * 1000.0)))


WEARERS: dict[str, Callable[[float], FloatArray]] = {"desk": at_a_desk, "day": of_a_day}


def a_recording(rows: FloatArray, folder: Path) -> Path:
    """A recording of what a clip felt."""
    file, recording = folder / "day.npz", folder / "day.mcap"
    recording.unlink(missing_ok=True)
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
    parser.add_argument("--minutes", type=float, nargs="+", default=[20.0, 60.0])
    parser.add_argument("--wearers", nargs="+", choices=list(WEARERS), default=list(WEARERS))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in args.wearers:
            for minutes in args.minutes:
                cost = measured(a_recording(WEARERS[name](minutes), Path(folder)))
                print(f"{name}, {cost.samples / RATE_HZ / 60.0:.0f} min: {cost}", flush=True)


if __name__ == "__main__":
    main()
