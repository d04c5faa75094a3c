"""Run the acceptance on a real BlueZ in a virtual machine: `python -m tests.bluez.run`.

The first run makes the guest. Each program gets a freshly booted one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.bluez.catalogue import PROGRAMS
from tests.bluez.guest import run_in_guest, why_not

SKIPPED = 77
"""Exit status of a test that could not run here, by an old convention."""


def main() -> int:
    """Run what was asked for; 0 if all was good enough, 1 if not, 77 if nothing can run here."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.bluez.run")
    parser.add_argument("--program", action="append", choices=sorted(PROGRAMS), help="only this")
    parser.add_argument("--keep", type=Path, help="folder for the guest's logs")
    asked = parser.parse_args()
    reason = why_not()
    if reason is not None:
        print(f"Skipped: {reason}", file=sys.stderr)
        return SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        failed = [name for name in asked.program or PROGRAMS if not _run(name, folder)]
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _run(name: str, folder: Path) -> bool:
    shows, limit_s = PROGRAMS[name]
    print(f"{name}: {shows}", flush=True)
    began_s = time.monotonic()
    outcome = run_in_guest(["-m", "tests.bluez.inside", name], limit_s, folder / name)
    took_s = time.monotonic() - began_s
    if outcome.status != 0:
        print(outcome.stdout)
        print(outcome.stderr, file=sys.stderr)
        print(f"  failed (status {outcome.status}) after {took_s:.0f} s")
        return False
    figures = json.loads(outcome.stdout.splitlines()[-1])
    for key, value in figures.items():
        print(f"  {key}: {json.dumps(value)}")
    print(f"  ({took_s:.0f} s; {', '.join(outcome.versions)})", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
