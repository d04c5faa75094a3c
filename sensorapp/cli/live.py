"""`sensorapp live`: your own sensor."""

from __future__ import annotations

from pathlib import Path

import click

from sensorapp.cli.options import (
    EXISTING,
    chosen_show,
    forward_option,
    hci_option,
    show_options,
)
from sensorapp.cli.present import after_screen, notice, sinks_for, typed_keys
from sensorapp.cli.profile_option import profile_option
from sensorapp.cli.set_option import set_option
from sensorapp.model.posture import ForwardAxis
from sensorapp.model.setting_key import Value


@click.command(
    "live",
    epilog="""\b
Examples:
  sensorapp live
  sensorapp live --sensor TP-3F9A --record today.mcap
  sensorapp live --no-record --plain
  sensorapp live --set alerts.sensitivity=5""",
)
@click.option(
    "--sensor",
    metavar="NAME",
    help="Name or address; sensor.name of the settings, or the first one found, without.",
)
@forward_option
@click.option(
    "--record", type=EXISTING, metavar="FILE", help="Record here, not in the data folder."
)
@click.option("--no-record", is_flag=True, help="Keep no recording.")
@profile_option
@hci_option
@set_option
@show_options
def command(
    sensor: str | None,
    forward: ForwardAxis | None,
    record: Path | None,
    no_record: bool,
    profile: str,
    hci: str | None,
    set_now: dict[str, Value],
    plain: bool,
    as_json: bool,
) -> None:
    """Connect to your sensor and watch your upper back.

    Records into the data folder unless told otherwise. Wear the clip between the shoulder
    blades and sit tall and still for two seconds when it asks you to.
    """
    if record is not None and no_record:
        raise click.UsageError("--record and --no-record exclude each other; give one of them.")
    from sensorapp.app.live import LiveOptions, run_live

    show = chosen_show(plain, as_json)
    settings = dict(set_now)
    if sensor is not None:
        settings["sensor.name"] = sensor
    if forward is not None:
        settings["sensor.forward"] = forward.value
    if no_record:
        settings["recording.keep"] = False
    keys = typed_keys(show)
    options = LiveOptions(settings, record=record, hci=hci, profile=profile, keys=keys)
    sinks = sinks_for(show, keys=keys)
    after_screen(show, run_live(options, sinks, notice, screen=show == "screen"))
