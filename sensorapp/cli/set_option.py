"""The option `--set`: any setting, for one run of a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from sensorapp.model.errors import SettingsError
from sensorapp.model.setting_key import Value

_Command = TypeVar("_Command", bound=Callable[..., object])


def set_option(command: _Command) -> _Command:
    """`--set KEY=VALUE`, as checked values by the names of their keys."""
    return click.option(
        "--set",
        "set_now",
        multiple=True,
        metavar="KEY=VALUE",
        callback=_settings,
        help="A setting for this time alone, such as alerts.sensitivity=5; can be repeated.",
    )(command)


def _settings(
    _ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]
) -> dict[str, Value]:
    from sensorapp.app.chosen_settings import parsed_option

    try:
        return dict(parsed_option(text) for text in texts)
    except SettingsError as error:
        raise click.BadParameter(f"{error.sentence} {error.next_step}") from error
