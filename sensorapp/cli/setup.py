"""`sensorapp setup`: from a sensor that is switched on to the first judged minute."""

from __future__ import annotations

import sys

import click

from sensorapp.cli.options import Show, chosen_show, hci_option
from sensorapp.cli.output import Stdout
from sensorapp.cli.plain import PlainLines
from sensorapp.cli.present import after_screen, notice
from sensorapp.cli.profile_option import profile_option
from sensorapp.cli.set_option import set_option
from sensorapp.model.setting_key import Value


@click.command(
    "setup",
    epilog="""\b
Examples:
  sensorapp setup
  sensorapp setup --demo
  sensorapp setup --plain""",
)
@click.option("--demo", is_flag=True, help="With a virtual sensor and a wearer who does as asked.")
@click.option("--sensor", metavar="NAME", help="Name or address, as for `live`.")
@profile_option
@hci_option
@set_option
@click.option("--plain", is_flag=True, help="One line of text a step; Enter and words as keys.")
def command(
    demo: bool,
    sensor: str | None,
    profile: str,
    hci: str | None,
    set_now: dict[str, Value],
    plain: bool,
) -> None:
    """Be set up in a minute, then watch.

    Finds the sensor, looks how it sits, takes your upright pose and your own slouch, has you bend
    twice, and shows what would alert you before any alert sounds. Afterwards it goes on as `live`.
    Each step can be done again or skipped; leaving puts back what was there before.
    """
    if demo and (sensor is not None or hci is not None):
        raise click.UsageError("--demo brings its own sensor; leave out --sensor and --hci.")
    from sensorapp.app.plain_keys import PlainKeys
    from sensorapp.app.plain_setup import PlainSetup

    show = chosen_show(plain, as_json=False)
    lines = keys = None
    if show is Show.PLAIN:
        out = Stdout(sys.stdout)

        def write(line: str) -> None:
            out.write(f"{line}\n")
            out.flush()

        keys = PlainKeys(write, ())
        lines = PlainSetup(write, sys.stdin, PlainLines(out, is_typed=True), keys.typed)
    sinks = () if lines is None else (lines,)
    if demo:
        from sensorapp.app.demo import run_demo
        from sensorapp.app.demo_source import DemoOptions

        options = DemoOptions(set_up=True, plain_setup=lines, keys=keys)
        after_screen(show, run_demo(options, set_now, sinks, screen=show is Show.SCREEN))
        return
    from sensorapp.app.live import LiveOptions, run_live

    settings = dict(set_now)
    if sensor is not None:
        settings["sensor.name"] = sensor
    wanted = LiveOptions(
        settings, hci=hci, profile=profile, set_up=True, plain_setup=lines, keys=keys
    )
    after_screen(show, run_live(wanted, sinks, notice, screen=show is Show.SCREEN))
