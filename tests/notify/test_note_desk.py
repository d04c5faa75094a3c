"""What is worth a note, and when it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sensorapp.model.breaks import BreakDue, DueKind
from sensorapp.model.inputs import HOST, Command, QuietChanged, Tick, UserCommand
from sensorapp.model.notes import Note, NoteAnswer, NoteButton
from sensorapp.model.outputs import Output
from sensorapp.model.posture import AlertKind, Silence, SlouchAlert
from sensorapp.notify.note_desk import NoteDesk
from sensorapp.notify.wording import for_desktop
from sensorapp.session.mute import MUTES
from sensorapp.session.state import SessionState
from sensorapp.text.words import refused_words
from tests.unit.session_support import session

LEAN = SlouchAlert(
    "clip", 21 * 10**9, AlertKind.SLOUCH, 6 * 10**9, 18.2, 15.0, 15.0, "Leaning 18° forward."
)
DUE = BreakDue("clip", 9, DueKind.DUE, 2700.0, 0.0, None, None, 1, "45 min without a break.")


class Board:
    """A notifier that remembers."""

    def __init__(self) -> None:
        self.up: dict[str, Note] = {}
        self.ever: list[Note] = []

    def show(self, note: Note) -> None:
        self.up[note.key] = note
        self.ever.append(note)

    def withdraw(self, key: str) -> None:
        del self.up[key]  # what is not there is not to be withdrawn


class Bench:
    """A desk with a board, and a state as the test wants it."""

    def __init__(self) -> None:
        self.board = Board()
        self.state: SessionState = session().state
        self.sent: list[tuple[Command, float | None]] = []
        self.allowed = True
        self.desk = NoteDesk(
            self.board,
            lambda: self.state,
            lambda command, value: self.sent.append((command, value)),
            lambda: self.allowed,
        )

    def hears(self, *outputs: Output) -> Bench:
        self.desk.accept(Tick(1), outputs)
        for output in outputs:
            if isinstance(output, SlouchAlert):
                alert = output if output.kind is AlertKind.SLOUCH else None
                self.state = replace(self.state, alert=alert)
            if isinstance(output, BreakDue):
                due = output if output.kind is DueKind.DUE else None
                self.state = replace(self.state, break_due=due)
        return self


def test_an_alert_and_a_break_are_up_until_they_are_over() -> None:
    bench = Bench().hears(LEAN, DUE).hears().hears()
    assert list(bench.board.up) == ["posture", "break"]
    bench.hears(replace(LEAN, kind=AlertKind.RECOVERED))
    assert list(bench.board.up) == ["break"]
    bench.hears(replace(DUE, kind=DueKind.RECOVERED))
    assert bench.board.up == {}


def test_what_was_long_ago_calls_nobody() -> None:
    bench = Bench().hears(replace(LEAN, silent=Silence.LATE), replace(DUE, late_s=40.0))
    assert bench.board.ever == []
    bench.hears(replace(LEAN, kind=AlertKind.RECOVERED))


def test_an_alert_that_ends_without_a_word_is_withdrawn_at_the_next_tick() -> None:
    bench = Bench().hears(LEAN, DUE)
    bench.state = replace(bench.state, alert=None, break_due=None)
    bench.hears()
    assert bench.board.up == {}


@pytest.mark.parametrize("command", list(Command))
def test_the_silencing_keys_take_the_alert_away(command: Command) -> None:
    bench = Bench().hears(LEAN)
    bench.desk.accept(UserCommand(2, HOST, command), ())
    assert ("posture" in bench.board.up) is (command not in MUTES)


@pytest.mark.parametrize("why", [None, *Silence])
def test_so_does_any_other_silence(why: Silence | None) -> None:
    bench = Bench().hears(LEAN)
    bench.desk.accept(QuietChanged(2, HOST, why), ())
    assert ("posture" in bench.board.up) is (why is None)


def test_a_silent_slouch_is_shown_when_it_may_sound_after_all_and_once() -> None:
    bench = Bench().hears(replace(LEAN, silent=Silence.MEETING))
    assert bench.board.ever == []
    still = replace(LEAN, kind=AlertKind.STILL)
    bench.hears(still, replace(still, stage=1), replace(still, stage=2))
    assert [note.key for note in bench.board.ever] == ["posture"]


def test_notes_that_are_not_wanted_any_more_go_and_none_come() -> None:
    bench = Bench().hears(LEAN)
    bench.allowed = False
    bench.hears()
    assert bench.board.up == {}
    bench.hears(LEAN, DUE)
    assert len(bench.board.ever) == 1


def test_each_button_does_its_own_and_putting_away_does_nothing() -> None:
    bench = Bench().hears(LEAN)
    for button in (None, NoteButton.SNOOZE, NoteButton.PAUSE):
        bench.desk.answered(NoteAnswer("posture", button))
    assert bench.sent == [(Command.SNOOZE, None), (Command.PAUSE, None)]
    bench.desk.answered(NoteAnswer("posture", NoteButton.WHY))
    why = bench.board.ever[-1]
    assert why.key == "why"
    assert "18.2° forward after 15 s over your limit of 15.0°" in why.text


def test_a_reminder_of_a_break_can_be_put_off() -> None:
    bench = Bench().hears(DUE)
    assert bench.board.up["break"].buttons == (NoteButton.LATER, NoteButton.PAUSE)
    bench.desk.answered(NoteAnswer("break", NoteButton.LATER))
    assert bench.sent == [(Command.BREAK_LATER, None)]
    assert bench.hears(DUE).board.ever[-1].key == "break"


def test_why_before_any_alert_has_nothing_to_say() -> None:
    bench = Bench()
    bench.desk.answered(NoteAnswer("posture", NoteButton.WHY))
    assert bench.board.ever == []


@pytest.mark.parametrize("has_buttons", [True, False])
def test_no_note_claims_or_blames(has_buttons: bool) -> None:
    bench = Bench().hears(LEAN, DUE)
    bench.desk.answered(NoteAnswer("posture", NoteButton.WHY))
    assert len(bench.board.ever) == 3
    for note in bench.board.ever:
        title, text = for_desktop(note, has_buttons=has_buttons)
        assert refused_words(f"{title} {text}") == ()
        assert ("In the terminal" in text) is not has_buttons
