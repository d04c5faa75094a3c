"""`sensorapp virtual-sensor`: a sensor without a radio, for programs on this computer."""

from __future__ import annotations

from pathlib import Path

import click

from sensorapp.cli.options import EXISTING, Seconds

RING_SAMPLES = 8192
"""As on the reference board: 82 s at 100 Hz."""


@click.command(
    "virtual-sensor",
    epilog="""\b
Examples, each in a terminal of its own:
  sensorapp virtual-sensor --hci unix-server:/tmp/clip.hci
  sensorapp live --hci unix-client:/tmp/clip.hci

\b
  sensorapp virtual-sensor --hci tcp-server:127.0.0.1:9000 --scenario desk
  sensorapp devices --hci tcp-client:127.0.0.1:9000""",
)
@click.option(
    "--hci",
    required=True,
    metavar="PLACE",
    help="Where to offer the adapter: unix-server:PATH or tcp-server:127.0.0.1:PORT.",
)
@click.option("--scenario", metavar="NAME", help="What the wearer does (see demo --list).")
@click.option("--imu", type=EXISTING, metavar="FILE", help="Samples of an IMU file instead.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Draws the wearer's day.",
)
@click.option(
    "--seconds", type=Seconds(86_400), metavar="S", help="End after this much of its own time."
)
@click.option(
    "--buffer",
    "buffer_samples",
    type=click.IntRange(0, 1 << 20),
    default=RING_SAMPLES,
    show_default=True,
    metavar="SAMPLES",
    help="Samples kept while nobody fetches them; 0 keeps none, else 128 and more.",
)
@click.option("--log", type=EXISTING, metavar="FILE", help="Append each sample taken, for proofs.")
def command(
    hci: str,
    scenario: str | None,
    imu: Path | None,
    seed: int,
    seconds: float | None,
    buffer_samples: int,
    log: Path | None,
) -> None:
    """Be a virtual sensor that other programs on this computer reach over a socket.

    The socket stands for a Bluetooth adapter (HCI); `live` and `devices` use it with `--hci`. When
    the program that uses it ends, the sensor goes on and keeps its samples, as a real one does.
    """
    if scenario is not None and imu is not None:
        raise click.UsageError("--scenario and --imu exclude each other; give one of them.")
    if 0 < buffer_samples < 128:
        raise click.UsageError("--buffer is 0, or 128 and more.")
    from sensorapp.app.demo_source import DemoOptions
    from sensorapp.app.virtual_sensor import VirtualSensorOptions, run_virtual_sensor

    source = DemoOptions(scenario=scenario, imu=imu, seconds=seconds, seed=seed)
    options = VirtualSensorOptions(hci, source, buffer_samples, log)
    run_virtual_sensor(
        options, lambda name: click.echo(f"{name} is ready at {hci}; Ctrl-C ends it.")
    )
