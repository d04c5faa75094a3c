"""Inside the guest: run one program and print its figures as one JSON line."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import traceback
from importlib import import_module


def main(name: str) -> int:
    """Run it; 0 if its figures are good enough."""
    logging.basicConfig(level=logging.INFO, format="%(relativeCreated)d %(name)s %(message)s")
    logging.getLogger("bumble").setLevel(logging.ERROR)
    # one module at a time: under emulation, importing takes longer than some programs
    module = import_module(f"tests.bluez.{name if name in ('whole', 'orphan') else 'programs'}")
    try:
        figures = asyncio.run(getattr(module, name)())
    except BaseException:  # noqa: BLE001 the host shows it
        traceback.print_exc()
        return 1
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
