"""A session whose alerts reach the desktop: what is pressed there is what the keys press."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from sensorapp.app.channels import Channels
from sensorapp.app.settings_watch import SettingsWatch
from sensorapp.app.stream import Stream
from sensorapp.link.host_clock import HostClock
from sensorapp.model.actions import Action
from sensorapp.model.device import LinkState
from sensorapp.model.inputs import ChannelChanged, Command, Input, UserCommand
from sensorapp.model.outputs import Fault
from sensorapp.model.settings import SessionSettings, SlouchSettings
from sensorapp.notify.desktop import Patience
from sensorapp.runner import Runner
from tests.notify.peer import NotificationService, until
from tests.unit.runner_support import ListRecorder, Witness, at_once
from tests.unit.session_support import Clip, fed, of, session, sits, sits_then_slouches

SOON = SessionSettings(slouch=SlouchSettings(dwell_s=3.0))


class Handed:
    """A link that hands on what a test puts into it."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[Input | None] = asyncio.Queue()

    def put(self, clip: Clip) -> None:
        for item in clip.items:
            self._items.put_nowait(item)
        clip.items.clear()

    async def inputs(self) -> AsyncIterator[Input]:
        while (item := await self._items.get()) is not None:
            yield item

    def perform(self, action: Action) -> None:
        del action

    def noted(self, state: LinkState) -> None:
        del state

    async def aclose(self) -> None:
        self._items.put_nowait(None)


class Running:
    """A stream over a handed link, with its recorder and all that it said."""

    def __init__(self, watch: SettingsWatch | None = None) -> None:
        self.link, self.recorder = Handed(), ListRecorder()
        self.said = Witness()
        self.session = session(SOON)
        channels = Channels(self.session, watch or SettingsWatch(), Patience(settle_s=0.05))
        runner = Runner(
            self.link,
            self.session,
            HostClock(),
            recorder=self.recorder,
            sinks=[self.said, *channels.sinks],
            blocking=at_once,
        )
        self.stream = Stream(runner, leave=self.link.aclose, channels=channels)
        self._task = asyncio.create_task(self.stream.run())

    async def ends(self) -> None:
        self._task.cancel()
        await self._task

    def commands(self) -> list[UserCommand]:
        return of(UserCommand, self.recorder.written)


def leaning() -> Clip:
    return Clip().connects().feels(sits_then_slouches(4.0, 6.0))


async def test_an_alert_is_shown_and_its_end_takes_it_away(service: NotificationService) -> None:
    running, clip = Running(), leaning()
    running.link.put(clip)
    await until(lambda: service.open)
    (shown,) = service.open
    assert shown.title == "You have leaned for a while"
    assert "over your limit of 15°, for 3 s." in shown.text
    running.link.put(clip.feels(sits(7.0)))
    await until(lambda: not service.open)
    await running.ends()
    assert service.closed == [shown.number]
    assert running.commands() == []


@pytest.mark.parametrize(
    ("label", "command"), [("Snooze 15 min", Command.SNOOZE), ("Pause 30 min", Command.PAUSE)]
)
async def test_a_button_is_the_key_and_a_replay_repeats_it(
    service: NotificationService, label: str, command: Command
) -> None:
    running, clip = Running(), leaning()
    running.link.put(clip)
    await until(lambda: service.open)
    running.stream.send(command, None)  # as the screen's key sends it
    by_key = running.commands()[-1]
    service.press(service.shown[0], label)
    await until(lambda: len(running.commands()) == 2)
    by_button = running.commands()[-1]
    running.link.put(clip.feels(sits(4.0)))
    await until(lambda: running.session.state.muted_until_ns)
    await running.ends()
    assert replace(by_button, host_ns=by_key.host_ns) == by_key
    again = session(SOON)
    outputs = fed(again, running.recorder.written)
    assert (*outputs, *again.finish()) == tuple(running.said.outputs)


async def test_why_brings_the_numbers_which_can_be_silenced_too(
    service: NotificationService,
) -> None:
    running = Running()
    running.link.put(leaning())
    await until(lambda: service.open)
    service.press(service.shown[0], "Why?")
    await until(lambda: len(service.shown) == 2)
    why = service.shown[1]
    assert why.title == "Why this alert?"
    assert "over your limit of 15.0°" in why.text
    assert running.commands() == []
    service.press(why, "Snooze 15 min")
    await until(running.commands)
    await running.ends()


async def test_who_wants_no_notes_gets_none(service: NotificationService) -> None:
    running = Running(SettingsWatch({"alerts.desktop": False}))
    running.link.put(leaning())
    await until(lambda: running.session.state.alert)
    await asyncio.sleep(0.05)
    await running.ends()
    assert service.shown == []


async def test_a_desktop_that_fails_is_one_notice_of_the_session() -> None:
    running, clip = Running(), leaning()
    running.link.put(clip)
    await until(lambda: of(ChannelChanged, running.recorder.written))
    await running.ends()
    (told,) = [fault for fault in of(Fault, running.said.outputs) if fault.kind == "channel"]
    assert told.message.startswith("Desktop notifications can't be shown: ")
