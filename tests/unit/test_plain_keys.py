"""What is typed where there is no screen does what the keys of the screen do."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace

import pytest

from sensorapp.app.plain_keys import KEYS_LINE, PlainKeys
from sensorapp.cli.plain import PlainLines
from sensorapp.model.breaks import BreakDue, DueKind
from sensorapp.model.inputs import Command, Tick
from sensorapp.model.profiles import PROFILE_LABELS, Profile, ProfileOffer
from sensorapp.tui.source import ProfileChoice
from tests.tui.made_up import MadeUpSource, a_break_is_due, sitting

OFFER = ProfileOffer("clip", 30 * 10**9, "standing", 0.8, "You seem to have stood up (80 % sure).")


class Desk:
    def __init__(self, *posed: Profile) -> None:
        self.posed = posed
        self.taken: list[str] = []

    def choices(self) -> tuple[ProfileChoice, ...]:
        return tuple(ProfileChoice(one, PROFILE_LABELS[one], one in self.posed) for one in Profile)

    def take(self, profile: str) -> None:
        self.taken.append(profile)


class Typing:
    """Keys that were begun, with what they said."""

    def __init__(self, source: MadeUpSource, desk: Desk | None = None) -> None:
        self.said: list[str] = []
        self.source = source
        self.keys = PlainKeys(self.said.append, ())

        async def begin() -> None:
            self.keys.begin(source, desk)

        asyncio.run(begin())

    def types(self, *lines: str) -> list[str]:
        self.said.clear()
        for line in lines:
            self.keys.typed(line)
        return self.said


def test_words_are_the_commands_of_the_keys() -> None:
    typing = Typing(MadeUpSource(sitting(5.0)))
    typing.types("c", " S \n", "b", "pause", "resume", "z", "t", "m", "")
    assert [command for command, _ in typing.source.sent] == [
        Command.CALIBRATE_UPRIGHT,
        Command.CALIBRATE_SLOUCH,
        Command.CALIBRATE_BENDS,
        Command.PAUSE,
        Command.RESUME,
        Command.SNOOZE,
        Command.MEETING,
        Command.MARKER,
    ]
    assert typing.types("what") == [KEYS_LINE]


def test_y_takes_the_profile_that_is_offered() -> None:
    desk = Desk(Profile.DESK, Profile.STANDING)
    assert Typing(MadeUpSource(sitting(5.0)), desk).types("y")[0].startswith("No profile is")
    assert desk.taken == []
    offered = replace(sitting(5.0), profile_offer=OFFER)
    assert Typing(MadeUpSource(offered), desk).types("y") == []
    assert desk.taken == ["standing"]


def test_f_lists_the_profiles_and_takes_one_by_name() -> None:
    desk = Desk(Profile.DESK)
    typing = Typing(MadeUpSource(sitting(5.0)), desk)
    lines = typing.types("f")
    assert lines[0] == "f desk: Desk"
    assert lines[1] == "f standing: Standing desk, no pose yet"
    assert len(lines) == len(Profile)
    assert typing.types("f travel") == []
    assert desk.taken == ["travel"]


def test_a_break_can_be_put_off_while_one_is_due() -> None:
    typing = Typing(MadeUpSource(a_break_is_due()))
    assert typing.types("l") == ["You are reminded again in 15 min."]
    assert typing.source.sent == [(Command.BREAK_LATER, None)]
    assert Typing(MadeUpSource(sitting(5.0))).types("l") == ["No break is due now."]


@pytest.mark.parametrize(
    ("is_typed", "answer"),
    [
        (True, "Type y and Enter to switch, or leave it."),
        (False, "To switch, start it as: sensorapp live --profile standing"),
    ],
)
def test_an_offer_says_how_it_is_answered(is_typed: bool, answer: str) -> None:
    out = io.StringIO()
    PlainLines(out, is_typed=is_typed).accept(Tick(0), (OFFER,))
    said, how = out.getvalue().splitlines()
    assert said.endswith("(80 % sure). The profile Standing desk may suit; nothing is switched.")
    assert how.endswith(answer)


def test_a_replay_asks_for_nothing() -> None:
    due = BreakDue("clip", 9, DueKind.DUE, 2700.0, 0.0, None, None, 1, "45 min without a break.")
    for is_replay, lines in ((True, 2), (False, 4)):
        out = io.StringIO()
        PlainLines(out, is_replay=is_replay, is_typed=True).accept(Tick(0), (OFFER, due))
        assert len(out.getvalue().splitlines()) == lines
