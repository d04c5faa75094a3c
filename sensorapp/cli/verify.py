"""`sensorapp verify`: whether recordings are whole."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click

from sensorapp.cli.options import EXISTING, LONGEST_PATH
from sensorapp.cli.present import notice
from sensorapp.cli.verified import (
    together_fields,
    together_lines,
    verified_fields,
    verified_lines,
)
from sensorapp.model.errors import SensorAppError
from sensorapp.text.cleaning import plain_text


@click.command(
    "verify",
    epilog="""\b
Examples:
  sensorapp verify morning.mcap
  sensorapp verify *.mcap --json""",
)
@click.argument("recordings", nargs=-1, required=True, type=EXISTING, metavar="REC...")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object for each REC on stdout, one for all of them.",
)
def command(recordings: tuple[Path, ...], as_json: bool) -> int:
    """Check that recordings are whole, and name what is missing.

    Status 0: every byte is as it was written. Status 1: a recording is damaged, or was never
    closed. Samples that the radio lost are named and are no damage. Nothing is changed.

    Several are also counted together: a stream that one recording left and another went on with
    is one stream, and what both hold is counted once.
    """
    from sensorapp.app.together import together
    from sensorapp.app.verify import Verified, verify

    opened: dict[Path, Verified] = {}
    for path in dict.fromkeys(recordings):
        try:
            verified = verify(path)
        except SensorAppError as error:
            notice(f"{error.sentence}\n{error.next_step}")
            continue
        opened[path] = verified
        _print(verified_fields(path, verified) if as_json else verified_lines(path, verified))
        if verified.notice is not None:
            shown = shlex.quote(plain_text(str(path), LONGEST_PATH))
            notice(
                f"{verified.notice}\n"
                f"Copy what is whole with: sensorapp recover {shown} --out NEW.mcap"
            )
    if len(opened) > 1:
        paths, counts = list(opened), together(list(opened.values()))
        _print(together_fields(paths, counts) if as_json else together_lines(paths, counts))
    whole = [verified for verified in opened.values() if verified.notice is None]
    return 0 if len(whole) == len(set(recordings)) else 1


def _print(shown: dict[str, object] | list[str]) -> None:
    for line in [json.dumps(shown, allow_nan=False)] if isinstance(shown, dict) else shown:
        click.echo(line)
