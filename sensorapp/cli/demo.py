"""`sensorapp demo`: the whole program on a virtual sensor."""

from __future__ import annotations

from pathlib import Path

import click

from sensorapp.cli.options import (
    EXISTING,
    Seconds,
    chosen_show,
    forward_option,
    show_options,
)
from sensorapp.cli.present import after_screen, sinks_for, typed_keys
from sensorapp.cli.set_option import set_option
from sensorapp.model.posture import ForwardAxis
from sensorapp.model.setting_key import Value


@click.command(
    "demo",
    epilog="""\b
Examples:
  sensorapp demo
  sensorapp demo --scenario slouch --record slouch.mcap
  sensorapp demo --imu walk.npz --seconds 60 --json
  sensorapp demo --list""",
)
@click.option("--scenario", metavar="NAME", help="What the virtual wearer does (see --list).")
@click.option("--imu", type=EXISTING, metavar="FILE", help="Samples of an IMU file instead.")
@forward_option
@click.option(
    "--seconds",
    type=Seconds(86_400),
    metavar="S",
    help="End after this much of the sensor's time.",
)
@click.option("--record", type=EXISTING, metavar="FILE", help="Keep a recording (.mcap).")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Draws the wearer's day.",
)
@click.option("--list", "list_them", is_flag=True, help="List the scenarios and leave.")
@set_option
@show_options
def command(
    scenario: str | None,
    imu: Path | None,
    forward: ForwardAxis | None,
    seconds: float | None,
    record: Path | None,
    seed: int,
    list_them: bool,
    set_now: dict[str, Value],
    plain: bool,
    as_json: bool,
) -> None:
    """Watch the program work on a virtual sensor.

    The samples come from a synthetic wearer (or an IMU file), travel through a real Bluetooth
    stack over a virtual radio, and are handled like those of a real sensor.
    """
    if scenario is not None and imu is not None:
        raise click.UsageError("--scenario and --imu exclude each other; give one of them.")
    from sensorapp.app.demo import run_demo
    from sensorapp.app.demo_source import DemoOptions, scenario_lines

    if list_them:
        click.echo("\n".join(scenario_lines()))
        return
    show = chosen_show(plain, as_json)
    options = DemoOptions(
        scenario=scenario,
        imu=imu,
        forward=forward,
        seconds=seconds,
        record=record,
        seed=seed,
        keys=typed_keys(show),
    )
    sinks = sinks_for(show, keys=options.keys)
    after_screen(show, run_demo(options, set_now, sinks, screen=show == "screen"))
