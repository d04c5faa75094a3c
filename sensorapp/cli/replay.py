"""`sensorapp replay`: a recording again."""

from __future__ import annotations

from pathlib import Path

import click

from sensorapp.cli.options import EXISTING, Show, chosen_show, show_options
from sensorapp.cli.present import after_screen, notice, sinks_for


def _speed(_ctx: click.Context, _param: click.Parameter, value: str | None) -> float | None:
    """`max` or a positive factor; infinity stands for max."""
    if value is None:
        return None
    if value == "max":
        return float("inf")
    try:
        speed = float(value)
    except ValueError:
        speed = 0.0
    if not 0 < speed < 10_000:
        raise click.BadParameter(f"{value!r} is neither a factor such as 2 nor 'max'.")
    return speed


@click.command(
    "replay",
    epilog="""\b
Examples:
  sensorapp replay morning.mcap
  sensorapp replay morning.mcap --speed 10
  sensorapp replay morning.mcap --speed max --json""",
)
@click.argument("recording", type=EXISTING, metavar="REC")
@click.option(
    "--speed",
    callback=_speed,
    metavar="X|max",
    help="How many times faster; real time on a screen, max otherwise.",
)
@show_options
def command(recording: Path, speed: float | None, plain: bool, as_json: bool) -> None:
    """Play a recording again.

    The outcome is the one of the day itself: same angles, same alerts.
    """
    from sensorapp.app.replay import run_replay

    show = chosen_show(plain, as_json)
    if speed is None:
        speed = 1.0 if show is Show.SCREEN else float("inf")
    closing, trouble = run_replay(
        recording, speed, sinks_for(show, is_replay=True), screen=show == "screen"
    )
    after_screen(show, closing)
    if trouble is not None:
        notice(trouble)
