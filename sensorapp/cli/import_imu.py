"""`sensorapp import`: an IMU file as a recording."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from sensorapp.cli.options import EXISTING, LONGEST_PATH, forward_option
from sensorapp.model.errors import SensorAppError
from sensorapp.model.posture import ForwardAxis
from sensorapp.text.cleaning import plain_text


@click.command(
    "import",
    epilog="""\b
An IMU file is
  .npz with acc (N,3) in m/s2, gyr (N,3) in rad/s and fs in Hz, or
  .csv with t_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_rads,gyr_y_rads,gyr_z_rads
\b
Example:
  sensorapp import walk.npz --out walk.mcap --forward -z""",
)
@click.argument("imu_file", type=EXISTING, metavar="IMU_FILE")
@click.option("--out", type=EXISTING, required=True, metavar="REC.mcap", help="What to write.")
@forward_option
def command(imu_file: Path, out: Path, forward: ForwardAxis | None) -> None:
    """Turn an IMU file into a recording.

    The samples keep their own rate and are rounded the way the sensor's protocol does.
    """
    try:
        from sensorapp.app.import_imu import import_imu

        count = import_imu(imu_file, out, forward)
    except KeyboardInterrupt as error:
        raise SensorAppError("Stopped by Ctrl-C; nothing was kept.", "Import it again.") from error
    shown = shlex.quote(plain_text(str(out), LONGEST_PATH))
    click.echo(f"Wrote {shown}: {count} samples. Play it with: sensorapp replay {shown}")
