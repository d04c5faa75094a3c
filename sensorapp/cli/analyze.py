"""`sensorapp analyze`: what recordings and IMU files contain."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sensorapp.cli.options import EXISTING, LONGEST_PATH, Show, forward_option
from sensorapp.cli.plain import summary_line
from sensorapp.cli.present import notice, sinks_for
from sensorapp.model.errors import SensorAppError
from sensorapp.model.outputs import Summary
from sensorapp.model.posture import ForwardAxis
from sensorapp.text.cleaning import plain_text


@click.command(
    "analyze",
    epilog="""\b
Examples:
  sensorapp analyze morning.mcap
  sensorapp analyze walk.npz --forward -z --series walk.csv
  sensorapp analyze *.mcap --json""",
)
@click.argument("files", nargs=-1, required=True, type=EXISTING, metavar="FILE...")
@forward_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout.")
@click.option("--series", type=EXISTING, metavar="OUT.csv", help="Write the angles at 10 Hz.")
def command(
    files: tuple[Path, ...], forward: ForwardAxis | None, as_json: bool, series: Path | None
) -> int:
    """Work out angles, alerts and movements of recordings or IMU files.

    The samples take the same way as live ones, without the radio. A file that can't be read
    does not keep the others from being read; the status is then 1.
    """
    if series is not None and len(files) > 1:
        raise click.UsageError("--series takes one FILE; run it once for each.")
    from sensorapp.app.analyze import analyze

    failed = 0
    for path in files:
        sinks = sinks_for(Show.JSON, file=str(path)) if as_json else ()
        try:
            analysis = analyze(path, forward, sinks, series)
        except SensorAppError as error:
            failed += 1
            notice(f"{error.sentence}\n{error.next_step}")
            continue
        if analysis.notice is not None:
            notice(analysis.notice)
        if not as_json:
            for output in analysis.closing:
                if isinstance(output, Summary):
                    prefix = f"{plain_text(str(path), LONGEST_PATH)}: " if len(files) > 1 else ""
                    click.echo(prefix + summary_line(output))
        sys.stdout.flush()
        if analysis.stopped:
            break
    return 1 if failed else 0
