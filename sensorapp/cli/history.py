"""`sensorapp history`: the last days, a day a line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from sensorapp.cli.days import count, day_fields, day_line
from sensorapp.cli.present import notice
from sensorapp.model.errors import SensorAppError

_DEFAULT_DAYS = 14
_MOST_DAYS = 36_600


@click.group(
    "history",
    invoke_without_command=True,
    epilog="""\b
Examples:
  sensorapp history
  sensorapp history --days 60 --json
  sensorapp history rebuild""",
)
@click.option(
    "--days",
    type=click.IntRange(1, _MOST_DAYS),
    default=_DEFAULT_DAYS,
    show_default=True,
    help="How many days, today included.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a day on stdout.")
@click.pass_context
def command(ctx: click.Context, days: int, as_json: bool) -> None:
    """Show what the last days came to, a day a line.

    Days without a session are left out. A day is yours: from midnight to midnight by the clock on
    your wall where you wore the clip.
    """
    if ctx.invoked_subcommand is not None:
        return
    from sensorapp.app.clock import today
    from sensorapp.app.history import days_of
    from sensorapp.store.paths import data_folder

    last = today()
    found = days_of(data_folder(), last - days + 1, last)
    for totals in found.totals:
        click.echo(json.dumps(day_fields(totals)) if as_json else day_line(totals))
    if not found.totals and not as_json:
        click.echo("Nothing was measured in these days.")
    if found.left_out:
        verb = "is" if found.left_out == 1 else "are"
        what = "recording" if found.left_out == 1 else "recordings"
        notice(
            f"{found.left_out} {what} of your data folder {verb} not in the history, or not yet "
            "whole.\nAdd what is missing with: sensorapp history rebuild"
        )


@command.command("rebuild")
def rebuild_command() -> None:
    """Make the history anew from the recordings in the data folder.

    The old one stays until the new one is whole. Sessions whose recordings are gone are kept.
    """
    from sensorapp.app.history import rebuild
    from sensorapp.store.paths import data_folder

    data: Path = data_folder()
    try:
        rebuilt = rebuild(data, notice, progress=_progress)
    except KeyboardInterrupt:
        raise SensorAppError(
            "Stopped by Ctrl-C: the old history stays as it was.", "Run it again when you like."
        ) from None
    kept = f", {rebuilt.kept} kept whose recordings are gone" if rebuilt.kept else ""
    click.echo(f"The history holds {count(rebuilt.made, 'recorded session')}{kept}.")


def _progress(sentence: str) -> None:
    """For somebody who waits: a day takes half a minute."""
    if sys.stderr.isatty():
        click.echo(sentence, err=True)
