"""Options that several commands share."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import click

from sensorapp.model.posture import ForwardAxis

_Command = TypeVar("_Command", bound=Callable[..., object])

EXISTING = click.Path(path_type=Path)
"""A file to read; whether it is there is said by the reader, with a next step."""


LONGEST_PATH = 4096
"""Characters of a path that are shown: Linux takes no longer one."""


class Seconds(click.FloatRange):
    """A length of time above zero, up to `most`; NaN is none."""

    def __init__(self, most: float) -> None:
        super().__init__(min=0, min_open=True, max=most)

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Parse and check."""
        seconds: float = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        return seconds


class Show(StrEnum):
    """How a stream is shown."""

    SCREEN = "screen"
    PLAIN = "plain"
    JSON = "json"


def forward_option(command: _Command) -> _Command:
    """`--forward AXIS`."""
    return click.option(
        "--forward",
        type=click.Choice([axis.value for axis in ForwardAxis]),
        metavar="x|-x|y|-y|z|-z",
        callback=lambda _ctx, _param, value: None if value is None else ForwardAxis(value),
        help="The sensor axis that points to your front; found by itself without.",
    )(command)


def hci_option(command: _Command) -> _Command:
    """`--hci PLACE`."""
    return click.option(
        "--hci",
        metavar="PLACE",
        help="Use the adapter that `virtual-sensor` offers: unix-client:PATH or "
        "tcp-client:127.0.0.1:PORT.",
    )(command)


def show_options(command: _Command) -> _Command:
    """`--plain` and `--json`."""
    command = click.option(
        "--json", "as_json", is_flag=True, help="One JSON object a line on stdout."
    )(command)
    return click.option("--plain", is_flag=True, help="One line of text per event, no screen.")(
        command
    )


def chosen_show(plain: bool, as_json: bool) -> Show:
    """What the two flags and the terminal mean together.

    Without a terminal on both ends there can be no screen: that means plain.
    """
    if plain and as_json:
        raise click.UsageError("--plain and --json exclude each other; give one of them.")
    if as_json:
        return Show.JSON
    if plain or not (sys.stdout.isatty() and sys.stdin.isatty()):
        return Show.PLAIN
    return Show.SCREEN
