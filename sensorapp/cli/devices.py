"""`sensorapp devices`: what is in range."""

from __future__ import annotations

import json

import click

from sensorapp.cli.options import Seconds, hci_option


@click.command(
    "devices",
    epilog="""\b
Examples:
  sensorapp devices
  sensorapp devices --seconds 10 --json""",
)
@click.option(
    "--seconds",
    type=Seconds(600),
    default=5.0,
    show_default=True,
    metavar="S",
    help="How long to listen.",
)
@hci_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on stdout.")
def command(seconds: float, hci: str | None, as_json: bool) -> None:
    """List the sensors in range."""
    from sensorapp.app.devices import find_devices

    if not as_json:
        click.echo(f"Listening for {seconds:g} s ...", err=True)
    found = find_devices(seconds, hci)
    for device in found:
        if as_json:
            click.echo(json.dumps({"type": "device", **device.fields()}))
        else:
            click.echo(device.line())
    if not found and not as_json:
        click.echo("No sensor found. Wake it by a press, hold it near, and try again.", err=True)
