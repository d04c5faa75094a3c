"""The live screen's keys as words, where there is no screen: a line and Enter each."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterable

from sensorapp.model.inputs import Command
from sensorapp.model.profiles import PROFILE_LABELS
from sensorapp.tui.source import LiveSource, ProfileDesk

_COMMANDS = {
    "c": (Command.CALIBRATE_UPRIGHT, "Sit tall and still for a moment."),
    "s": (Command.CALIBRATE_SLOUCH, "Sink into your usual slouch and hold still."),
    "b": (Command.CALIBRATE_BENDS, "Bend forward slowly and come back up, twice."),
    "pause": (Command.PAUSE, ""),
    "resume": (Command.RESUME, ""),
    "z": (Command.SNOOZE, ""),
    "t": (Command.MEETING, ""),
    "m": (Command.MARKER, ""),
}
KEYS_LINE = (
    "Words, each with Enter: c upright, s slouch, b bends, f profiles, y takes a profile that is "
    "offered, l reminds of a break later, pause, resume, z snooze, t meeting, m mark, ? this list."
)


class PlainKeys:
    """Reads lines and does what the keys of the live screen do.

    The end of the lines ends nothing: a session without a keyboard goes on.
    """

    def __init__(self, write: Callable[[str], None], reader: Iterable[str]) -> None:
        self._write = write
        self._reader = reader
        self._source: LiveSource | None = None
        self._profiles: ProfileDesk | None = None

    def begin(self, source: LiveSource, profiles: ProfileDesk | None) -> None:
        """Start; needs a running loop, in the main thread."""
        self._source, self._profiles = source, profiles
        loop = asyncio.get_running_loop()
        if hasattr(signal, "SIGTTIN"):  # in the background a read fails instead of stopping us
            with contextlib.suppress(ValueError):  # not the main thread
                signal.signal(signal.SIGTTIN, signal.SIG_IGN)

        def read() -> None:
            with contextlib.suppress(OSError, ValueError, RuntimeError):  # closed, or at exit
                for line in self._reader:
                    loop.call_soon_threadsafe(self.typed, line)

        threading.Thread(target=read, name="keys", daemon=True).start()

    def typed(self, line: str) -> None:
        """The wearer typed a line; a word that means nothing is answered with those that do."""
        source = self._source
        if source is None or source.finished:
            return
        word, _, rest = line.strip().casefold().partition(" ")
        if word in _COMMANDS:
            command, said = _COMMANDS[word]
            source.send(command, None)
            if said:
                self._write(said)
        elif word == "l":
            self._later(source)
        elif word == "y":
            self._take_offered(source)
        elif word == "f":
            self._choose(rest.strip())
        elif word:
            self._write(KEYS_LINE)

    def _later(self, source: LiveSource) -> None:
        if source.state().break_due is None:
            self._write("No break is due now.")
            return
        source.send(Command.BREAK_LATER, None)
        self._write("You are reminded again in 15 min.")

    def _take_offered(self, source: LiveSource) -> None:
        offer = source.state().profile_offer
        if offer is None:
            self._write("No profile is offered now; f lists them.")
        else:
            self._choose(offer.profile)

    def _choose(self, name: str) -> None:
        """Switch to a profile; without one of that name, list them."""
        choices = () if self._profiles is None else self._profiles.choices()
        for choice in choices:
            if choice.profile == name and self._profiles is not None:
                self._profiles.take(name)
                return
        for choice in choices:
            pose = "" if choice.posed else ", no pose yet"
            pose = ", pose needed again" if choice.of_before else pose
            self._write(f"f {choice.profile}: {choice.label}{pose}")
        if not choices:
            self._write(f"There are no profiles here: {', '.join(PROFILE_LABELS.values())}.")
