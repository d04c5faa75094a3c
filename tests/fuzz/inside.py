"""One target in a process of its own, for `run`: libFuzzer leads, and ends the process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sensorapp", "firmware_protocol"]):
    from tests.fuzz.bounds import bounded
    from tests.fuzz.targets import TARGETS

_STUCK_S = 300
"""Wall-clock seconds after which libFuzzer gives an input up: what hangs, and nothing that a busy
machine keeps waiting (one of 0.1 s took 23 at a load of 9). `bounded` limits processor time."""


def main(name: str, folder: Path, seconds: int, seed: int) -> None:
    """Fuzz a target from its corpus in `folder`, where findings are left too."""
    digest = TARGETS[name].digest
    corpus = folder / "corpus"
    for path in sorted(corpus.iterdir()):
        digest(path.read_bytes())  # imports and caches on the way count for no input
    flags = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        "-max_len=16384",
        f"-timeout={_STUCK_S}",
        f"-artifact_prefix={folder}{os.sep}",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], lambda data: bounded(name, digest, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
