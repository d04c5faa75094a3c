"""`sensorapp recover`: what is whole of a recording, as a new one."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from sensorapp.cli.options import EXISTING, LONGEST_PATH
from sensorapp.cli.present import notice
from sensorapp.model.errors import SensorAppError
from sensorapp.text.cleaning import plain_text


@click.command(
    "recover",
    epilog="""\b
Example:
  sensorapp recover morning.mcap --out morning-whole.mcap""",
)
@click.argument("recording", type=EXISTING, metavar="REC")
@click.option("--out", type=EXISTING, required=True, metavar="NEW.mcap", help="What to write.")
def command(recording: Path, out: Path) -> None:
    """Copy all that is whole of a recording into a new one.

    For recordings that are damaged or were never closed. REC stays as it is.
    """
    try:
        from sensorapp.app.recover import recover

        recovered = recover(recording, out)
    except KeyboardInterrupt as error:
        raise SensorAppError("Stopped by Ctrl-C; nothing was kept.", "Recover it again.") from error
    if recovered.left_out is not None:
        notice(recovered.left_out)
    shown = shlex.quote(plain_text(str(out), LONGEST_PATH))
    click.echo(
        f"Wrote {shown}: {recovered.account.inputs} inputs, "
        f"{recovered.account.duration_s:.1f} s. Play it with: sensorapp replay {shown}"
    )
