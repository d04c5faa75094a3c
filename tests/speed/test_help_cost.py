"""What `--help` costs, as a ratio to an interpreter that does nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
MOST = 10.0
"""Help that takes longer than a blink (bare Python: 17 ms) is felt."""
RUNS = 7


def seconds(*arguments: str) -> float:
    start = perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    return perf_counter() - start


def test_help_costs_at_most_ten_bare_interpreters() -> None:
    """The least of several runs, taken in turns: other programs can only make a run longer."""
    help_page = ("-m", "sensorapp", "--help")
    nothing = ("-c", "pass")
    seconds(*help_page)  # once unmeasured, so that bytecode is compiled
    pairs = [(seconds(*help_page), seconds(*nothing)) for _ in range(RUNS)]
    ratio = min(cost for cost, _ in pairs) / min(bare for _, bare in pairs)
    print(f"--help costs {ratio:.1f} bare interpreters")
    assert ratio <= MOST
