"""The group of commands, and the one place where errors become sentences and a status."""

from __future__ import annotations

import importlib
import sys

import click

from sensorapp import __version__
from sensorapp.cli.output import ReaderLeft, silence_stdout, tolerate_any_text, unwritable
from sensorapp.model.errors import SensorAppError

_COMMANDS = {
    "demo": "Watch the program work on a virtual sensor.",
    "setup": "Set up in a minute: poses, limit, a try-out.",
    "live": "Connect to your sensor and watch your upper back.",
    "replay": "Play a recording again.",
    "analyze": "Work out angles, alerts and movements of recordings or IMU files.",
    "import": "Turn an IMU file into a recording.",
    "verify": "Check that recordings are whole.",
    "recover": "Copy what is whole of a damaged recording.",
    "virtual-sensor": "Be a sensor without a radio, for other programs here.",
    "pause": "Silence alerts for a time; they come back by themselves.",
    "resume": "Let alerts sound again now.",
    "devices": "List the sensors in range.",
    "today": "Show where this day stands.",
    "history": "Show what the last days came to.",
    "settings": "List, get, set and edit settings.",
}

_MODULES = {"import": "import_imu", "virtual-sensor": "virtual_sensor"}
"""Commands whose names can't be those of their modules."""

_EPILOG = """\b
Examples:
  sensorapp demo                          see it work, no sensor needed
  sensorapp live                          connect, watch, record
  sensorapp replay morning.mcap           play a recording again
  sensorapp analyze walk.npz --forward -z --series walk.csv

Not a medical device. Pain that stays, numbness or weakness belong before a professional."""


class _LazyGroup(click.Group):
    """Imports a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"sensorapp.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="sensorapp")
def cli() -> None:
    """Companion for a Bluetooth sensor clipped to the upper back.

    It shows the angle of your upper back, reminds you when you have leaned for long, and may
    help you move more.
    """


def main() -> None:
    """Run the program; every known trouble is one sentence and the next step on stderr."""
    tolerate_any_text()
    try:
        status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        status = 0
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except SensorAppError as error:
        status = _told(error)
    except (ReaderLeft, BrokenPipeError):
        status = 0
    except OSError as error:
        status = _told(unwritable(error))
    silence_stdout()
    sys.exit(status if isinstance(status, int) else 0)


def _told(error: SensorAppError) -> int:
    click.echo(f"sensorapp: {error.sentence}\n{error.next_step}", err=True)
    return 1
