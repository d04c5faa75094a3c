"""A set-up key by key on the real screen, over a session with a wearer who does as asked.

`python -m tests.tui.setup_story FOLDER` draws a picture (SVG) of each step.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from textual.pilot import Pilot

from sensorapp.model.inputs import HOST, Command, QuietChanged, SettingsChanged, UserCommand
from sensorapp.model.posture import Silence
from sensorapp.model.preferences import AlertPreferences
from sensorapp.model.setup import Ask, Step
from sensorapp.model.wished_settings import slouch_settings
from sensorapp.session.state import SessionState
from sensorapp.tui.app import LiveApp
from sensorapp.tui.screens.live import LiveScreen
from sensorapp.tui.screens.setup import SetupScreen
from sensorapp.tui.source import Setup, SetupFirst
from sensorapp.virtual.wearer.follower import FOLLOWED
from tests.tui.looking import screen_rows
from tests.unit.setup_support import Bench


class BenchSource:
    """A session as the screen's source, and a desk that remembers what it was told."""

    finished = False
    takes_commands = True
    rings = False

    def __init__(self) -> None:
        self.bench = Bench(guided=False)
        self.sensitivity = 4
        self.ended: bool | None = None

    def state(self) -> SessionState:
        return replace(self.bench.session.state, recording=None)

    def send(self, command: Command, value: float | None) -> None:
        t_ns = self.bench.session.state.t_ns
        self.bench.feed(UserCommand(0, "clip", command, t_ns, value))

    async def run(self) -> None:
        await asyncio.Event().wait()

    def begin(self) -> None:
        self.bench.feed(QuietChanged(0, HOST, Silence.SET_UP))

    def end(self, *, done: bool) -> None:
        self.ended = done
        self.bench.feed(QuietChanged(0, HOST, None, "", self.bench.session.state.t_ns))

    def asks(self, ask: Ask) -> None:
        self.bench.wearer.do(*FOLLOWED.get(ask, ()))

    def choose(self, sensitivity: int) -> str:
        self.sensitivity = sensitivity
        slouch = slouch_settings(AlertPreferences(sensitivity=sensitivity))
        self.bench.feed(SettingsChanged(0, HOST, slouch, "", self.bench.session.state.t_ns))
        return ""


@dataclass(slots=True)
class Story:
    """The screen, its keys and the wearer; `shown` and `pictures` by the names of the looks."""

    app: LiveApp
    pilot: Pilot[None]
    source: BenchSource
    shown: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)

    @property
    def step(self) -> Step | None:
        screen = self.app.screen
        return screen.step if isinstance(screen, SetupScreen) else None

    async def passes(self, seconds: float) -> None:
        for _ in range(round(seconds * 5)):
            self.source.bench.passes(0.2)
            self.poll()

    async def until(self, step: Step, within_s: float = 40.0) -> None:
        for _ in range(round(within_s * 5)):
            if self.step is step:
                return
            await self.passes(0.2)
        raise AssertionError(f"{step} was not reached, but {self.step}")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        self.poll()

    def poll(self) -> None:
        screen = self.app.screen
        if isinstance(screen, SetupScreen | LiveScreen):
            screen.poll()

    async def look(self, name: str) -> None:
        self.poll()
        await self.pilot.pause()
        self.shown[name] = "\n".join(row.rstrip() for row in screen_rows(self.app))
        self.pictures[name] = self.app.export_screenshot(title="sensorapp setup")


async def straight(story: Story) -> None:
    """Everything works at the first try."""
    await story.look("find")
    await story.until(Step.UPRIGHT)
    await story.look("upright")
    await story.passes(2.0)
    await story.press("enter")
    await story.until(Step.SLOUCH)
    await story.passes(3.0)
    await story.press("s")
    await story.passes(1.4)
    await story.look("slouch")
    await story.until(Step.BENDS)
    await story.passes(3.0)
    await story.press("b")
    await story.passes(8.0)
    await story.look("bends")
    await story.until(Step.PREVIEW)
    await story.passes(14.0)
    await story.look("preview")
    await story.passes(11.0)
    await story.look("would-alert")
    await story.press("5")
    await story.passes(8.0)
    await story.look("fine")
    await story.press("enter")
    await story.look("done")
    await story.press("enter")
    await story.passes(1.0)
    await story.look("live")


async def told(
    tell: Callable[[Story], Awaitable[None]],
    size: tuple[int, int] = (100, 30),
    first: SetupFirst = SetupFirst.BEGIN,
) -> Story:
    """Run a set-up as `tell` has it; nothing passes but what it lets pass."""
    source = BenchSource()
    app = LiveApp(source, "demo", lambda: 0.0, Setup(source, first))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        story = Story(app, pilot, source)
        await tell(story)
    return story


def _draw(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    story = asyncio.run(told(straight))
    for name, picture in story.pictures.items():
        whole = picture.replace("<text ", '<text xml:space="preserve" ')  # or blanks get lost
        (folder / f"setup-{name}.svg").write_text(whole, encoding="utf-8")


if __name__ == "__main__":
    _draw(Path(sys.argv[1]))
