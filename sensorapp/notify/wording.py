"""The words of notes: plain text, the numbers behind a decision, and no blame."""

from __future__ import annotations

from sensorapp.coach.break_reminder import LATER_MIN
from sensorapp.model.breaks import BreakDue
from sensorapp.model.inputs import Command
from sensorapp.model.notes import Note, NoteButton, NoteKind
from sensorapp.model.posture import SlouchAlert
from sensorapp.session.mute import MUTES
from sensorapp.text.cleaning import plain_text

POSTURE_KEY = "posture"
WHY_KEY = "why"
BREAK_KEY = "break"

BUTTON_LABELS = {
    NoteButton.SNOOZE: f"Snooze {MUTES[Command.SNOOZE][1]:.0f} min",
    NoteButton.PAUSE: f"Pause {MUTES[Command.PAUSE][1]:.0f} min",
    NoteButton.WHY: "Why?",
    NoteButton.LATER: f"Later, in {LATER_MIN:.0f} min",
}

_WHY_FRESH_S = 60.0
_UNPRESSED_BREAK = "In the terminal, l reminds you later, and w says why."
_UNPRESSED = "In the terminal, z snoozes, space pauses, and w says why."
_LIMIT = 400
"""Characters of a text: more than daemons show in one note."""

_NO_MARKUP = str.maketrans({"<": "‹", ">": "›", "&": "＆"})
"""Some services read a text as HTML, others show it as it is: these mean nothing to either."""


def alert_note(alert: SlouchAlert) -> Note:
    """A lean that became an alert."""
    return Note(
        POSTURE_KEY,
        NoteKind.POSTURE,
        "You have leaned for a while",
        f"{alert.why} Sit tall to end it.",
        (NoteButton.SNOOZE, NoteButton.PAUSE, NoteButton.WHY),
        unpressed=_UNPRESSED,
    )


def why_note(alert: SlouchAlert) -> Note:
    """The numbers behind an alert, once they are asked for."""
    text = (
        f"{alert.flexion_deg:.1f}° forward after {alert.dwell_s:.0f} s over your limit of "
        f"{alert.threshold_deg:.1f}°, counted from your own upright pose. It is about change and "
        "comfort: no angle is right for ever."
    )
    return Note(
        WHY_KEY,
        NoteKind.POSTURE,
        "Why this alert?",
        text,
        (NoteButton.SNOOZE, NoteButton.PAUSE),
        unpressed=_UNPRESSED,
        fresh_s=_WHY_FRESH_S,
    )


def break_note(due: BreakDue) -> Note:
    """A break that is due."""
    return Note(
        BREAK_KEY,
        NoteKind.BREAK,
        "Time for a break",
        due.why,
        (NoteButton.LATER, NoteButton.PAUSE),
        unpressed=_UNPRESSED_BREAK,
    )


def for_desktop(note: Note, *, has_buttons: bool) -> tuple[str, str]:
    """Title and text as they may be handed to a service that might parse them."""
    text = note.text if has_buttons or not note.unpressed else f"{note.text} {note.unpressed}"
    return _plain(note.title), _plain(text)


def _plain(text: str) -> str:
    return plain_text(text, _LIMIT).translate(_NO_MARKUP)
