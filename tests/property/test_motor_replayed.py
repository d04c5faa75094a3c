"""What a clip was asked about its motor changes nothing of the samples that a replay finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sensorapp.drivers.base import DriverOutput
from sensorapp.drivers.posture_clip import DRIVER
from sensorapp.model.actions import Write
from sensorapp.model.inputs import Input
from sensorapp.model.motor import Buzz, BuzzPattern, OwnAlert, OwnAlertSet
from tests.lossy_pipe import CLIP, RATE_HZ, Pipe, Weather

BUZZ = Buzz(70, ((100, 100), (100, 0)))
GUARD = OwnAlert((0.0, 0.6, 0.8), 14.9, 15.0, 900.0, BuzzPattern.LONG)

OF_MOTOR = Write, OwnAlertSet


class Buzzing(Pipe):
    """A clip whose motor is used on the way; `items` is what a recording of it holds."""

    def __init__(self, seed: int) -> None:
        self.items: list[Input] = []
        self.told: list[DriverOutput] = []
        super().__init__(seed, 256, Weather(drop=0.4))

    def _tell(self, item: Input) -> None:
        self.items.append(item)
        outputs = self.run.on_input(item)
        self.told += [one for one in outputs if not isinstance(one, OF_MOTOR)]
        self._act(outputs)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(["buzz", "guard", "none"]), max_size=5))
def test_a_replay_that_leaves_the_motor_alone_finds_the_same(seed: int, asked: list[str]) -> None:
    pipe = Buzzing(seed)
    pipe.connect()
    for what in ["buzz", *asked]:
        pipe.passes(1.5)
        if what == "buzz":
            pipe._act(pipe.run.buzz(BUZZ))
        elif what == "guard":
            pipe._act(pipe.run.guard(GUARD))
        pipe.passes(1.5)
    again = DRIVER.open(CLIP, RATE_HZ * 1000)
    told = [output for item in pipe.items for output in again.on_input(item)]
    assert [repr(one) for one in told if not isinstance(one, OF_MOTOR)] == list(
        map(repr, pipe.told)
    )
