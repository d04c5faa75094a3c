"""Where log records go while a stream runs: to stderr, or nowhere while a screen is drawn."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SPEAK_OF_THEMSELVES = ("bumble", "desktop_notifier")
"""The virtual radio's library; and one whose failures the wearer is told of in plain words."""


@contextmanager
def logs(*, screen: bool) -> Iterator[None]:
    """Have warnings on stderr, one line each; with a screen none, for they would tear it.

    Holding the root logger also
    keeps libraries from setting it up their own way.
    """
    handler: logging.Handler
    if screen:
        handler = logging.NullHandler()
    else:
        handler = logging.StreamHandler(sys.stderr)
        handler.setLevel(logging.WARNING)
        handler.setFormatter(logging.Formatter("sensorapp: %(message)s"))
        handler.addFilter(lambda record: not record.name.startswith(_SPEAK_OF_THEMSELVES))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
