"""From the way to show a stream to the sinks that do it."""

from __future__ import annotations

import sys

import click

from sensorapp.cli.json_lines import JsonLines
from sensorapp.cli.options import Show
from sensorapp.cli.output import Stdout
from sensorapp.cli.plain import PlainLines, summary_line
from sensorapp.model.outputs import Output, Summary
from sensorapp.ports import Sink


def sinks_for(show: Show, file: str | None = None, *, is_replay: bool = False) -> tuple[Sink, ...]:
    """The sinks that write to stdout; a screen needs none. `file` is added to JSON lines.

    A replay records nothing, so its plain lines don't say what was recorded on the day.
    """
    if show is Show.JSON:
        return (JsonLines(Stdout(sys.stdout), None if file is None else {"file": file}),)
    if show is Show.PLAIN:
        return (PlainLines(Stdout(sys.stdout), is_replay=is_replay),)
    return ()


def after_screen(show: Show, closing: tuple[Output, ...]) -> None:
    """Once the screen has gone, leave the summary in the terminal."""
    if show is Show.SCREEN:
        for output in closing:
            if isinstance(output, Summary):
                click.echo(summary_line(output))


def notice(sentence: str) -> None:
    """Say something that is no output, beside it."""
    click.echo(f"sensorapp: {sentence}", err=True)
