"""The set-up, step by step: from a sensor that is switched on to the first judged minute.

A step machine that looks at pictures of a session (`SessionState`) and at what the wearer
presses, and answers with commands for the session. It takes no pose itself: the session's
calibrator does, and says why one did not work. Time is the state's sensor time.
"""

from __future__ import annotations

from sensorapp.model.device import LinkState
from sensorapp.model.inputs import Command
from sensorapp.model.outputs import Fault
from sensorapp.model.posture import Calibration, CalibrationSource, PostureState
from sensorapp.model.setup import Ask, Pressed, SetupPicture, Step
from sensorapp.session.state import SessionState
from sensorapp.text import setup_words as words
from sensorapp.text.cleaning import plain_text

ON_ITS_SIDE_DEG = 45.0
"""From here on the seat doesn't say which way is forward (`signal.sagittal`)."""

UPSIDE_DOWN_DEG = 120.0

_SETTLED_NS = 1_000_000_000
"""So long a sensor that says nothing else counts as worn, and a kept pose as found."""
_LONGEST = 300
_RESTLESS_NS = 8_000_000_000
_STANDS_BEFORE_DEG = 45.0
"""Farther than this from a kept upright pose it is not known how the clip sits."""

_COMMANDS = {
    Step.UPRIGHT: Command.CALIBRATE_UPRIGHT,
    Step.SLOUCH: Command.CALIBRATE_SLOUCH,
    Step.BENDS: Command.CALIBRATE_BENDS,
}
_RESULTS = {
    Step.UPRIGHT: (
        CalibrationSource.REST,
        CalibrationSource.MOUNTING,
        CalibrationSource.ASSUMED,
        CalibrationSource.OPTION,
    ),
    Step.SLOUCH: (CalibrationSource.TWO_POSE,),
    Step.BENDS: (CalibrationSource.BENDS,),
}
_WAITS = {Step.UPRIGHT: "upright", Step.SLOUCH: "slouch", Step.BENDS: "bends"}
_ASK = {
    Step.MOUNTED: Ask.SIT_TALL,
    Step.UPRIGHT: Ask.SIT_TALL,
    Step.SLOUCH: Ask.SLOUCH,
    Step.BENDS: Ask.SIT_TALL,
    Step.PREVIEW: Ask.TRY_OUT,
    Step.DONE: Ask.SIT_TALL,
}
_FIRST = (Step.FIND, Step.WORN, Step.MOUNTED, Step.UPRIGHT)
_LAST = (Step.PREVIEW, Step.DONE)
_BY_ITSELF = (Step.FIND, Step.WORN)


class SetupGuide:
    """One set-up, from its first step until it is done or left.

    `look` is called with every new picture of the session, `press` with what the wearer pressed;
    both return the commands that follow, to be sent in order.
    """

    def __init__(self) -> None:
        self._step = Step.FIND
        self._since_ns: int | None = None
        self._said = ""
        self._trouble = False
        self._progress: float | None = None
        self._taking = False
        self._begun = False
        self._doubted = False
        self._bends_first = False
        self._fault: Fault | None = None
        self._calibration: Calibration | None = None
        self._looked: Calibration | None = None
        self._left = False

    @property
    def step(self) -> Step:
        """Where it is."""
        return self._step

    @property
    def left(self) -> bool:
        """Whether the wearer left before the end: everything is to be as it was before."""
        return self._left

    @property
    def order(self) -> tuple[Step, ...]:
        """The steps of this set-up; bends come first where nothing else tells forward."""
        poses = (Step.SLOUCH, Step.BENDS)
        return (*_FIRST, *(reversed(poses) if self._bends_first else poses), *_LAST)

    @property
    def picture(self) -> SetupPicture:
        """What to show now."""
        order, step = self.order, self._step
        ask = _ASK.get(step, Ask.NOTHING)
        if step is Step.BENDS and self._taking:
            ask = Ask.BEND_TWICE
        return SetupPicture(
            step=step,
            number=order.index(step) + 1,
            of=len(order),
            asks=words.TAKING[step] if self._taking else words.ASKS[step],
            said=self._said,
            trouble=self._trouble,
            progress=self._progress,
            offers=self._offers(),
            ask=ask,
        )

    def look(self, state: SessionState) -> tuple[Command, ...]:
        """Take in a picture of the session."""
        if self._left:
            return ()
        if self._since_ns is None:
            self._since_ns = state.t_ns
        streams = state.link is not None and state.link.state is LinkState.STREAMING
        if not streams and self._step not in (Step.FIND, Step.DONE):
            self._say(words.LINK_LOST, trouble=True)
            self._taking, self._progress = False, None
            return ()
        if self._said == words.LINK_LOST:
            self._say("")
        match self._step:
            case Step.FIND:
                self._find(state, streams=streams)
            case Step.WORN:
                self._worn(state)
            case Step.MOUNTED:
                self._mounted(state)
            case Step.UPRIGHT | Step.SLOUCH | Step.BENDS if self._taking:
                self._take(state)
            case _:
                pass
        return ()

    def press(self, pressed: Pressed, state: SessionState) -> tuple[Command, ...]:
        """The wearer pressed something; what is not offered does nothing."""
        if pressed not in self._offers():
            return ()
        match pressed:
            case Pressed.LEAVE:
                self._left = True
            case Pressed.SKIP:
                self._skip(state)
            case Pressed.BACK:
                order = self.order
                self._enter(order[order.index(self._step) - 1], state)
            case Pressed.AGAIN:
                return self._again(state)
            case Pressed.NEXT:
                return self._next(state)
        return ()

    def _offers(self) -> tuple[Pressed, ...]:
        if self._left:
            return ()
        match self._step:
            case Step.FIND | Step.WORN:
                offers: tuple[Pressed, ...] = ()
            case Step.MOUNTED:
                offers = (Pressed.NEXT, Pressed.AGAIN) if self._doubted else ()
            case Step.DONE:
                return (Pressed.NEXT, Pressed.BACK)
            case Step.PREVIEW:
                offers = (Pressed.NEXT, Pressed.BACK)
            case _ if self._taking:
                offers = (Pressed.AGAIN,)
            case _:
                offers = (Pressed.NEXT, *((Pressed.AGAIN,) if self._doubted else ()))
        if self._step in (Step.SLOUCH, Step.BENDS):
            offers = (*offers, Pressed.SKIP, Pressed.BACK)
        return (*offers, Pressed.LEAVE)

    def _enter(self, step: Step, state: SessionState, said: str = "") -> None:
        self._step, self._since_ns = step, state.t_ns
        self._taking = self._doubted = False
        self._progress = None
        self._say(said)

    def _say(self, said: str, *, trouble: bool = False) -> None:
        self._said, self._trouble = said, trouble

    def _advance(self, state: SessionState, said: str = "") -> None:
        order = self.order
        self._enter(order[order.index(self._step) + 1], state, said)
        if self._step is Step.DONE:
            alignment = None if state.calibration is None else state.calibration.alignment
            own = alignment is not None and alignment.slouch_deg is not None
            self._say(words.set_up(state.threshold_deg, state.dwell_s, own_slouch=own))

    def _waited(self, state: SessionState, wait_ns: int) -> bool:
        return state.t_ns is not None and state.t_ns - (self._since_ns or 0) >= wait_ns

    def _find(self, state: SessionState, *, streams: bool) -> None:
        if streams and state.posture is not None:
            self._enter(Step.WORN, state)
            return
        link = state.link
        reason = "" if link is None else plain_text(link.reason)
        unavailable = link is not None and link.state is LinkState.UNAVAILABLE
        self._say(reason, trouble=unavailable)

    def _worn(self, state: SessionState) -> None:
        worn = None if state.sensor is None else state.sensor.worn
        seems_off = state.posture is None or state.posture.state is PostureState.NOT_WORN
        if worn is False or seems_off:
            self._since_ns = state.t_ns
        elif worn or self._waited(state, _SETTLED_NS):
            self._enter(Step.MOUNTED, state)

    def _mounted(self, state: SessionState) -> None:
        """How the clip sits follows from the first rest, whatever pose that is."""
        if self._doubted:
            return
        if state.posture is not None and state.posture.state is PostureState.NOT_WORN:
            self._enter(Step.WORN, state)
            return
        done = state.calibration
        if done is None or done == self._looked or state.waiting_for == _WAITS[Step.UPRIGHT]:
            self._progress = state.calibration_progress
            restless = self._waited(state, _RESTLESS_NS)
            trouble = self._new_trouble(state) or (words.NOT_STILL if restless else "")
            if trouble and not self._said:
                self._say(trouble, trouble=True)
            return
        if done.source is CalibrationSource.STORED:
            self._as_before(state)
            return
        self._seated(done, state)

    def _as_before(self, state: SessionState) -> None:
        frame = state.posture
        if frame is None or frame.flexion_deg is None or frame.side_bend_deg is None:
            return
        lean_deg = max(abs(frame.flexion_deg), abs(frame.side_bend_deg))
        if lean_deg >= _STANDS_BEFORE_DEG:
            self._since_ns = state.t_ns
        elif self._waited(state, 3 * _SETTLED_NS):
            assert state.calibration is not None
            self._seated(state.calibration, state)

    def _seated(self, done: Calibration, state: SessionState) -> None:
        self._progress = None
        source = done.alignment.axis_source
        self._bends_first = source is CalibrationSource.ASSUMED
        if source is CalibrationSource.ASSUMED:
            upside_down = done.tilt_deg > UPSIDE_DOWN_DEG
            self._doubted, self._looked = True, done
            said = words.UPSIDE_DOWN if upside_down else words.ON_ITS_SIDE
            self._say(said, trouble=True)
            return
        said = words.AS_MEANT
        if source is CalibrationSource.OPTION:
            said = words.SHOWN_BY_OPTION
        elif done.source is CalibrationSource.STORED or done.tilt_deg > ON_ITS_SIDE_DEG:
            said = words.AS_BEFORE
        self._advance(state, said)

    def _again(self, state: SessionState) -> tuple[Command, ...]:
        if self._step is Step.MOUNTED:
            self._enter(Step.MOUNTED, state)
            self._remember(state)
            return (Command.CALIBRATE_UPRIGHT,)
        return self._ask(state)

    def _next(self, state: SessionState) -> tuple[Command, ...]:
        if self._step is Step.DONE:
            return ()
        if self._step in (Step.MOUNTED, Step.PREVIEW) or self._doubted:
            self._advance(state)
            return ()
        return self._ask(state)

    def _skip(self, state: SessionState) -> None:
        done = state.calibration
        assumed = done is not None and done.alignment.axis_source is CalibrationSource.ASSUMED
        said = words.SLOUCH_SKIPPED
        if done is not None and done.alignment.slouch_deg is not None:
            said = words.slouch_taken(done.alignment.slouch_deg, state.threshold_deg)
        if self._step is Step.BENDS:
            said = words.BENDS_NEEDED if assumed else words.BENDS_SKIPPED
        self._advance(state, said)

    def _ask(self, state: SessionState) -> tuple[Command, ...]:
        self._taking, self._begun, self._doubted = True, False, False
        self._progress = 0.0
        self._say("")
        self._remember(state)
        return (_COMMANDS[self._step],)

    def _remember(self, state: SessionState) -> None:
        """What was there when a pose was asked for: whatever differs later came of it."""
        self._fault, self._calibration = state.fault, state.calibration

    def _new_trouble(self, state: SessionState) -> str:
        fault = state.fault
        if fault is None or fault == self._fault or fault.kind != "calibration":
            return ""
        return plain_text(fault.message, _LONGEST)

    def _take(self, state: SessionState) -> None:
        """A pose is waited for: is it there, or given up?"""
        waits = state.waiting_for == _WAITS[self._step]
        self._begun = self._begun or waits
        trouble = self._new_trouble(state)
        done = state.calibration
        is_new = not waits and done is not None and done != self._calibration
        if is_new and done is not None and done.source in _RESULTS[self._step]:
            self._taken(done, state, trouble)
        elif waits:
            self._progress = state.calibration_progress
            if trouble:
                self._say(trouble, trouble=True)
        elif trouble or self._begun:
            self._taking, self._progress = False, None
            self._say(trouble or words.UNCLEAR, trouble=True)

    def _taken(self, done: Calibration, state: SessionState, trouble: str) -> None:
        if trouble and self._step is not Step.BENDS:
            self._taking, self._progress, self._doubted = False, None, True
            self._say(trouble, trouble=True)
            return
        said = {Step.UPRIGHT: words.UPRIGHT_TAKEN, Step.BENDS: words.BENDS_TAKEN}.get(self._step)
        if self._step is Step.SLOUCH and done.alignment.slouch_deg is not None:
            said = words.slouch_taken(done.alignment.slouch_deg, state.threshold_deg)
        if trouble and "turned" in trouble:
            said = trouble
        self._advance(state, said or "")
