"""The series of an analysis as CSV: the angles at 10 Hz, for spreadsheets and scripts."""

from __future__ import annotations

import math
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from sensorapp.model.errors import SensorAppError
from sensorapp.model.posture import PostureFrame
from sensorapp.store.private_file import create_private_file, plain_reason, shown_name

SERIES_HEADER = "t_s,flexion_deg,side_bend_deg,twist_deg,state,quality"

_NS = 1_000_000_000
_BUFFERED_BYTES = 64 * 1024
_LIVE_CELL_STARTS = ("=", "+", "-", "@", "\t", "\r")


class SeriesWriter:
    """Writes frames into a new file of mode 0600; a context manager.

    An older series of that name is replaced, any other file refused. Raises SensorAppError if
    the file can't be begun, and from `write` or `close` if the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self._name = shown_name(path)
        self._lines = [SERIES_HEADER + "\n"]
        self._buffered = 0
        descriptor = create_private_file(path, overwrite=_is_replaceable(path))
        self._descriptor: int | None = descriptor

    def write(self, frame: PostureFrame) -> None:
        """Append a frame; what is unknown becomes an empty cell."""
        cells = (
            f"{frame.t_ns // _NS}.{frame.t_ns % _NS:09d}",
            _number(frame.flexion_deg),
            _number(frame.side_bend_deg),
            _number(frame.twist_deg),
            safe_cell(frame.state.value),
            safe_cell(";".join(one.value for one in frame.quality)),
        )
        line = ",".join(cells) + "\n"
        self._lines.append(line)
        self._buffered += len(line)
        if self._buffered > _BUFFERED_BYTES:
            self._flush()

    def close(self) -> None:
        """Finish the file; safe to call twice."""
        if self._descriptor is None:
            return
        try:
            self._flush()
        finally:
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _flush(self) -> None:
        data, self._lines, self._buffered = "".join(self._lines).encode(), [], 0
        try:
            while data and self._descriptor is not None:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            raise SensorAppError(
                f"{self._name} can't be written: {plain_reason(error)}.",
                "Make room or choose another folder.",
            ) from error


def safe_cell(text: str) -> str:
    """A CSV cell of text that no spreadsheet takes for a formula.

    Text that begins like one gets an apostrophe in front, as OWASP's page on CSV injection
    advises; quotes are doubled and cells with separators quoted (RFC 4180).
    """
    if text.startswith(_LIVE_CELL_STARTS):
        text = "'" + text
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _number(value_deg: float | None) -> str:
    if value_deg is None or not math.isfinite(value_deg):
        return ""
    return f"{value_deg:.6f}"


def _is_replaceable(path: Path) -> bool:
    """Whether an existing file is empty or a series: nothing that couldn't be made again."""
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as stream:
            start = stream.read(len(SERIES_HEADER) + 1)
    except (OSError, ValueError):
        return False
    return start in (b"", SERIES_HEADER.encode() + b"\n")
