"""From the way to show a stream to the sinks that do it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sensorapp.cli.json_lines import JsonLines
from sensorapp.cli.options import Show
from sensorapp.cli.output import Stdout
from sensorapp.cli.plain import PlainLines, summary_line
from sensorapp.model.outputs import Output, Summary
from sensorapp.ports import Sink

if TYPE_CHECKING:
    from sensorapp.app.plain_keys import PlainKeys


def sinks_for(
    show: Show,
    file: str | None = None,
    *,
    is_replay: bool = False,
    keys: PlainKeys | None = None,
) -> tuple[Sink, ...]:
    """The sinks that write to stdout; a screen needs none. `file` is added to JSON lines.

    `keys` are where what is offered can be answered by typing. A replay records nothing, so its
    plain lines don't say what was recorded on the day.
    """
    if show is Show.JSON:
        return (JsonLines(Stdout(sys.stdout), None if file is None else {"file": file}),)
    if show is Show.PLAIN:
        typed = keys is not None
        return (PlainLines(Stdout(sys.stdout), is_replay=is_replay, is_typed=typed),)
    return ()


def typed_keys(show: Show) -> PlainKeys | None:
    """What is typed where lines are shown in a terminal; None where nobody can type."""
    if show is not Show.PLAIN or not (sys.stdin and sys.stdin.isatty()):
        return None
    from sensorapp.app.plain_keys import PlainKeys

    out = Stdout(sys.stdout)

    def write(line: str) -> None:
        out.write(f"{line}\n")
        out.flush()

    return PlainKeys(write, sys.stdin)


def after_screen(show: Show, closing: tuple[Output, ...]) -> None:
    """Once the screen has gone, leave the summary in the terminal."""
    if show is Show.SCREEN:
        for output in closing:
            if isinstance(output, Summary):
                click.echo(summary_line(output))


def notice(sentence: str) -> None:
    """Say something that is no output, beside it."""
    click.echo(f"sensorapp: {sentence}", err=True)
