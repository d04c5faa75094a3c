"""What digesting some bytes may cost: a second, and 64 MiB."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

LONGEST_S = 1.0
MOST_BYTES = 64 * 1024 * 1024

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def peak_bytes() -> int:
    """Most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT


def bounded(name: str, digest: Callable[[bytes], object], data: bytes) -> None:
    """Digest one input within the bounds; what is cut from the message keeps failures readable."""
    before, began = peak_bytes(), time.process_time()
    digest(data)
    took_s, more = time.process_time() - began, peak_bytes() - before
    assert took_s <= LONGEST_S, f"{name} took {took_s:.2f} s for {data[:64].hex()}"
    assert more <= MOST_BYTES, f"{name} took {more} bytes for {data[:64].hex()}"
