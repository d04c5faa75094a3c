"""The same on a notification daemon that people use: dunst, on a screen in memory."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sensorapp.model.notes import Note, NoteAnswer, NoteButton, NoteKind
from sensorapp.notify.desktop import DesktopNotifier, Patience
from tests.notify.peer import until

LEANED = Note(
    "posture",
    NoteKind.POSTURE,
    "Leaned <b>",
    "18° & 15 s.",
    (NoteButton.SNOOZE, NoteButton.PAUSE, NoteButton.WHY),
)
PROGRAMS = ("dunst", "dunstctl", "Xvfb")

CHOOSE = """#!/bin/sh
# Stands for the menu of actions that dunst opens: takes the line that a test wants.
grep -m 1 -F "$(cat {wanted})"
"""
CONFIG = """[global]
dmenu = {menu}
font = Monospace 10
"""


class Dunst:
    """The daemon, on a display and a bus of its own; `ctl` is its own remote control."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self._folder = folder
        self._running = running
        self._menu = folder / "choose"
        self._menu.write_text(CHOOSE.format(wanted=folder / "wanted"), encoding="utf-8")
        self._menu.chmod(0o700)
        config = folder / "dunstrc"
        config.write_text(CONFIG.format(menu=self._menu), encoding="utf-8")
        self._command = ["dunst", "-config", str(config)]
        self._process: subprocess.Popen[bytes] | None = None

    def begins(self) -> Dunst:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._running.enter_context(self._process)
        self._running.callback(self._process.kill)
        return self

    def dies(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    async def ctl(self, *words: str) -> str:
        asked = await asyncio.create_subprocess_exec(
            "dunstctl", *words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        out, _ = await asked.communicate()
        return out.decode()

    async def displayed(self, count: int) -> None:
        async with asyncio.timeout(30.0):
            while (await self.ctl("count", "displayed")).strip() != str(count):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def press(self, label: str) -> None:
        (self._folder / "wanted").write_text(label, encoding="utf-8")
        await self.ctl("context")


@pytest.fixture
def dunst(bus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dunst]:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    with ExitStack() as running:
        reads, writes = os.pipe()
        screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writes), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
            pass_fds=[writes],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.enter_context(screen)
        running.callback(screen.terminate)
        os.close(writes)
        with os.fdopen(reads) as told:
            monkeypatch.setenv("DISPLAY", f":{told.readline().strip()}")
        yield Dunst(tmp_path, running).begins()


async def test_dunst_shows_presses_puts_away_and_is_restarted(dunst: Dunst) -> None:
    answers: list[NoteAnswer] = []
    told: list[str] = []
    async with DesktopNotifier(answers.append, told.append, Patience(settle_s=1.0)) as notifier:
        notifier.show(LEANED)
        await dunst.displayed(1)
        await dunst.press("Snooze 15 min")
        await until(lambda: answers)
        assert answers.pop() == NoteAnswer("posture", NoteButton.SNOOZE)

        notifier.show(LEANED)
        await dunst.displayed(1)
        await dunst.ctl("close")
        await until(lambda: answers)
        assert answers.pop() == NoteAnswer("posture")

        notifier.show(LEANED)
        await dunst.displayed(1)
        notifier.withdraw("posture")
        await dunst.displayed(0)

        notifier.show(LEANED)
        await dunst.displayed(1)
        dunst.dies()
        dunst.begins()
        await dunst.displayed(1)
        history = await dunst.ctl("history")
    assert told == []
    assert answers == []
    assert "Leaned" not in history  # the old life's; this one has it on the screen
