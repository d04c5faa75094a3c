"""A set-up without a radio: a session, a guide, and a wearer who does what a test says."""

from __future__ import annotations

import itertools

import numpy as np

from sensorapp.model.inputs import HOST, Input, QuietChanged, UserCommand
from sensorapp.model.outputs import Output
from sensorapp.model.posture import Silence
from sensorapp.model.settings import SessionSettings
from sensorapp.model.setup import Ask, Pressed, Step
from sensorapp.session.session import Session
from sensorapp.session.setup import SetupGuide
from sensorapp.virtual.wearer import Phase
from sensorapp.virtual.wearer.follower import FOLLOWED, SITTING
from sensorapp.virtual.wearer.obedient import ObedientWearer
from tests.unit.session_support import Clip, session


class Bench:
    """Feeds a session a tenth of a second at a time; the guide looks after each."""

    def __init__(
        self,
        first: Phase = SITTING,
        settings: SessionSettings | None = None,
        *,
        guided: bool = True,
    ) -> None:
        self._guided = guided
        self.session: Session = session(settings)
        self.guide = SetupGuide()
        self.wearer = ObedientWearer(first, 1)
        self.said: list[str] = []
        self.items: list[Input] = []
        self.outputs: list[Output] = []
        self.obeys = True
        self._rows = self.wearer.stream().rows
        self._clip = Clip().connects()
        self._asked: Ask | None = None
        if guided:
            self.feed(QuietChanged(self._clip.host_ns, HOST, Silence.SET_UP))
            self._hand_over()

    def feed(self, item: Input) -> None:
        self.items.append(item)
        self.outputs += self.session.feed(item)

    def passes(self, seconds: float) -> Bench:
        for _ in range(round(seconds * 10)):
            self._clip.feels(np.array(list(itertools.islice(self._rows, 10))))
            self._hand_over()
            if self._guided:
                self._look()
        return self

    def until(self, step: Step, within_s: float = 30.0) -> Bench:
        for _ in range(round(within_s * 10)):
            if self.guide.step is step:
                return self
            self.passes(0.1)
        raise AssertionError(f"still at {self.guide.step} after {within_s} s: {self.said}")

    def reports(self, *, worn: bool) -> Bench:
        self._clip.reports(worn=worn)
        self._hand_over()
        return self

    def press(self, pressed: Pressed) -> Bench:
        state = self.session.state
        for command in self.guide.press(pressed, state):
            self.feed(UserCommand(self._clip.host_ns, "clip", command, state.t_ns))
        self._look()
        return self

    def _hand_over(self) -> None:
        for item in self._clip.items:
            self.feed(item)
        self._clip.items.clear()

    def _look(self) -> None:
        self.guide.look(self.session.state)
        picture = self.guide.picture
        if picture.said and (not self.said or self.said[-1] != picture.said):
            self.said.append(picture.said)
        if picture.ask is not self._asked:
            self._asked = picture.ask
            if self.obeys:
                self.wearer.do(*FOLLOWED.get(picture.ask, ()))
