"""The option `--profile`: whose pose and limits a session begins with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from sensorapp.model.profiles import Profile

_Command = TypeVar("_Command", bound=Callable[..., object])


def profile_option(command: _Command) -> _Command:
    """`--profile NAME`."""
    return click.option(
        "--profile",
        type=click.Choice([one.value for one in Profile]),
        default=Profile.DESK.value,
        show_default=True,
        help="Whose upright pose, slouch and limit count.",
    )(command)
