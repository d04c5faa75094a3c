"""Pause, snooze, meeting and quiet hours in the whole program: each ends when it said.

The wearer slouches for hours, on the virtual radio and a loop that jumps over waiting; the wall
clock is the loop's, begun at any time of any day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sensorapp.app.asked_for import AskedFor
from sensorapp.app.demo import demo_stream
from sensorapp.app.demo_source import DemoOptions, Source, source_of
from sensorapp.app.quiet_watch import QuietWatch
from sensorapp.model.inputs import Command, QuietChanged
from sensorapp.model.posture import Silence, SlouchAlert
from sensorapp.model.preferences import QuietPreferences
from sensorapp.virtual.jumping_loop import LoopClock, run_jumping
from sensorapp.virtual.wearer import Activity, Phase, Pose, Script, Wearer
from tests.replay.playing import Heard

RATE_MHZ = 25_000
BERLIN = ZoneInfo("Europe/Berlin")
Doing = Callable[["Day"], None]


def slouches(minutes: float) -> Source:
    """Sits up for ten seconds, then slouches for 30 s of each minute; each may sound."""
    slouch = Phase(Activity.SLOUCH, 30.0, 1.0, Pose(25.0))
    sit = Phase(Activity.SIT, 30.0, 1.0, Pose())
    script = Script((Phase(Activity.SIT, 10.0, 1.0, Pose()), *((slouch, sit) * round(minutes))))
    source = source_of(DemoOptions(scenario="slouch"))
    slouch_rules = replace(source.settings.slouch, min_pause_s=0.0)
    settings = replace(source.settings, slouch=slouch_rules, rate_mhz=RATE_MHZ)
    wearer = Wearer(script, seed=7, rate_mhz=RATE_MHZ)
    return replace(source, stream=wearer.stream(), settings=settings, fixed={})


class Day:
    """A session that begins at `start` of the wearer's clock and hears of its wall clock."""

    def __init__(self, folder: Path | None, start: datetime, hours: str = "") -> None:
        self.heard = Heard()
        self._start = start
        self._clock = LoopClock()
        self._folder = folder
        self._wishes = QuietPreferences(hours=hours)
        self.watch = QuietWatch(AskedFor(folder), lambda: self._wishes, now=self.now, zone=BERLIN)

    def now(self) -> datetime:
        return self._start + timedelta(microseconds=self._clock.now_ns() // 1000)

    def lives(
        self,
        minutes: float,
        at_s: float = 0.0,
        command: Command | None = None,
        value: float | None = None,
    ) -> None:
        """Press a key after `at_s`."""

        async def main() -> None:
            self._start -= timedelta(microseconds=self._clock.now_ns() // 1000)
            stream = demo_stream(
                slouches(minutes), self._clock, None, None, (self.heard,),
                blocking=_at_once, quiet=self.watch,
            )  # fmt: skip
            if command is not None:
                asyncio.get_running_loop().call_later(at_s, stream.send, command, value)
            await stream.run()

        run_jumping(main())

    def told(self) -> list[tuple[Silence | None, str]]:
        return [(one.why, one.until) for one in self.heard.inputs if isinstance(one, QuietChanged)]

    def sounded(self) -> list[bool]:
        return [
            one.sounds
            for one in self.heard.outputs
            if isinstance(one, SlouchAlert) and one.kind == "slouch"
        ]


async def _at_once(call: Callable[[], str | None]) -> str | None:
    return call()


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "command", "why", "until", "minutes"),
    [
        ("2026-11-27 23:58:00", Command.SNOOZE, Silence.SNOOZED, "Sat 00:00", 1),
        ("2026-03-29 01:58:00", Command.PAUSE, Silence.PAUSED, "03:00", 1),
        ("2026-10-25 02:58:00", Command.MEETING, Silence.MEETING, "02:00", 1),
    ],
)
def test_what_was_asked_for_ends_when_it_said(
    tmp_path: Path, start: str, command: Command, why: Silence, until: str, minutes: int
) -> None:
    day = Day(tmp_path, berlin(start))
    day.lives(minutes + 3, 90.0, command, minutes)
    assert day.told() == [(why, until), (None, "")]
    began, ended = (one.host_ns for one in day.heard.inputs if isinstance(one, QuietChanged))
    assert (ended - began) / 60e9 == pytest.approx(minutes, abs=0.02)
    sounded = day.sounded()
    first, last = sounded.index(False), len(sounded) - sounded[::-1].index(False)
    assert sounded[first:last] == [False] * (last - first)
    assert last - first == minutes
    assert all(sounded[:first])
    assert all(sounded[last:])
    assert len(sounded) - last >= 1


def test_quiet_hours_begin_and_end_by_the_clock(tmp_path: Path) -> None:
    day = Day(tmp_path, berlin("2026-10-25 01:59:00"), hours="02:00-02:01")
    day.lives(3)
    assert day.told() == [(Silence.QUIET_HOURS, "02:01"), (None, "")]
    assert day.sounded() == [True, False, True]


def test_a_pause_outlives_the_program_and_ends_when_it_said(tmp_path: Path) -> None:
    first = Day(tmp_path, berlin("2026-11-27 23:58:00"))
    first.lives(1.5, 30.0, Command.PAUSE, 3.0)
    assert first.told() == [(Silence.PAUSED, "Sat 00:01")]
    second = Day(tmp_path, berlin("2026-11-28 00:00:00"))
    second.lives(3)
    assert second.told() == [(Silence.PAUSED, "00:01"), (None, "")]
    (ended,) = [
        one.host_ns
        for one in second.heard.inputs
        if isinstance(one, QuietChanged) and one.why is None
    ]
    began = second.heard.inputs[0].host_ns
    assert (ended - began) / 60e9 == pytest.approx(1.5, abs=0.1)
    assert second.sounded() == [False, False, True]


def test_resume_ends_it_and_a_restart_does_not_bring_it_back(tmp_path: Path) -> None:
    day = Day(tmp_path, berlin("2026-11-27 09:00:00"), hours="08:00-18:00")
    day.lives(1, 20.0, Command.RESUME)
    assert day.told() == [(Silence.QUIET_HOURS, "18:00"), (None, "")]
    again = Day(tmp_path, berlin("2026-11-27 10:00:00"), hours="08:00-18:00")
    again.lives(1)
    assert again.told() == []
    assert again.sounded() == [True]
