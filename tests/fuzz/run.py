"""Fuzzes everything that reads bytes from outside, led by coverage (atheris, libFuzzer).

    python -m tests.fuzz.run --minutes 30 --seed 1
    python -m tests.fuzz.run --minutes 2 --only recording npz

Needs atheris, which is in no lock since it is made for Linux and macOS alone:
`.venv/bin/python -m pip install atheris`. Each target runs in a process of its own; what it found
is kept with the bytes that led there. Status 1 if anything was found.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import TARGETS

_RUNS = re.compile(r"Done (\d+) (?:runs|in)|#(\d+)\s+(?:DONE|NEW|REDUCE|pulse)")
_COVERED = re.compile(r"cov: (\d+)")
_GRACE_S = 600.0
"""For imports, seeds and the last input, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a target."""

    name: str
    runs: int
    covered: int
    finding: str
    """The last lines that were said of it, empty if nothing was found."""


def main() -> int:
    """Fuzz targets, a few at a time."""
    options = _options()
    names = options.only or list(TARGETS)
    seconds = max(5, round(options.minutes * 60.0 * options.jobs / len(names)))
    folder = Path(options.keep or tempfile.mkdtemp(prefix="sensorapp-fuzz-"))
    print(f"{len(names)} targets for {seconds} s each, seed {options.seed}; kept in {folder}")
    with ThreadPoolExecutor(options.jobs) as pool:
        found = list(pool.map(lambda name: _one(name, folder, seconds, options.seed), names))
    bad = [ran for ran in found if ran.finding]
    print(f"{sum(ran.runs for ran in found)} runs of {len(found)} targets, {len(bad)} findings")
    return 1 if bad or any(ran.runs == 0 for ran in found) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="targets at a time")
    parser.add_argument("--only", nargs="+", choices=list(TARGETS), metavar="TARGET")
    parser.add_argument("--keep", help="folder for corpora and findings")
    return parser.parse_args()


def _one(name: str, folder: Path, seconds: int, seed: int) -> Ran:
    """One target in a process of its own."""
    place = folder / re.sub(r"\W+", "-", name)
    corpus = place / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(TARGETS[name].seeds()):
        (corpus / f"seed-{number}").write_bytes(data)
    command = [sys.executable, "-m", "tests.fuzz.inside", name, str(place), str(seconds), str(seed)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds + _GRACE_S
        )
        said, status = done.stderr + done.stdout, done.returncode
    except subprocess.TimeoutExpired as stuck:
        said, status = f"{stuck.stderr!r}\nit did not end", 1
    (place / "said.txt").write_text(said, encoding="utf-8")
    runs = [int(first or second) for first, second in _RUNS.findall(said)]
    covered = [int(count) for count in _COVERED.findall(said)]
    finding = "" if status == 0 else "\n".join(line[:200] for line in said.splitlines()[-12:])
    ran = Ran(name, max(runs, default=0), max(covered, default=0), finding)
    print(f"{name}: {ran.runs} runs, {ran.covered} places covered, status {status}", flush=True)
    if finding:
        print(finding, flush=True)
    return ran


if __name__ == "__main__":
    sys.exit(main())
