"""The keys of the live screen: one table for bindings, footer, palette and help."""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.tui.rows import BLANK, Role, Row, Span, row_width


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is bound (`key`) and shown (`shown`); `action` is what it does.

    `rank` decides which keys a narrow footer keeps, the lowest first.
    """

    key: str
    shown: str
    label: str
    action: str
    help: str
    rank: int
    is_command: bool = False
    """Whether it asks something of the session, which a replay can't take."""


PAUSE = Key("space", "space", "Pause", "pause", "Pause alerts; they come back in 30 min", 2, True)
RESUME = Key("space", "space", "Resume", "resume", "Turn alerts on again now", 2, True)
_REST = (
    Key("c", "c", "Upright", "upright", "This is my upright pose: sit tall and still", 3, True),
    Key("s", "s", "My slouch", "slouch", "This is my slouch: sets the limit", 4, True),
    Key(
        "b",
        "b",
        "Bends",
        "bends",
        "Bend forward slowly, twice: shows which way is forward",
        9,
        True,
    ),
    Key("z", "z", "Snooze", "snooze", "No alert for 15 min", 5, True),
    Key("t", "t", "Meeting", "meeting", "No alert for 60 min: a meeting, a talk", 10, True),
    Key("l", "l", "Later", "break_later", "Remind me of the break in 15 min", 2, True),
    Key("m", "m", "Mark", "mark", "Mark this moment", 7, True),
    Key("comma", ",", "Settings", "settings", "Everything that can be set", 11, True),
    Key("u", "u", "Set up", "setup", "Set up in a minute: poses, limit, a try-out", 10, True),
    Key("y", "y", "Yes", "take_profile", "Take the profile that is offered", 2, True),
    Key("f", "f", "Profile", "profiles", "Desk, standing desk, leaning back, travelling", 11, True),
    Key("w", "w", "Why?", "why", "The numbers behind the last decision", 6),
    Key("question_mark", "?", "Keys", "keys", "This list", 1),
    Key("ctrl+p", "^p", "Palette", "palette", "All commands by name", 8),
    Key("q", "q", "Quit", "quit", "Leave the sensor and close", 0),
)


def keys_for(
    *,
    is_muted: bool,
    takes_commands: bool = True,
    sets_up: bool = False,
    has_profiles: bool = False,
    offers_profile: bool = False,
    break_due: bool = False,
) -> tuple[Key, ...]:
    """The keys that do something now, in the order of the footer."""
    without = {
        "setup": sets_up,
        "profiles": has_profiles,
        "take_profile": offers_profile,
        "break_later": break_due,
    }
    return tuple(
        key
        for key in (RESUME if is_muted else PAUSE, *_REST)
        if (takes_commands or not key.is_command) and without.get(key.action, True)
    )


def key_row(keys: tuple[Key, ...], width: int, height: int) -> tuple[Row, ...]:
    """The footer: as many of `keys` as fit, each one clickable."""
    shown: set[Key] = set()
    for key in sorted(keys, key=lambda item: item.rank):
        if row_width(_row([item for item in keys if item in shown or item is key])) > width:
            break
        shown.add(key)
    return (_row([key for key in keys if key in shown]),)[:height]


def _row(keys: list[Key]) -> Row:
    row: Row = BLANK
    for key in keys:
        action = f"screen.{key.action}"
        row += (
            *((Span("  ", Role.QUIET),) if row else ()),
            Span(key.shown, Role.KEY, action),
            Span(f" {key.label}", Role.QUIET, action),
        )
    return row
