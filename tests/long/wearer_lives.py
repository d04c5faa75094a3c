"""Made-up wearers for `tests.long.wearers`: what they do, and what is right to say of it.

What is right follows from the script and the true angles alone. A slouch that must be found
is a lean 2 deg or more above the limit for the dwell and 3 s more, without a break and while
the wearer does nothing else; an alert is false if the true angle was not at the limit, less
2 deg, for nine tenths of the dwell before it. What is between the two is right either way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Output
from sensorapp.model.posture import (
    AlertKind,
    Calibration,
    CalibrationSource,
    Quality,
    SlouchAlert,
)
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.signal.angles import BodyAxes
from sensorapp.virtual.scenarios import load_scenario
from sensorapp.virtual.wearer import Activity, Mounting, Phase, Pose, Script, Wearer
from tests.seats import aligned_mountings, askew
from tests.unit.session_support import NS, Clip, fed_in_blocks, frames, of, session

Floats = NDArray[np.float64]

SEATS = aligned_mountings()
SCENARIOS = ("still", "slouch", "bends", "desk", "walk", "sensor_off", "tour")
ASKEW_DEG = 5.0
DWELL_S = 15.0
GREY_DEG = 2.0
_SURE_S = 3.0
_ELSEWHERE = (Activity.WALK, Activity.STAND, Activity.BEND_DOWN, Activity.SENSOR_OFF)
_GRID_S = 0.1
_NEAR_DEG = 5.0
_REPOSE_DEG = (2.3, 1.6)
"""Scatter of sitting up, flexion and side bend: two poses then differ by 3.2 and 2.3 deg."""
_ASKED_S = 4.3
"""When the wearer presses the key before the bends."""


@dataclass(frozen=True)
class Life:
    """A wearer and what a session made of what the sensor felt."""

    wearer: Wearer
    script: Script
    outputs: list[Output]
    from_s: float
    """From here on it is judged: the wearer has calibrated."""
    bent_s: float
    """The bends are over; what shows the own slouch comes after."""

    @property
    def calibrated(self) -> Calibration:
        """The alignment in force at the end."""
        return of(Calibration, self.outputs)[-1]

    @cached_property
    def _said_and_true(self) -> tuple[Floats, Floats]:
        """Flexion and side bend (n, 2) at certain frames, as said and as they were."""
        seen = [
            frame
            for frame in frames(self.outputs)
            if frame.t_ns >= self.from_s * NS and Quality.UNCERTAIN not in frame.quality
        ]
        truth = self.wearer.angles_deg(np.array([frame.t_ns / NS for frame in seen]))
        said = np.array([(frame.flexion_deg, frame.side_bend_deg) for frame in seen], dtype=float)
        return said, np.asarray(truth[:, :2])

    @cached_property
    def zero_deg(self) -> Floats:
        """True flexion and side bend (2,) where none is said: how far upright is off."""
        said, truth = self._said_and_true
        near = (np.abs(truth) < _NEAR_DEG).all(axis=1)
        return np.asarray((truth - said)[near].mean(axis=0))

    @property
    def first_zero_deg(self) -> Floats:
        """The same for the first pose alone, as if it had stayed in force."""
        axes = BodyAxes(self.calibrated.alignment)
        first = of(Calibration, self.outputs)[0].alignment.up
        return np.asarray(
            self.zero_deg + np.array([axes.flexion_deg(first), axes.side_bend_deg(first)])
        )

    def errors_deg(self) -> Floats:
        """Said less true flexion and side bend (n, 2), where upright is aside."""
        said, truth = self._said_and_true
        return np.asarray(said - (truth - self.zero_deg))

    def forward_off_deg(self) -> float:
        """Angle between the wearer's front and what was taken for it."""
        front = self.wearer.mounting.segment_from_sensor()[0]
        return float(np.degrees(np.arccos(np.dot(front, self.calibrated.alignment.forward))))


@dataclass(frozen=True)
class Slouches:
    """Slouch events of a life: those that had to be found, those that were, false alerts."""

    due: int = 0
    found: int = 0
    false: int = 0

    def __add__(self, other: Slouches) -> Slouches:
        return Slouches(self.due + other.due, self.found + other.found, self.false + other.false)


def bent(rng: np.random.Generator, times: int) -> list[Phase]:
    """Sitting tall, and slow forward bends as people make them: not quite straight.

    Nor do they sit up the same way again after each.
    """
    phases = [Phase(Activity.SIT, 4.5, 1.0, _upright(rng))]
    for _ in range(times):
        aside, turned = rng.normal(0.0, 2.0, 2).tolist()
        pose = Pose(rng.uniform(30.0, 50.0), aside, turned)
        move_s = rng.uniform(2.0, 2.8)
        phases.append(Phase(Activity.SLOW_BEND, move_s + 0.5, move_s, pose))
        phases.append(Phase(Activity.SLOW_BEND, move_s + 1.3, move_s, _upright(rng)))
    return [*phases, Phase(Activity.SIT, 3.0, 1.0, Pose())]


def _upright(rng: np.random.Generator) -> Pose:
    flexion_deg, side_deg = rng.normal(0.0, _REPOSE_DEG).tolist()
    return Pose(flexion_deg, side_deg)


BENDS = (2, 4)
"""How often the wearer bends: twice, and twice more if forward was not found by that."""


def measured(seed: int, seat: int, bends: int) -> Life:
    """Calibrates by bends, then leans to all sides; beyond the 24 seats it is any seat."""
    rng = np.random.default_rng([seed, seat, 1])
    free = seat >= len(SEATS)
    mounting = Mounting.random(rng) if free else askew(SEATS[seat], rng, ASKEW_DEG)
    phases = bent(rng, bends)
    begun_s = sum(phase.duration_s for phase in phases)
    side_deg = rng.uniform(10.0, 25.0) * rng.choice([-1.0, 1.0])
    poses = [
        Pose(flexion_deg=rng.uniform(15.0, 40.0)),
        Pose(),
        Pose(side_bend_deg=side_deg),
        Pose(rng.uniform(10.0, 25.0), -side_deg, rng.uniform(-20.0, 20.0)),
        Pose(flexion_deg=rng.uniform(-15.0, -5.0)),
    ]
    phases += [Phase(Activity.LEAN, 3.0, 1.8, pose) for pose in poses]
    script = Script(tuple(phases))
    wearer = Wearer(script, seed, mounting=mounting)
    clip = _lives_through(wearer, [(_ASKED_S, Command.CALIBRATE_BENDS)])
    return Life(wearer, script, fed_in_blocks(session(), clip.items), begun_s, begun_s)


def _lives_through(wearer: Wearer, presses: list[tuple[float, Command]]) -> Clip:
    """All that is felt and pressed, keys at their seconds."""
    table = np.concatenate(list(wearer.blocks()))
    clip, begin = Clip(packet=50).connects(), 0
    for at_s, command in presses:
        end = round(at_s * 100)
        clip.feels(table[begin:end]).presses(command, (end - 1) * 10_000_000)
        begin = end
    return clip.feels(table[begin:])


def judged_life(seed: int, script: Script, bends: int, *, own_slouch: bool) -> Life:
    """Calibrates by bends, and by a slouch of their own if asked; then lives the script."""
    rng = np.random.default_rng([seed, 2])
    mounting = askew(SEATS[int(rng.integers(len(SEATS)))], rng, ASKEW_DEG)
    phases = bent(rng, bends)
    bent_s = sum(phase.duration_s for phase in phases)
    presses = [(_ASKED_S, Command.CALIBRATE_BENDS)]
    if own_slouch:
        pose = Pose(flexion_deg=rng.uniform(18.0, 30.0))
        phases.append(Phase(Activity.SLOUCH, 2.0, 1.8, pose))
        begun_s = sum(phase.duration_s for phase in phases)
        presses.append((begun_s, Command.CALIBRATE_SLOUCH))
        # Who shows a pose keeps the hands from the keys.
        phases.append(Phase(Activity.LEAN, 4.0, 0.5, pose))
        phases.append(Phase(Activity.SIT, 4.0, 1.8, Pose()))
    begun_s = sum(phase.duration_s for phase in phases)
    whole = Script((*phases, *script.phases))
    wearer = Wearer(whole, seed, mounting=mounting)
    # One alert in 15 min would hide the second slouch of a scenario.
    settings = SessionSettings(replace(SlouchSettings(), dwell_s=DWELL_S, min_pause_s=0.0))
    outputs = fed_in_blocks(session(settings), _lives_through(wearer, presses).items)
    return Life(wearer, whole, outputs, begun_s, bent_s)


def scenario_script(name: str, seed: int, minutes: float) -> Script:
    """A scenario's script; "office" is a day of its own for each seed, `minutes` long."""
    return office(seed, minutes) if name == "office" else load_scenario(name).script(seed)


def office(seed: int, minutes: float) -> Script:
    """Whatever people do at a desk, in any order: slouches of any depth, walks, reaches."""
    rng = np.random.default_rng([seed, 3])
    phases = [Phase(Activity.SIT, 5.0, 1.5, Pose())]
    while sum(phase.duration_s for phase in phases) < 60.0 * minutes:
        phases += _OFFICE[int(rng.choice(len(_OFFICE), p=_SHARES))](rng)
    return Script(tuple(phases))


def _types(rng: np.random.Generator) -> list[Phase]:
    pose = Pose(rng.normal(3.0, 1.5), rng.normal(0.0, 1.5))
    return [Phase(Activity.TYPE, rng.uniform(10.0, 60.0), rng.uniform(1.0, 3.0), pose)]


def _slouches(rng: np.random.Generator) -> list[Phase]:
    pose = Pose(rng.uniform(5.0, 32.0), rng.normal(0.0, 2.0))
    lasts_s, move_s = rng.uniform(5.0, 90.0), rng.uniform(0.8, 3.0)
    return [
        Phase(Activity.SLOUCH, lasts_s, move_s, pose, creep_deg=rng.uniform(0.0, 5.0)),
        Phase(Activity.SIT, rng.uniform(4.0, 15.0), rng.uniform(0.8, 2.5), Pose()),
    ]


def _leans(rng: np.random.Generator) -> list[Phase]:
    pose = Pose(rng.uniform(-12.0, 4.0), rng.uniform(-18.0, 18.0))
    return [Phase(Activity.LEAN, rng.uniform(5.0, 40.0), 1.5, pose)]


def _reaches(rng: np.random.Generator) -> list[Phase]:
    reach = Pose(rng.uniform(5.0, 35.0), rng.uniform(-20.0, 20.0), rng.uniform(-40.0, 40.0))
    return [
        Phase(Activity.TWIST, rng.uniform(2.0, 6.0), 1.6, reach),
        Phase(Activity.SIT, rng.uniform(3.0, 8.0), 1.6, Pose()),
    ]


def _walks(rng: np.random.Generator) -> list[Phase]:
    return [
        Phase(Activity.STAND, rng.uniform(4.0, 10.0), 2.0, Pose(rng.normal(3.0, 1.0))),
        Phase(Activity.WALK, rng.uniform(10.0, 60.0), 2.0, Pose(rng.uniform(2.0, 8.0))),
        Phase(Activity.SIT, rng.uniform(4.0, 10.0), 2.2, Pose()),
    ]


def _picks_up(rng: np.random.Generator) -> list[Phase]:
    down = Pose(rng.uniform(50.0, 80.0))
    return [
        Phase(Activity.BEND_DOWN, rng.uniform(2.0, 4.0), 1.7, down),
        Phase(Activity.SIT, rng.uniform(4.0, 8.0), 1.8, Pose()),
    ]


_OFFICE = (_types, _slouches, _leans, _reaches, _walks, _picks_up)
_SHARES = (0.3, 0.35, 0.12, 0.09, 0.07, 0.07)


def slouches(life: Life) -> Slouches:
    """Compare the alerts of a life with what its wearer gave reason for."""
    t_s = np.arange(life.from_s, life.wearer.duration_s, _GRID_S)
    flexion_deg = life.wearer.angles_deg(t_s)[:, 0] - life.zero_deg[0]
    limit_deg = life.calibrated.threshold_deg
    leaning = (flexion_deg > limit_deg + GREY_DEG) & ~_elsewhere(life.script, t_s)
    alerted = _alerted(life)
    due = found = 0
    for begin, end in _runs(leaning):
        if (end - begin) * _GRID_S >= DWELL_S + _SURE_S:
            due += 1
            found += any(onset < t_s[end - 1] and end_s > t_s[begin] for onset, _, end_s in alerted)
    near = flexion_deg > limit_deg - GREY_DEG
    false = 0
    for _, alert_s, _ in alerted:
        before = (t_s > alert_s - DWELL_S) & (t_s <= alert_s)
        false += bool(near[before].mean() < 0.9)
    return Slouches(due, found, false)


def limit_off_deg(life: Life, *, own_slouch: bool) -> float | None:
    """Limit less half of the slouch that was shown, None where none was."""
    if not own_slouch:
        return None
    begin_s = 0.0
    for phase in life.script.phases:
        if phase.activity is Activity.SLOUCH:
            break
        begin_s += phase.duration_s
    shown = np.linspace(begin_s + 2.5, begin_s + 5.0, 100)
    flexion_deg = life.wearer.angles_deg(shown)[:, 0].mean() - life.zero_deg[0]
    return float(life.calibrated.threshold_deg - flexion_deg / 2.0)


def found_in_time(life: Life) -> bool:
    """Whether bends had shown forward when the wearer went on.

    A slouch that is shown while forward is a guess is refused, with the reason; a person bends
    again first, as the program asks.
    """
    axes = [
        found.alignment.axis_source
        for found in of(Calibration, life.outputs)
        if found.t_ns < life.bent_s * NS
    ]
    return CalibrationSource.BENDS in axes


def _alerted(life: Life) -> list[tuple[float, float, float]]:
    """Onset, alert and end, in seconds, of the slouches that were alerted about."""
    told = [one for one in of(SlouchAlert, life.outputs) if one.t_ns >= life.from_s * NS]
    alerts = [one for one in told if one.kind is AlertKind.SLOUCH]
    ends_s = {one.onset_t_ns: one.t_ns / NS for one in told if one.kind is AlertKind.RECOVERED}
    return [
        (
            one.onset_t_ns / NS,
            one.t_ns / NS,
            ends_s.get(one.onset_t_ns, life.wearer.duration_s),
        )
        for one in alerts
    ]


def _elsewhere(script: Script, t_s: Floats) -> NDArray[np.bool_]:
    """Where the wearer does something that is no posture, and a second around."""
    elsewhere = np.zeros(len(t_s), dtype=np.bool_)
    begin_s = 0.0
    for phase in script.phases:
        end_s = begin_s + phase.duration_s
        if phase.activity in _ELSEWHERE:
            elsewhere |= (t_s > begin_s - 1.0) & (t_s < end_s + 1.0)
        begin_s = end_s
    return elsewhere


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(int)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]
