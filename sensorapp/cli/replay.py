"""`sensorapp replay`: a recording again."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sensorapp.cli.options import EXISTING, Show, chosen_show, show_options
from sensorapp.cli.present import after_screen, notice, sinks_for
from sensorapp.model.errors import SettingsError
from sensorapp.model.setting_key import Value


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


def _what_if(
    _ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]
) -> dict[str, Value]:
    if not texts:
        return {}
    from sensorapp.app.what_if import parsed_what_if

    try:
        return dict(parsed_what_if(text) for text in texts)
    except SettingsError as error:
        raise click.BadParameter(f"{error.sentence} {error.next_step}") from error


@click.command(
    "replay",
    epilog="""\b
Examples:
  sensorapp replay morning.mcap
  sensorapp replay morning.mcap --speed 10
  sensorapp replay morning.mcap --speed max --json
  sensorapp replay morning.mcap --what-if sensitivity=5 --what-if delay_s=30""",
)
@click.argument("recording", type=EXISTING, metavar="REC")
@click.option(
    "--speed",
    callback=_speed,
    metavar="X|max",
    help="How many times faster; real time on a screen, max otherwise.",
)
@click.option(
    "--what-if",
    "values",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_what_if,
    help="Compare with another setting, such as sensitivity=5; can be repeated.",
)
@show_options
def command(
    recording: Path, speed: float | None, values: dict[str, Value], plain: bool, as_json: bool
) -> None:
    """Play a recording again.

    The outcome is the one of the day itself: same angles, same alerts. With --what-if it is not
    shown but compared: the same inputs with other settings in force from the start.
    """
    if values:
        if speed is not None:
            raise click.UsageError("--what-if and --speed exclude each other; give one of them.")
        chosen_show(plain, as_json)
        _compare(recording, values, as_json)
        return
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


def _compare(recording: Path, values: dict[str, Value], as_json: bool) -> None:
    from sensorapp.app.what_if import what_if
    from sensorapp.cli.what_if import what_if_fields, what_if_lines

    compared = what_if(recording, values)
    if as_json:
        fields = what_if_fields(recording, values, compared)
        click.echo(json.dumps(fields, allow_nan=False))
    else:
        for line in what_if_lines(recording, values, compared):
            click.echo(line)
    if compared.notice is not None:
        notice(compared.notice)
