"""Wall-clock time, for headers and file names alone."""

from __future__ import annotations

from datetime import UTC, datetime


def now_utc() -> str:
    """The present moment, RFC 3339, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
