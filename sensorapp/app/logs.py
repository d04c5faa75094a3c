"""Where log records go while a stream runs: to stderr, or nowhere while a screen is drawn."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def logs(*, screen: bool) -> Iterator[None]:
    """Have warnings on stderr, one line each; with a screen none, for they would tear it.

    The virtual radio's library speaks of itself and is left out. Holding the root logger also
    keeps libraries from setting it up their own way.
    """
    handler: logging.Handler
    if screen:
        handler = logging.NullHandler()
    else:
        handler = logging.StreamHandler(sys.stderr)
        handler.setLevel(logging.WARNING)
        handler.setFormatter(logging.Formatter("sensorapp: %(message)s"))
        handler.addFilter(lambda record: not record.name.startswith("bumble"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
