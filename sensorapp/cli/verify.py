"""`sensorapp verify`: whether recordings are whole."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sensorapp.cli.options import EXISTING, LONGEST_PATH
from sensorapp.cli.present import notice
from sensorapp.model.errors import SensorAppError
from sensorapp.text.cleaning import plain_text

if TYPE_CHECKING:
    from sensorapp.app.sample_count import SensorCount
    from sensorapp.app.verify import Verified

_GAPS_SHOWN = 10


@click.command(
    "verify",
    epilog="""\b
Examples:
  sensorapp verify morning.mcap
  sensorapp verify *.mcap --json""",
)
@click.argument("recordings", nargs=-1, required=True, type=EXISTING, metavar="REC...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each REC on stdout.")
def command(recordings: tuple[Path, ...], as_json: bool) -> int:
    """Check that recordings are whole, and name what is missing.

    Status 0: every byte is as it was written. Status 1: a recording is damaged, or was never
    closed. Samples that the radio lost are named and are no damage. Nothing is changed.
    """
    from sensorapp.app.verify import verify

    damaged = 0
    for path in recordings:
        try:
            verified = verify(path)
        except SensorAppError as error:
            damaged += 1
            notice(f"{error.sentence}\n{error.next_step}")
            continue
        if as_json:
            click.echo(json.dumps(_fields(path, verified), allow_nan=False))
        else:
            for line in _lines(path, verified):
                click.echo(line)
        if verified.notice is not None:
            damaged += 1
            shown = shlex.quote(plain_text(str(path), LONGEST_PATH))
            notice(
                f"{verified.notice}\n"
                f"Copy what is whole with: sensorapp recover {shown} --out NEW.mcap"
            )
    return 1 if damaged else 0


def _fields(path: Path, verified: Verified) -> dict[str, object]:
    account, header = verified.account, verified.header
    return {
        "type": "verify",
        "file": str(path),
        "whole": account.whole,
        "closed": account.closed,
        "breaks_off": account.breaks_off,
        "format_version": header.format_version,
        "app_version": header.app_version,
        "started_utc": header.started_utc,
        "source": header.source,
        "duration_s": account.duration_s,
        "inputs": account.inputs,
        "inputs_missing": account.missing,
        "inputs_repeated": account.repeated,
        "inputs_unknown": verified.skipped,
        "damage": [
            {"inputs": hole.inputs, "from_s": hole.from_s, "until_s": hole.until_s}
            for hole in account.holes
        ],
        "sensors": [_sensor_fields(sensor) for sensor in verified.sensors],
        "notice": verified.notice,
    }


def _sensor_fields(sensor: SensorCount) -> dict[str, object]:
    return {
        "sensor_id": sensor.sensor_id,
        "driver": sensor.driver,
        "name": sensor.name,
        "motion_packets": sensor.motion_packets,
        "samples_expected": sensor.samples_expected,
        "samples": sensor.samples,
        "samples_lost": sensor.samples_lost,
        "samples_repeated": sensor.samples_repeated,
        "faults": sensor.faults,
        "gaps": [
            {
                "epoch": gap.epoch,
                "first_index": gap.first_index,
                "count": gap.count,
                "from_s": gap.from_s,
                "until_s": gap.until_s,
            }
            for gap in sensor.gaps
        ],
    }


def _lines(path: Path, verified: Verified) -> list[str]:
    account, header = verified.account, verified.header
    state = "whole" if account.whole else "damaged" if account.closed else "not whole"
    closed = "closed properly" if account.closed else "not closed properly"
    began = f"{plain_text(header.started_utc, 40)}, {account.duration_s:.1f} s"
    counts = f"{account.inputs} inputs, {account.missing} missing"
    lines = [
        f"{plain_text(str(path), LONGEST_PATH)}: {state}, {closed}",
        f"  started {began}, format {header.format_version}; {counts}",
    ]
    if verified.skipped:
        lines.append(f"  {verified.skipped} inputs are of kinds that this version does not know")
    for sensor in verified.sensors:
        lines.append(
            f"  {plain_text(sensor.name, 60) or plain_text(sensor.sensor_id, 60)}: "
            f"{sensor.samples_expected} samples expected = {sensor.samples} stored + "
            f"{sensor.samples_lost} lost; {sensor.motion_packets} motion packets, "
            f"{sensor.faults} faults"
        )
        for gap in sensor.gaps[:_GAPS_SHOWN]:
            since = "the start" if gap.from_s is None else f"{gap.from_s:.1f} s"
            until = "the end" if gap.until_s is None else f"{gap.until_s:.1f} s"
            lines.append(
                f"    {gap.count} lost from sample {gap.first_index} of stream {gap.epoch} on, "
                f"between {since} and {until}"
            )
        if len(sensor.gaps) > _GAPS_SHOWN:
            lines.append(f"    and {len(sensor.gaps) - _GAPS_SHOWN} more gaps; --json has all")
    return lines
