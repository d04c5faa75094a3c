"""Runs of frames, as the measures of exposure take them.

Frames come on the 10 Hz grid. Each stands for the time since the frame before, or for
100 ms after a longer pause, whose rest is a gap. A frame without a usable angle says why
(`Doubt`); its angles are NaN. Every measure gives the same for frames in one run as for the
same frames cut into any runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sensorapp.model.imu import BoolArray, FloatArray, IntArray
from sensorapp.signal.grid import FRAME_NS

JOINED_NS = 250_000_000
"""Frames farther apart have a gap between them: one grid point may stay empty, two may not."""


class Doubt(IntEnum):
    """Why a frame's angle does not count."""

    NONE = 0
    UNCALIBRATED = 1
    NOT_WORN = 2
    UNCERTAIN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Postures:
    """A run of n >= 0 frames.

    `t_ns` (n,) rises; `span_ns` (n,) is the time that each stands for and `gap_ns` (n,) what
    is missing before that; `flexion_deg` and `side_bend_deg` (n,) are NaN where `doubt` (n,)
    is not NONE; `speed_dps` (n,) is how fast the trunk's inclination turned since the frame
    before, NaN if one of both is unknown; `moving` (n,) says that the wearer walks or moves;
    `fresh` (n,) that angles count from a new upright pose on.
    """

    t_ns: IntArray
    span_ns: IntArray
    gap_ns: IntArray
    flexion_deg: FloatArray
    side_bend_deg: FloatArray
    speed_dps: FloatArray
    moving: BoolArray
    doubt: IntArray
    fresh: BoolArray

    @property
    def known(self) -> BoolArray:
        """Where the angle counts (n,)."""
        return np.asarray(self.doubt == Doubt.NONE)


_Columns = tuple[IntArray, FloatArray, FloatArray, BoolArray, IntArray]
"""Times, flexion, side bend, moving and doubt of frames in a row."""


class PostureGatherer:
    """Gathers frames into runs: cheap for each frame, vectors once a run."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, float, float, bool, int]] = []
        self._pieces: list[_Columns] = []
        self._count = 0
        self._fresh = False
        self._fresh_rows: list[int] = []
        self._before: tuple[int, float, float] | None = None

    def recalibrated(self) -> None:
        """Later angles can't be compared with earlier ones."""
        self._fresh = True

    def add(
        self,
        t_ns: int,
        flexion_deg: float | None,
        side_bend_deg: float | None,
        *,
        moving: bool = False,
        doubt: Doubt = Doubt.NONE,
    ) -> None:
        """One more frame; an angle that is None, or of doubt, is unknown."""
        if flexion_deg is None or side_bend_deg is None:
            doubt = Doubt.UNCALIBRATED if doubt is Doubt.NONE else doubt
        if doubt is not Doubt.NONE or flexion_deg is None or side_bend_deg is None:
            flexion_deg = side_bend_deg = math.nan
        self._rows.append((t_ns, flexion_deg, side_bend_deg, moving, doubt))
        self._came(1)

    @property
    def count(self) -> int:
        """How many frames were gathered since the last call of `take`."""
        return self._count

    def add_all(
        self,
        t_ns: Sequence[int],
        flexion_deg: Sequence[float],
        side_bend_deg: Sequence[float],
        moving: BoolArray,
        doubts: IntArray,
    ) -> None:
        """Frames in a row, all with angles."""
        if not t_ns:
            return
        self._end_rows()
        angles_deg = np.array(flexion_deg), np.array(side_bend_deg)
        self._pieces.append((np.array(t_ns), *angles_deg, moving, doubts))
        self._came(len(t_ns))

    def take(self) -> Postures:
        """The frames gathered since the last call."""
        self._end_rows()
        if not self._pieces:
            return _run(*(np.empty(0) for _ in range(6)), before=None)
        times, flexions, sides, moves, doubts = zip(*self._pieces, strict=True)
        fresh = np.zeros(self._count, dtype=np.bool_)
        fresh[self._fresh_rows] = True
        run = _run(
            np.concatenate(times),
            np.concatenate(flexions),
            np.concatenate(sides),
            np.concatenate(moves),
            np.concatenate(doubts),
            fresh,
            before=self._before,
        )
        self._before = (
            run.t_ns.item(-1),
            run.flexion_deg.item(-1),
            run.side_bend_deg.item(-1),
        )
        self._pieces.clear()
        self._fresh_rows.clear()
        self._count = 0
        return run

    def _came(self, count: int) -> None:
        if self._fresh:
            self._fresh_rows.append(self._count)
            self._fresh = False
        self._count += count

    def _end_rows(self) -> None:
        """Make columns of the frames that came one by one."""
        if self._rows:
            t_ns, flexion_deg, side_bend_deg, moving, doubts = zip(*self._rows, strict=True)
            angles_deg = np.array(flexion_deg), np.array(side_bend_deg)
            self._pieces.append((np.array(t_ns), *angles_deg, np.array(moving), np.array(doubts)))
            self._rows.clear()


def postures_of(
    flexion_deg: FloatArray,
    side_bend_deg: FloatArray | None = None,
    t_ns: IntArray | None = None,
    moving: BoolArray | None = None,
) -> Postures:
    """A run at 10 Hz from t = 0 on; a NaN angle is uncertain."""
    n = len(flexion_deg)
    side_bend_deg = np.zeros(n) if side_bend_deg is None else side_bend_deg
    return _run(
        np.arange(n) * FRAME_NS if t_ns is None else t_ns,
        flexion_deg,
        side_bend_deg,
        np.zeros(n) if moving is None else moving,
        np.where(np.isfinite(flexion_deg + side_bend_deg), Doubt.NONE, Doubt.UNCERTAIN),
        np.zeros(n),
        before=None,
    )


def inclination_deg(flexion_deg: FloatArray, side_bend_deg: FloatArray) -> FloatArray:
    """Angle (n,) between the trunk and its upright pose, whichever way it leans."""
    cosine = np.cos(np.radians(flexion_deg)) * np.cos(np.radians(side_bend_deg))
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def apart_deg(
    flexion_deg: FloatArray,
    side_bend_deg: FloatArray,
    flexion_2_deg: FloatArray,
    side_bend_2_deg: FloatArray,
) -> FloatArray:
    """Angle (n,) between two directions of the trunk, exact for small ones (haversine)."""
    side_1, side_2 = np.radians(side_bend_deg), np.radians(side_bend_2_deg)
    half_side = np.sin((side_2 - side_1) / 2.0)
    half_flexion = np.sin(np.radians(flexion_2_deg - flexion_deg) / 2.0)
    square = half_side**2 + np.cos(side_1) * np.cos(side_2) * half_flexion**2
    return np.asarray(np.degrees(2.0 * np.arcsin(np.sqrt(np.minimum(square, 1.0)))))


def _run(
    t_ns: IntArray | FloatArray,
    flexion_deg: FloatArray,
    side_bend_deg: FloatArray,
    moving: BoolArray | FloatArray,
    doubt: IntArray | FloatArray,
    fresh: BoolArray | FloatArray,
    *,
    before: tuple[int, float, float] | None,
) -> Postures:
    t_ns, is_fresh = t_ns.astype(np.int64), fresh.astype(np.bool_)
    known = doubt == Doubt.NONE
    flexion_deg = np.where(known, flexion_deg, np.nan).astype(np.float64)
    side_bend_deg = np.where(known, side_bend_deg, np.nan).astype(np.float64)
    first_ns = int(t_ns[0]) - FRAME_NS if len(t_ns) else 0
    before_ns, before_flexion, before_side = before or (first_ns, math.nan, math.nan)
    step_ns = np.diff(t_ns, prepend=before_ns)
    joined = step_ns <= JOINED_NS
    turned_deg = apart_deg(
        np.concatenate(([before_flexion], flexion_deg))[:-1],
        np.concatenate(([before_side], side_bend_deg))[:-1],
        flexion_deg,
        side_bend_deg,
    )
    return Postures(
        t_ns=t_ns,
        span_ns=np.where(joined, step_ns, FRAME_NS),
        gap_ns=np.where(joined, 0, step_ns - FRAME_NS),
        flexion_deg=flexion_deg,
        side_bend_deg=side_bend_deg,
        speed_dps=np.where(joined & ~is_fresh, turned_deg / step_ns * 1e9, np.nan),
        moving=moving.astype(np.bool_),
        doubt=doubt.astype(np.int64),
        fresh=is_fresh,
    )
