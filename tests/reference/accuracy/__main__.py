"""How far our inclination is off, beside other algorithms, on the same samples in one run.

Reads the trials of BROAD from the folder broad/ in SENSORAPP_DATASETS
(tests/reference/datasets.toml names them), prints tables on stdout and progress on stderr.

    python -m tests.reference.accuracy
    python -m tests.reference.accuracy --parts accuracy --rates 100 48 --trials 01 08 28
    python -m tests.reference.accuracy --algorithms ours VQF --parts accuracy gaps --seed 7
    python -m tests.reference.accuracy --plots docs/images --json accuracy.json
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sensorapp import __version__
from tests.reference.accuracy.aftermath import Undisturbed
from tests.reference.accuracy.algorithms import ALGORITHMS, Algorithm
from tests.reference.accuracy.data_lag import lag_of_file
from tests.reference.accuracy.faults import after_faults, clipped
from tests.reference.accuracy.gaps import after_gaps, filled
from tests.reference.accuracy.measure import Trials, scores, told
from tests.reference.accuracy.plots import write_plots
from tests.reference.accuracy.report import Report, as_json
from tests.reference.accuracy.retuning import retuned
from tests.reference.accuracy.tables import lines_of
from tests.reference.broad import FACTORS

PARTS = ("accuracy", "retuning", "gaps", "faults")
RETUNED_HZ = (100, 48)
DISTURBED_HZ = 100
HOLES_S = (0.1, 1.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 when done, 2 if it was asked for what is not there."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    folder = Path(os.environ.get("SENSORAPP_DATASETS", ""), "broad")
    names = _trials(folder, asked.trials)
    if not names:
        parser.error("no such trials: set SENSORAPP_DATASETS (tests/reference/datasets.toml)")
    wanted = [one for one in ALGORITHMS if not asked.algorithms or one.name in asked.algorithms]
    algorithms = [one for one in wanted if one.installed]
    report = Report(
        date=datetime.now(UTC).date().isoformat(),
        seed=asked.seed,
        rounds=asked.rounds,
        trials=names,
        versions=_versions(),
        data_lags_s=[lag_of_file(folder / f"{name}.npz") for name in names],
        missing=sorted({one.package for one in wanted if not one.installed}),
    )
    _measure(report, asked, Trials(folder, names), algorithms)
    print("\n".join(lines_of(report)))
    if asked.plots is not None:
        for file in write_plots(report, asked.plots):
            told(f"wrote {file}")
    if asked.json is not None:
        asked.json.write_text(json.dumps(as_json(report), indent=1) + "\n", encoding="utf-8")
    return 0


def _measure(
    report: Report, asked: argparse.Namespace, trials: Trials, algorithms: Sequence[Algorithm]
) -> None:
    if "accuracy" in asked.parts:
        for rate_hz in asked.rates:
            report.scores += scores(trials, rate_hz, algorithms)
    if "retuning" in asked.parts:
        for rate_hz in RETUNED_HZ:
            report.retuned += retuned(trials, rate_hz, asked.draws, asked.seed)
    if not {"gaps", "faults"} & set(asked.parts):
        return
    those = [one for one in algorithms if one.disturbed]
    known = [score for score in report.scores if score.rate_hz == DISTURBED_HZ]
    known = known or scores(trials, DISTURBED_HZ, those)
    base = Undisturbed(trials.at(DISTURBED_HZ), known)
    if "gaps" in asked.parts:
        bridged = [filled(one) for one in those if one.name in ("VQF", "offlineVQF")]
        for missing_s in HOLES_S:
            report.gaps += after_gaps(
                base, [*those, *bridged], missing_s, rounds=asked.rounds, seed=asked.seed
            )
    if "faults" in asked.parts:
        report.faults += after_faults(base, those, asked.seed)
        report.clipped += clipped(base, those)


def _trials(folder: Path, numbers: Sequence[str]) -> list[str]:
    """Names of the trials there, or of those that begin with one of `numbers`."""
    names = sorted(file.stem for file in folder.glob("[0-9][0-9]_*.npz"))
    return [name for name in names if not numbers or name.startswith(tuple(numbers))]


def _versions() -> dict[str, str]:
    found = {"sensorapp": __version__}
    for package in ("vqf", "imufusion", "ahrs", "numpy", "scipy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _rate(text: str) -> int:
    rate_hz = round(float(text))
    if rate_hz not in FACTORS:
        raise argparse.ArgumentTypeError(f"{text} is none of {sorted(FACTORS)}")
    return rate_hz


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.reference.accuracy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [algorithm.name for algorithm in ALGORITHMS]
    add = parser.add_argument
    add("--trials", nargs="+", default=(), metavar="01", help="numbers of trials; all by default")
    add("--rates", nargs="+", type=_rate, default=[100, 48, 25, 200, 286], metavar="HZ",
        help=f"of {sorted(FACTORS)}; 286 is 285.71, as recorded")  # fmt: skip
    add("--algorithms", nargs="+", choices=names, metavar="NAME", help=f"of: {'; '.join(names)}")
    add("--parts", nargs="+", choices=PARTS, default=PARTS, help="all by default")
    add("--rounds", type=int, default=2, help="how often holes are made at other moments")
    add("--draws", type=int, default=16, help="sets of numbers to choose from anew")
    add("--seed", type=int, default=secrets.randbelow(2**31), help="of moments and draws")
    add("--plots", type=Path, metavar="DIR", help="folder for charts as SVG")
    add("--json", type=Path, metavar="FILE", help="all figures, trial by trial")
    return parser


if __name__ == "__main__":
    sys.exit(main())
