"""Calibration without ceremony: from rest, bends and three keys to an alignment.

The first two seconds of rest are the upright pose, in any mounting. Forward comes from, in
this order: the axis that the user named, slow forward bends, the protocol's mounting, an
assumption. Whoever was asked for bends and sits up again after each gives more upright poses:
they are averaged once the bends are believed, and a first rest that was unlike all of them does not
count then. Later the wearer can take the upright pose anew,
show a slouch of their own, or bend forward on purpose; poses taken again within two minutes
are averaged.

Bends that nobody asked for are doubted if they go more than 45 deg aside of the mounting and
the wearer does not rock that way at rest: then they were reaches to the side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from sensorapp.model.inputs import Command
from sensorapp.model.posture import Alignment, CalibrationSource, Vector3
from sensorapp.model.settings import SessionSettings
from sensorapp.session import retry
from sensorapp.session.poses import ALIKE_DEG, SERIES_S, PoseSeries, agreed
from sensorapp.session.readings import Reading
from sensorapp.session.retry import Told
from sensorapp.session.stored_pose import LEAST_SLOUCH_DEG, is_sound, slouch_up_of
from sensorapp.signal.angles import BodyAxes
from sensorapp.signal.bends import BendFinder
from sensorapp.signal.chunks import Chunk
from sensorapp.signal.sagittal import find_sagittal
from sensorapp.signal.upright import RestFinder
from sensorapp.signal.vectors import angle_deg

REMOUNT_DEG = 45.0
"""An upright pose this far from the last one means another mounting: forward is found anew."""

ASKED_S = 10.0
"""A pose that was asked for is given up after this: later the wearer may sit otherwise."""

_ASKED_BENDS_S = 60.0
_REPOSE_S = 1.0
"""Rest after a bend: breath moves its mean by half a degree, sitting up again by 3 deg."""
_REPOSE_WITHIN_S = 10.0
_REPOSED_DEG = 15.0
"""Sitting up again differs by less; a rest farther from the first is another pose."""
_LEANING_DEG = 10.0
"""An upright pose this far forward of the last is worth a question."""
_TURNED_DEG = 45.0
"""Bends farther than this from the mounting's forward are worth a question, or a doubt."""
_ROCKING = 1.3
"""Least rocking along the bends over that across for bends that the mounting speaks against."""
_DEAD_TOLD_S = 3.0
"""A rest too still for a wearer is told after this: a wearer breathes within it."""

_MEASURED = (CalibrationSource.OPTION, CalibrationSource.BENDS)
"""Sources of a forward direction that a new upright pose in the same mounting keeps."""


class Pose(StrEnum):
    """What is being waited for."""

    NONE = ""
    UPRIGHT = "upright"
    SLOUCH = "slouch"
    BENDS = "bends"


POSES_ASKED = {
    Command.CALIBRATE_UPRIGHT: Pose.UPRIGHT,
    Command.CALIBRATE_SLOUCH: Pose.SLOUCH,
    Command.CALIBRATE_BENDS: Pose.BENDS,
}


@dataclass(frozen=True, slots=True)
class Aligned:
    """What came of a pose: an alignment with its source, or the trouble with it, or both.

    `poses` is how many poses were averaged.
    """

    alignment: Alignment | None
    source: CalibrationSource
    trouble: str = ""
    poses: int | None = 1


class Calibrator:
    """Watches the chunks of one sensor for the poses that are waited for."""

    def __init__(self, settings: SessionSettings) -> None:
        self._option = settings.forward_axis
        stored = settings.stored_alignment
        self._alignment = stored if stored is not None and is_sound(stored) else None
        self._rest = RestFinder()
        self._bends: BendFinder | None = None
        self._slouch_up = None if self._alignment is None else slouch_up_of(self._alignment)
        self._waiting = Pose.NONE if self._alignment is not None else Pose.UPRIGHT
        self._until_ns: int | None = None
        self._unproved = self._alignment is not None
        self._uprights, self._slouches = PoseSeries(), PoseSeries()
        self._on_purpose = False  # the upright poses were taken with a key
        self._repose: RestFinder | None = None
        self._repose_until_ns = 0
        self._reposed: list[Vector3] = []
        self._shown: list[tuple[int, Vector3]] = []
        """When and what: a first rest that nobody asked for, and the poses after bends."""
        self._told_dead = False

    @property
    def alignment(self) -> Alignment | None:
        """In force now; None before the first rest."""
        return self._alignment

    @property
    def waiting(self) -> Pose:
        """The pose that is waited for."""
        return self._waiting

    @property
    def progress(self) -> float:
        """How much of what is waited for is there, 0..1; 1 while nothing is waited for."""
        if self._waiting is Pose.NONE:
            return 1.0
        if self._waiting is Pose.BENDS:
            return 0.0 if self._bends is None else min(1.0, self._bends.bends / 2.0)
        return self._rest.progress

    @property
    def busy(self) -> bool:
        """Whether `step` has anything to look for."""
        return (
            self._waiting is not Pose.NONE
            or self._bends is not None
            or self._repose is not None
            or self._unproved
        )

    def forget_stored(self) -> None:
        """The stored alignment is another sensor's: begin as without one."""
        if self._unproved:
            self._alignment, self._slouch_up, self._unproved = None, None, False
            self._waiting = Pose.UPRIGHT

    def ask(self, pose: Pose, t_ns: int) -> None:
        """Wait for this pose, or for two bends; both need an upright pose first."""
        alignment = self._alignment
        if alignment is None:
            return  # the first rest is waited for already, for as long as it takes
        self._waiting = pose
        self._told_dead = False
        self._rest.reset()
        self._until_ns = None
        if pose is Pose.BENDS:
            self._bends = BendFinder(alignment.up, t_ns, _ASKED_BENDS_S)
            self._reposed.clear()
        else:
            self._until_ns = t_ns + round(ASKED_S * 1e9)

    def adopt(self, alignment: Alignment) -> Aligned:
        """Take an alignment that was made before, instead of what is in force or waited for."""
        if not is_sound(alignment):
            return Aligned(None, CalibrationSource.STORED, Told.UNSOUND)
        self._alignment, self._slouch_up = alignment, slouch_up_of(alignment)
        self._waiting, self._until_ns = Pose.NONE, None
        self._bends = self._repose = None
        self._unproved = self._on_purpose = False
        self._rest.reset()
        self._uprights.clear()
        self._slouches.clear()
        self._reposed.clear()
        self._shown.clear()
        return Aligned(alignment, CalibrationSource.STORED, poses=None)

    def broken(self) -> None:
        """A long hole: what was gathered of a rest or a bend belongs to before it."""
        self._rest.reset()
        self._repose = None
        if self._bends is not None:
            self._bends.reset()

    def step(self, chunk: Chunk, reading: Reading, *, worn: bool | None = None) -> Aligned | None:
        """Digest a chunk and its reading; what came of a pose when one is complete.

        While `worn` is False nothing is a pose.
        """
        if worn is False:
            self.broken()
        if self._rests:
            pose_up = (
                None if worn is False else self._rest.step(chunk, reading.speed_rads, reading.ups)
            )
            if pose_up is not None:
                return self._posed(pose_up, chunk.frame_t_ns)
            dead = worn is False or self._rest.dead_s > _DEAD_TOLD_S
            if self._until_ns is not None and chunk.frame_t_ns >= self._until_ns:
                return self._given_up(Told.NOT_WORN if dead else retry.restless(ASKED_S))
            if dead and not self._told_dead:
                self._told_dead = True
                return Aligned(None, CalibrationSource.REST, Told.NOT_WORN)
            if worn is False:
                return None
        elif self._unproved and worn is not False:
            pose_up = self._rest.step(chunk, reading.speed_rads, reading.ups)
            if pose_up is not None:
                return self._proved(pose_up, chunk.frame_t_ns)
        reposed = None
        if self._repose is not None:
            reposed = self._step_repose(self._repose, chunk, reading)
        if self._bends is not None:
            return self._watch_bends(self._bends, chunk, reading)
        return reposed

    @property
    def _rests(self) -> bool:
        """Whether a rest is waited for."""
        return self._waiting in (Pose.UPRIGHT, Pose.SLOUCH)

    def _proved(self, up: Vector3, t_ns: int) -> Aligned | None:
        """The first rest with a stored alignment: does the clip still sit like that?"""
        self._unproved = False
        stored = self._alignment
        if stored is None or angle_deg(stored.up, up) < REMOUNT_DEG:
            return None
        self._alignment = self._slouch_up = None
        return replace(self._upright(up, t_ns), trouble=Told.SITS_OTHERWISE)

    def _posed(self, up: Vector3, t_ns: int) -> Aligned:
        pose, self._waiting, self._until_ns = self._waiting, Pose.NONE, None
        self._unproved = self._told_dead = False
        return self._upright(up, t_ns) if pose is Pose.UPRIGHT else self._slouch(up, t_ns)

    def _given_up(self, trouble: str) -> Aligned:
        self._waiting, self._until_ns = Pose.NONE, None
        self._rest.reset()
        return Aligned(None, CalibrationSource.REST, trouble)

    def _upright(self, up: Vector3, t_ns: int) -> Aligned:
        old = self._alignment
        again = old is not None and angle_deg(old.up, up) < REMOUNT_DEG
        trouble = ""
        if not again:
            self._slouch_up = None
            self._slouches.clear()
        elif old is not None:
            flexion_deg = BodyAxes(old).flexion_deg(up)
            trouble = retry.leaning(flexion_deg) if flexion_deg >= _LEANING_DEG else ""
        if not (again and self._on_purpose):
            self._uprights.clear()
        self._on_purpose = old is not None
        self._shown = [] if self._on_purpose else [(t_ns, up)]
        mean_up = self._uprights.add(up, t_ns)
        kept = old if again and old is not None and old.axis_source in _MEASURED else None
        found = find_sagittal(
            mean_up, option=self._option, bends_forward=None if kept is None else kept.forward
        )
        alignment = found.alignment
        if kept is not None and alignment.axis_source is CalibrationSource.BENDS:
            alignment = replace(alignment, axis_source=kept.axis_source)
        if found.option_refused and self._option is not None:
            trouble = retry.axis_refused(self._option.value)
        source = alignment.axis_source
        self._bends = None if source in _MEASURED else BendFinder(mean_up, t_ns)
        self._repose = None
        self._reposed.clear()
        source = CalibrationSource.REST if again else source
        return self._in_force(alignment, source, trouble, self._uprights.count)

    def _watch_bends(self, finder: BendFinder, chunk: Chunk, reading: Reading) -> Aligned | None:
        t_ns = chunk.frame_t_ns
        forward = finder.step(t_ns, reading.up, chunk.gyro_rads, reading.speed_rads)
        if not (finder.ended or finder.done):
            return None
        asked = self._waiting is Pose.BENDS
        wanted = asked or self._is_assumed
        if wanted and finder.ended and finder.trouble is None:
            self._repose = RestFinder(_REPOSE_S)
            self._repose_until_ns = t_ns + round(_REPOSE_WITHIN_S * 1e9)
        if finder.done:
            self._bends = None
            if asked:
                self._waiting = Pose.NONE
        if forward is not None:
            return self._bent(finder, forward, t_ns, asked=asked)
        if finder.done:
            self._repose = None
            return Aligned(None, CalibrationSource.BENDS, Told.NO_BENDS) if asked else None
        if finder.trouble is not None and (asked or (wanted and finder.trouble in retry.UNASKED)):
            return Aligned(None, CalibrationSource.BENDS, retry.BEND_AGAIN[finder.trouble])
        return None

    def _bent(
        self, finder: BendFinder, forward: Vector3, t_ns: int, *, asked: bool
    ) -> Aligned | None:
        """Two bends or more show forward: is it believed, and what more do they show?"""
        alignment = self._alignment
        assert alignment is not None
        as_mounted = find_sagittal(alignment.up).alignment
        turned_deg = 0.0
        if as_mounted.axis_source is CalibrationSource.MOUNTING:
            turned_deg = angle_deg(as_mounted.forward, forward)
        is_turned = turned_deg > _TURNED_DEG
        if is_turned and not asked and (finder.rocking(forward) or 0.0) < _ROCKING:
            self._repose = None
            return Aligned(None, CalibrationSource.BENDS, Told.ASIDE)
        if asked:
            self._option = None  # the wearer showed it, after naming it
        for up in self._reposed:
            self._take_in(up, t_ns)
        self._reposed.clear()
        return self._with_forward(forward, retry.turned(turned_deg) if is_turned else "")

    def _take_in(self, up: Vector3, t_ns: int) -> None:
        """A pose after a bend, the bends being believed: those that agree are upright."""
        if self._on_purpose:  # shown with a key: later ones can only be more of the same
            if self._uprights.is_alike(up):
                self._uprights.add(up, t_ns)
            return
        self._shown = [one for one in self._shown if t_ns - one[0] <= SERIES_S * 1e9]
        self._shown.append((t_ns, up))
        self._uprights.begin_with(agreed([one for _, one in self._shown]), t_ns)

    def _with_forward(self, forward: Vector3, trouble: str = "") -> Aligned:
        alignment = self._alignment
        assert alignment is not None
        up = self._uprights.mean if self._uprights.count else alignment.up
        if angle_deg(alignment.up, up) > ALIKE_DEG and not trouble:
            trouble = Told.SAT_OTHERWISE
        found = find_sagittal(up, bends_forward=forward).alignment
        found = replace(found, slouch_deg=alignment.slouch_deg)
        return self._in_force(found, found.axis_source, trouble, self._uprights.count or None)

    def _step_repose(self, rest: RestFinder, chunk: Chunk, reading: Reading) -> Aligned | None:
        """The wearer sits up again after a bend: one more upright pose, if the bends are good."""
        if chunk.frame_t_ns >= self._repose_until_ns:
            self._repose = None
            return None
        pose_up = rest.step(chunk, reading.speed_rads, reading.ups)
        if pose_up is None:
            return None
        self._repose = None
        assert self._alignment is not None
        if not self._uprights.count or angle_deg(self._alignment.up, pose_up) > _REPOSED_DEG:
            return None
        if self._bends is not None:
            self._reposed.append(pose_up)
            return None
        before_up = self._uprights.mean
        self._take_in(pose_up, chunk.frame_t_ns)
        if self._uprights.mean == before_up:
            return None
        return self._with_forward(self._alignment.forward)

    @property
    def _is_assumed(self) -> bool:
        alignment = self._alignment
        return alignment is not None and alignment.axis_source is CalibrationSource.ASSUMED

    def _slouch(self, up: Vector3, t_ns: int) -> Aligned:
        alignment = self._alignment
        assert alignment is not None
        flexion_deg = BodyAxes(alignment).flexion_deg(up)
        if flexion_deg < LEAST_SLOUCH_DEG:
            trouble = retry.no_slouch(flexion_deg, LEAST_SLOUCH_DEG)
            return Aligned(None, CalibrationSource.TWO_POSE, trouble)
        self._slouch_up = self._slouches.add(up, t_ns)
        source = CalibrationSource.TWO_POSE
        return self._in_force(alignment, source, poses=self._slouches.count)

    def _in_force(
        self,
        alignment: Alignment,
        source: CalibrationSource,
        trouble: str = "",
        poses: int | None = 1,
    ) -> Aligned:
        slouch_deg = alignment.slouch_deg
        if self._slouch_up is not None:
            slouch_deg = BodyAxes(alignment).flexion_deg(self._slouch_up)
            if slouch_deg < LEAST_SLOUCH_DEG:
                slouch_deg, self._slouch_up = None, None
        self._alignment = replace(alignment, slouch_deg=slouch_deg)
        return Aligned(self._alignment, source, trouble, poses)
