"""`sensorapp pause`: silence for a time, from another window."""

from __future__ import annotations

import re

import click

_LENGTH = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})(?:m|min)?)?", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


class _Length(click.ParamType[float]):
    name = "length"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if isinstance(value, float):
            return value
        found = _LENGTH.fullmatch(str(value).strip())
        if found is None or not any(found.groups()):
            self.fail(f"{value!r} is no length of time; for instance 45m or 1h30m.", param, ctx)
        return 60.0 * int(found[1] or 0) + int(found[2] or 0)


class _ClockTime(click.ParamType[int]):
    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        if isinstance(value, int):
            return value
        found = _CLOCK.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"{value!r} is no time of the day; for instance 15:30.", param, ctx)
        return 60 * int(found[1]) + int(found[2])


@click.command(
    "pause",
    epilog="""\b
Examples:
  sensorapp pause                     30 min
  sensorapp pause meeting --until 15:30
  sensorapp pause lunch --for 1h
  sensorapp pause --show              what is silent now, and until when
  sensorapp resume                    let alerts sound again

Quiet hours of every day are settings: sensorapp settings set quiet.hours 20:00-07:30""",
)
@click.argument("why", type=click.Choice(["pause", "snooze", "meeting", "lunch"]), default="pause")
@click.option("--for", "minutes", type=_Length(), metavar="LENGTH", help="So long: 45m, 1h30m.")
@click.option("--until", type=_ClockTime(), metavar="HH:MM", help="Until this time of the day.")
@click.option("--show", is_flag=True, help="Only say what is silent now.")
def command(why: str, minutes: float | None, until: int | None, *, show: bool) -> None:
    """Silence alerts for a time; they come back by themselves.

    Counts for the session that runs, within two seconds, and for one that starts meanwhile.
    Slouches are counted and shown all the same. Without a length it takes 30 min, 15 for a
    snooze, 60 for a meeting, 45 for lunch.
    """
    if show and (minutes is not None or until is not None):
        raise click.UsageError("--show goes alone.")
    if minutes is not None and until is not None:
        raise click.UsageError("--for and --until exclude each other; give one of them.")
    from sensorapp.app.pause import ask_for, silence_now
    from sensorapp.model.inputs import Command
    from sensorapp.model.posture import Silence
    from sensorapp.text.silences import SILENCE_WORDS

    if show:
        found = silence_now()
        said = None if found is None else f"{SILENCE_WORDS[Silence(found[0])]}, until {found[1]}."
        click.echo(f"Silent: {said}" if said else "Alerts may sound.")
        return
    click.echo(f"No alert sounds until {ask_for(Command(why), minutes, until)}.")
