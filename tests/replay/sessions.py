"""Sessions over virtual wearers without a radio, for tests of what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sensorapp.drivers.catalogue import drivers
from sensorapp.model.actions import Action
from sensorapp.model.breaks import BreakCredited, BreakDue
from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Output, Summary
from sensorapp.model.posture import Calibration, Movement, PostureFrame, SlouchAlert
from sensorapp.model.settings import SessionSettings
from sensorapp.session.session import Session, actions_in
from sensorapp.virtual.identity import virtual_config
from sensorapp.virtual.samples import SampleStream
from sensorapp.virtual.wire import play_through

Interrupt = Callable[[Session, Input], list[Input]]
"""What a user does after an input: more inputs."""

JUDGED = (
    *(PostureFrame, SlouchAlert, Movement, Calibration, Summary),
    *(BreakCredited, BreakDue),
)
"""What has to be the same however the samples travelled."""


def recorded(
    stream: SampleStream, settings: SessionSettings, user: Interrupt | None = None
) -> tuple[list[Input], list[Output]]:
    """All inputs and outputs of a session over a stream of samples."""
    session = Session(settings, drivers())
    items: list[Input] = []
    outputs: list[Output] = []

    def feed(item: Input) -> list[Action]:
        items.append(item)
        made = list(session.feed(item))
        if user is not None:
            for more in user(session, item):
                items.append(more)
                made += session.feed(more)
        outputs.extend(made)
        return actions_in(tuple(made))

    play_through(virtual_config(stream.rate_mhz), stream, "posture_clip", "clip", feed)
    outputs.extend(session.finish())
    return items, outputs


def replayed(items: Iterable[Input], settings: SessionSettings) -> list[Output]:
    """All outputs of a session over these inputs."""
    session = Session(settings, drivers())
    outputs = [output for item in items for output in session.feed(item)]
    return outputs + list(session.finish())


def judged(outputs: Iterable[Output]) -> list[Output]:
    """The outputs that may depend on nothing but samples."""
    return [output for output in outputs if isinstance(output, JUDGED)]
