"""What analysing a recording costs: `python -m tests.speed.analysis_cost --minutes 20 40`.

A measurement for people, not a test: `sensorapp analyze` (everything on) against parsing the
recording and one bare VQF pass over all its samples, in the same run: processor time, the least
of some rounds. The goal of 3 is not reached: the cost lies in many small steps, none of which is
a tenth of it.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import process_time

import numpy as np
import vqf

from sensorapp.app.analyze import analyze
from sensorapp.app.import_imu import import_imu
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.imu import FloatArray, ImuBlock
from sensorapp.model.settings import SessionSettings
from sensorapp.store.recording_reader import open_recording
from sensorapp.virtual.scenarios import load_scenario
from tests.replay.sessions import recorded

RATE_HZ = 100.0
GOAL = 3.0
ROUNDS = 3


def samples() -> tuple[FloatArray, FloatArray]:
    """Some minutes at a desk: angular rate and specific force (n, 3)."""
    inputs = recorded(load_scenario("desk").wearer(seed=3).stream(), SessionSettings())[0]
    run = drivers()["posture_clip"].open("clip", round(RATE_HZ * 1000.0))
    blocks = [told for item in inputs for told in run.on_input(item) if isinstance(told, ImuBlock)]
    gyro, accel = (
        np.concatenate([getattr(block, name) for block in blocks])
        for name in ("gyro_rads", "accel_mps2")
    )
    return gyro, accel


def measured(gyro: FloatArray, accel: FloatArray, minutes: float, folder: Path) -> str:
    """The samples again and again for so long, as a recording; one line on its analysis."""
    count = round(minutes * 60.0 * RATE_HZ)
    rows = np.arange(count) % len(gyro)
    gyro, accel = gyro[rows], accel[rows]
    table, recording = folder / "day.npz", folder / f"{minutes:g}.mcap"
    np.savez(table, gyr=gyro, acc=accel, fs=RATE_HZ)
    import_imu(table, recording, None)
    rounds_s, inputs = [], 0
    for _ in range(ROUNDS):
        times_s = [process_time()]
        inputs = sum(1 for _ in open_recording(recording))
        times_s.append(process_time())
        vqf.VQF(1.0 / RATE_HZ).updateBatch(gyro, accel)
        times_s.append(process_time())
        analyze(recording, None, (), None)
        times_s.append(process_time())
        rounds_s.append(np.diff(times_s))
    parse_s, bare_s, whole_s = np.min(rounds_s, axis=0).tolist()
    return (
        f"{minutes:g} min ({inputs} inputs): parsing {parse_s:.2f} s, bare VQF {bare_s:.2f} s, "
        f"analysis {whole_s:.2f} s, {1e6 * whole_s / count:.1f} us a sample: "
        f"{whole_s / (parse_s + bare_s):.1f} times both, goal {GOAL}"
    )


def main() -> None:
    """Measure recordings of these lengths, one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, nargs="+", default=[20.0, 40.0])
    lengths = parser.parse_args().minutes
    gyro, accel = samples()
    with tempfile.TemporaryDirectory() as folder:
        for minutes in lengths:
            print(measured(gyro, accel, minutes, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
