"""A made-up working day of eight hours: what the wearer does, when, and which keys are pressed.

Sitting of all kinds, slouches of any depth and length, reaching to the floor, phone calls on
foot, walks, lunch with the clip off, a meeting, two lost links, and a clip that slips until the
wearer shows the upright pose again. All of it is drawn from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sensorapp.model.breaks import BreakKind
from sensorapp.model.inputs import Command
from sensorapp.virtual.wearer import Activity, Phase, Pose, Script, Wearer
from tests.replay.playing import Press
from tests.seats import aligned_mountings, askew, slipping

Floats = NDArray[np.float64]

RATE_MHZ = 25_000
HOURS = 8.0
MOVING = (BreakKind.WALK, BreakKind.LEFT_SEAT)
UPRIGHT = Pose()


@dataclass(frozen=True, slots=True)
class Span:
    """[begin, end) in seconds of the day."""

    begin_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Earned:
    """A break that there was, and as what it may be credited."""

    span: Span
    kinds: tuple[BreakKind, ...]


@dataclass
class WorkDay:
    """The phases of a day and all that a judge needs to know of it."""

    seed: int
    rng: np.random.Generator
    phases: list[Phase] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    breaks: list[Earned] = field(default_factory=list)
    lost: list[Span] = field(default_factory=list)
    silent: list[Span] = field(default_factory=list)
    slips: list[Span] = field(default_factory=list)
    slouch_deg: float = 0.0
    judged_from_s: float = 0.0
    now_s: float = 0.0

    def does(self, activity: Activity, seconds: float, pose: Pose, move_s: float = 1.5) -> Span:
        """Do it; when that was."""
        creep_deg = self.rng.uniform(0.0, 5.0) if activity is Activity.SLOUCH else 0.0
        self.phases.append(Phase(activity, seconds, min(move_s, seconds), pose, creep_deg))
        span = Span(self.now_s, self.now_s + seconds)
        self.now_s = span.end_s
        return span

    def presses_key(self, command: Command, minutes: float | None = None) -> None:
        """Press a key now."""
        self.presses.append(Press(self.now_s, command, minutes))

    def earns(self, begin_s: float, *kinds: BreakKind) -> None:
        """What began then, and ends now, is a break."""
        self.breaks.append(Earned(Span(begin_s, self.now_s), kinds))

    @property
    def script(self) -> Script:
        """All of it."""
        return Script(tuple(self.phases))

    def wearer(self, rate_mhz: int = RATE_MHZ) -> Wearer:
        """The one who lives it, with the clip in any seat."""
        rng = np.random.default_rng([self.seed, 5])
        seats = aligned_mountings()
        mounting = askew(seats[int(rng.integers(len(seats)))], rng, 5.0)
        return Wearer(self.script, self.seed, rate_mhz, mounting)

    def samples(self, wearer: Wearer) -> Floats:
        """What the clip feels (n, 6), force and rate, with its slips."""
        table = np.concatenate(list(wearer.blocks()))
        rng = np.random.default_rng([self.seed, 6])
        for slip in self.slips:
            around = rng.uniform(0.0, 2.0 * np.pi)
            table = _slipped(table, wearer, slip, around, rng.uniform(9.0, 14.0))
        return table


def _slipped(table: Floats, wearer: Wearer, slip: Span, around: float, turn_deg: float) -> Floats:
    """The clip turns about a level axis from the begin of the slip to its end, and stays."""
    rate_hz = wearer.rate_mhz / 1000.0
    t_s = np.arange(len(table)) / rate_hz
    level = np.array([np.cos(around), 0.0, np.sin(around)])
    x, y, z = (level @ wearer.mounting.segment_from_sensor()).tolist()
    deg = np.interp(t_s, (slip.begin_s, slip.end_s), (0.0, turn_deg))
    return np.asarray(slipping(table, (x, y, z), deg, rate_hz))


def _sits_down_to_work(day: WorkDay) -> None:
    """Upright, two slow bends, the own slouch: as set-up asks for."""
    rng = day.rng
    day.does(Activity.SIT, 6.0, UPRIGHT, 1.0)
    day.presses_key(Command.CALIBRATE_BENDS)
    for _ in range(2):
        aside_deg, turned_deg = rng.normal(0.0, 2.0, 2).tolist()
        bend = Pose(rng.uniform(30.0, 50.0), aside_deg, turned_deg)
        move_s = rng.uniform(2.0, 2.8)
        day.does(Activity.SLOW_BEND, move_s + 0.5, bend, move_s)
        day.does(Activity.SLOW_BEND, move_s + 1.3, UPRIGHT, move_s)
    day.does(Activity.SIT, 5.0, UPRIGHT, 1.0)
    day.slouch_deg = rng.uniform(18.0, 30.0)
    day.does(Activity.LEAN, 2.0, Pose(day.slouch_deg), 1.8)
    day.presses_key(Command.CALIBRATE_SLOUCH)
    day.does(Activity.LEAN, 5.0, Pose(day.slouch_deg), 0.5)
    day.does(Activity.SIT, 6.0, UPRIGHT, 1.8)
    day.judged_from_s = day.now_s


def _works(day: WorkDay, seconds: float) -> None:
    """Whatever people do at a desk, in any order."""
    until_s = day.now_s + seconds
    while day.now_s < until_s - 20.0:
        _DOINGS[int(day.rng.choice(len(_DOINGS), p=_SHARES))](day)


def _types(day: WorkDay) -> None:
    rng = day.rng
    pose = Pose(rng.normal(2.5, 1.5), rng.normal(0.0, 1.5))
    day.does(Activity.TYPE, rng.uniform(15.0, 120.0), pose, rng.uniform(1.0, 3.0))


def _reads(day: WorkDay) -> None:
    rng = day.rng
    pose = Pose(rng.normal(0.0, 1.5), rng.normal(0.0, 2.0))
    day.does(Activity.SIT, rng.uniform(10.0, 120.0), pose, rng.uniform(1.0, 3.0))


def _slouches(day: WorkDay) -> None:
    rng = day.rng
    pose = Pose(day.slouch_deg * rng.uniform(0.3, 1.25), rng.normal(0.0, 2.0))
    lasts_s = float(np.exp(rng.uniform(np.log(5.0), np.log(240.0))))
    day.does(Activity.SLOUCH, lasts_s, pose, rng.uniform(0.8, 3.0))
    day.does(Activity.SIT, rng.uniform(5.0, 20.0), UPRIGHT, rng.uniform(0.8, 2.5))


def _leans(day: WorkDay) -> None:
    rng = day.rng
    pose = Pose(rng.uniform(-12.0, 3.0), rng.uniform(-18.0, 18.0))
    day.does(Activity.LEAN, rng.uniform(5.0, 60.0), pose)


def _turns_round(day: WorkDay) -> None:
    rng = day.rng
    pose = Pose(rng.uniform(0.0, 20.0), rng.uniform(-20.0, 20.0), rng.uniform(-40.0, 40.0))
    day.does(Activity.TWIST, rng.uniform(2.0, 6.0), pose, 1.6)
    day.does(Activity.SIT, rng.uniform(4.0, 10.0), UPRIGHT, 1.6)


def _reaches_to_the_floor(day: WorkDay) -> None:
    rng = day.rng
    pose = Pose(rng.uniform(50.0, 80.0), rng.uniform(-15.0, 15.0))
    day.does(Activity.BEND_DOWN, rng.uniform(2.0, 5.0), pose, 1.7)
    day.does(Activity.SIT, rng.uniform(4.0, 10.0), UPRIGHT, 1.8)


_DOINGS = (_types, _reads, _slouches, _leans, _turns_round, _reaches_to_the_floor)
_SHARES = (0.35, 0.25, 0.2, 0.1, 0.05, 0.05)


def _walks(day: WorkDay, seconds: float) -> None:
    """Stand up, walk with a stand in between, sit down again."""
    rng = day.rng
    begin_s = day.now_s
    day.does(Activity.STAND, rng.uniform(3.0, 8.0), Pose(rng.normal(3.0, 1.0)), 2.0)
    for share in (0.6, 0.4):
        day.does(Activity.WALK, seconds * share, Pose(rng.uniform(2.0, 7.0)), 2.0)
        day.does(Activity.STAND, rng.uniform(5.0, 30.0), Pose(rng.normal(3.0, 1.0)), 2.0)
    day.earns(begin_s, *MOVING)
    day.does(Activity.SIT, rng.uniform(5.0, 12.0), UPRIGHT, 2.2)


def _is_silent(day: WorkDay, command: Command, minutes: float) -> None:
    day.presses_key(command, minutes)
    day.silent.append(Span(day.now_s, day.now_s + 60.0 * minutes))


def work_day(seed: int, share: float = 1.0) -> WorkDay:
    """The day of a seed; with `share` its sitting is shorter, and the rest as long."""
    day = WorkDay(seed, np.random.default_rng([seed, 7]))
    rng = day.rng
    hour_s = 3600.0 * share
    _sits_down_to_work(day)
    _works(day, 0.8 * hour_s)
    _walks(day, rng.uniform(150.0, 300.0))  # a phone call on foot
    _works(day, 0.5 * hour_s)
    day.lost.append(Span(day.now_s, day.now_s + rng.uniform(8.0, 40.0)))
    _works(day, max(0.5 * hour_s, 90.0))
    _walks(day, rng.uniform(120.0, 240.0))
    minutes = max(45.0 * share, 2.0)
    _is_silent(day, Command.MEETING, minutes)
    _works(day, 60.0 * minutes)
    _works(day, 0.7 * hour_s)
    begin_s = day.now_s
    day.does(Activity.SENSOR_OFF, max(rng.uniform(25.0, 40.0) * 60.0 * share, 330.0), Pose(90.0))
    day.earns(begin_s, BreakKind.NOT_WORN)
    day.does(Activity.SIT, 8.0, UPRIGHT, 2.5)
    _works(day, 0.6 * hour_s)
    _slips(day, share)
    _walks(day, rng.uniform(120.0, 240.0))
    _works(day, 0.5 * hour_s)
    day.lost.append(Span(day.now_s, day.now_s + rng.uniform(60.0, 240.0)))
    _works(day, max(0.5 * hour_s, 270.0))
    _walks(day, rng.uniform(150.0, 300.0))  # another call
    _is_silent(day, Command.PAUSE, max(15.0 * share, 1.0))
    _works(day, 0.3 * hour_s)
    _works(day, max(3600.0 * HOURS * share - day.now_s, 60.0))
    return day


def _slips(day: WorkDay, share: float) -> None:
    """Within some minutes the clip sits otherwise; later the wearer shows the upright pose."""
    rng = day.rng
    slip = Span(day.now_s + 5.0, day.now_s + 5.0 + rng.uniform(60.0, 180.0))
    day.slips.append(slip)
    _works(day, max(900.0 * share, slip.end_s - day.now_s))
    day.does(Activity.SIT, 4.0, UPRIGHT, 1.5)
    day.presses_key(Command.CALIBRATE_UPRIGHT)
    day.does(Activity.SIT, 8.0, UPRIGHT, 1.0)
