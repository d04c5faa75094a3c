"""`sensorapp settings`: what can be set, what is set, and by whom."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sensorapp.model.setting_key import Key, TakesEffect, Value
from sensorapp.text.cleaning import plain_text


@click.group(
    "settings",
    invoke_without_command=True,
    epilog="""\b
Examples:
  sensorapp settings
  sensorapp settings get alerts.sensitivity
  sensorapp settings set alerts.delay_s 30
  sensorapp settings unset alerts.delay_s
  sensorapp settings edit

A value of the file gives way to one of the environment (SENSORAPP_ALERTS_DELAY_S=30), and that
to an option of a command (--set alerts.delay_s=30).""",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List all settings, or get, set and edit them.

    The list says what each means, its value, who chose it, and what it may be. A change counts
    at once in a session that runs, or at its next start where the list says so.
    """
    if context.invoked_subcommand is not None:
        if as_json:
            raise click.UsageError("--json goes with the list alone.")
        return
    from sensorapp.app.chosen_settings import choose
    from sensorapp.model.preferences import KEYS

    chosen = choose()
    for key in KEYS:
        value, by = chosen.preferences.value_of(key), chosen.chosen_by(key).value
        if as_json:
            click.echo(json.dumps(_fields(key, value, by)))
        else:
            click.echo(_lines(key, value, by))


@command.command("get", epilog="\b\nExample:\n  sensorapp settings get alerts.sensitivity")
@click.argument("key", metavar="KEY")
def get(key: str) -> None:
    """Print the value that is in force, alone on a line."""
    from sensorapp.app.chosen_settings import choose
    from sensorapp.store.setting_errors import known_key

    known = known_key(key)
    click.echo(_word(choose().preferences.value_of(known)))


@command.command(
    "set",
    context_settings={"ignore_unknown_options": True},
    epilog="\b\nExamples:\n  sensorapp settings set alerts.sensitivity 5"
    "\n  sensorapp settings set sensor.forward -z",
)
@click.argument("key", metavar="KEY")
@click.argument("value", metavar="VALUE")
def set_one(key: str, value: str) -> None:
    """Set one key in the file; comments stay, and a missing file is made."""
    from sensorapp.app.chosen_settings import parsed_word
    from sensorapp.app.settings_changes import set_value
    from sensorapp.store.setting_errors import known_key

    known = known_key(key)
    taken = parsed_word(known, value)
    set_value(_path(), known, taken)
    click.echo(f"{known.name} is {_shown(known, taken)} {_from_when(known)}.")
    _tell_who_decides(known)


@command.command("unset", epilog="\b\nExample:\n  sensorapp settings unset alerts.sensitivity")
@click.argument("key", metavar="KEY")
def unset(key: str) -> None:
    """Take one key out of the file: its default counts again."""
    from sensorapp.app.settings_changes import unset_value
    from sensorapp.store.setting_errors import known_key

    known = known_key(key)
    if unset_value(_path(), known):
        click.echo(f"{known.name} is {_shown(known, known.default)} {_from_when(known)}.")
    else:
        click.echo(f"{known.name} is not set in the file; nothing was changed.")
    _tell_who_decides(known)


@command.command("edit", epilog="\b\nExample:\n  EDITOR=nano sensorapp settings edit")
def edit() -> None:
    """Open the file in your editor ($VISUAL or $EDITOR).

    What you save counts once the editor is closed and every value is right; else it is kept
    beside the file, and the next edit goes on with it.
    """
    from sensorapp.app.settings_changes import edit_settings

    if edit_settings(_path(), lambda draft: _opened(draft)):
        click.echo("The settings are changed.")
    else:
        click.echo(
            "Nothing was changed. An editor that returns at once needs its option for waiting, "
            "as in EDITOR='code --wait'."
        )


@command.command("path", epilog="\b\nExample:\n  sensorapp settings path")
def path() -> None:
    """Print where the file is, or would be.

    SENSORAPP_CONFIG names another folder for it.
    """
    click.echo(str(_path()))


def _path() -> Path:
    from sensorapp.store.settings_file import settings_path

    return settings_path()


def _opened(draft: Path) -> None:
    click.edit(filename=str(draft))


def _fields(key: Key, value: Value, by: str) -> dict[str, object]:
    return {
        "type": "setting",
        "key": key.name,
        "value": value,
        "unit": key.unit or None,
        "default": key.default,
        "least": key.least,
        "most": key.most,
        "choices": list(key.choices) or None,
        "chosen_by": by,
        "takes_effect": key.takes_effect.value,
        "variable": key.variable,
        "help": key.help,
    }


def _lines(key: Key, value: Value, by: str) -> str:
    default = _shown(key, key.default)
    who = "the default" if by == "default" else f"chosen by the {by}, default {default}"
    unit = f" {key.unit}" if key.unit else ""
    return (
        f"{key.name} = {_shown(key, value)}\n"
        f"    {key.help}\n"
        f"    {key.range}{unit}; {who}; a change counts {key.takes_effect.value}"
    )


def _shown(key: Key, value: Value) -> str:
    unit = f" {key.unit}" if key.unit else ""
    return f'"{plain_text(value)}"' if isinstance(value, str) else f"{_word(value)}{unit}"


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:g}"


def _from_when(key: Key) -> str:
    return "now" if key.takes_effect is TakesEffect.AT_ONCE else "from the next start on"


def _tell_who_decides(key: Key) -> None:
    """The environment goes before the file: say so where it hides what was just set."""
    from os import environ

    if key.variable in environ:
        click.echo(f"sensorapp: {key.variable} is set, and decides while it is.", err=True)
