"""`sensorapp resume`: the end of a pause."""

from __future__ import annotations

import click


@click.command("resume", epilog="\b\nExample:\n  sensorapp resume")
def command() -> None:
    """Let alerts sound again now.

    Ends a pause, and lets this day's quiet hours or lunch be; tomorrow's count again.
    """
    from sensorapp.app.pause import let_sound

    let_sound()
    click.echo("Alerts may sound again.")
