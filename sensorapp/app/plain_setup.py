"""The set-up in lines of text: for screen readers, and wherever there is no screen."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable

from sensorapp.model.inputs import Input
from sensorapp.model.outputs import Output
from sensorapp.model.setup import Ask, Pressed, SetupPicture, Step
from sensorapp.ports import Sink
from sensorapp.session.setup import SetupGuide
from sensorapp.session.trial import trial_of
from sensorapp.text import setup_words as words
from sensorapp.tui.source import LiveSource, SetupDesk

_WORDS = {
    "": Pressed.NEXT,
    "r": Pressed.AGAIN,
    "k": Pressed.SKIP,
    "back": Pressed.BACK,
    "leave": Pressed.LEAVE,
}
_SAID = {
    Pressed.NEXT: "Enter goes on",
    Pressed.AGAIN: "r again",
    Pressed.SKIP: "k skips",
    Pressed.BACK: "back",
    Pressed.LEAVE: "leave",
}
_POSE_WORDS = {"c": Step.UPRIGHT, "s": Step.SLOUCH, "b": Step.BENDS}


class PlainSetup:
    """A sink that says one line a step, until the set-up is over; then it passes on to `after`.

    `reader` gives what the wearer types, a line each; its end leaves the set-up.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        reader: Iterable[str],
        after: Sink,
        typed_after: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`after` has the session once the set-up is over, `typed_after` the lines."""
        self._write = write
        self._reader = reader
        self._after = after
        self._typed_after = typed_after
        self._guide: SetupGuide | None = None
        self._source: LiveSource | None = None
        self._desk: SetupDesk | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._shown: tuple[Step, str] | None = None
        self._said = ""
        self._tried = ""
        self._asked: Ask | None = None

    def begin(self, source: LiveSource, desk: SetupDesk) -> None:
        """Start; needs a running loop."""
        self._source, self._desk, self._guide = source, desk, SetupGuide()
        self._loop = asyncio.get_running_loop()
        desk.begin()
        threading.Thread(target=self._read, name="set-up keys", daemon=True).start()

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Look at the session after each input."""
        guide, source = self._guide, self._source
        if guide is None or source is None:
            self._after.accept(item, outputs)
            return
        for command in guide.look(source.state()):
            source.send(command, None)
        self._tell(guide, source)

    def typed(self, line: str) -> None:
        """The wearer typed a line; words that mean nothing here are answered with what does."""
        guide, source, desk = self._guide, self._source, self._desk
        if guide is None or source is None or desk is None:
            self._typed_after(line)
            return
        word = line.strip().casefold()
        if guide.step is Step.PREVIEW and word in {"1", "2", "3", "4", "5", "6"}:
            self._write(desk.choose(int(word)) or f"Sensitivity {word}.")
            return
        if guide.step is Step.DONE and word == "":
            self._over(done=True)
            return
        offers = guide.picture.offers
        pressed = _WORDS.get(word)
        if word in _POSE_WORDS and guide.step is _POSE_WORDS[word]:
            pressed = Pressed.AGAIN if Pressed.AGAIN in offers else Pressed.NEXT
        if pressed not in offers or pressed is None:
            self._write(_offered(guide.picture))
            return
        for command in guide.press(pressed, source.state()):
            source.send(command, None)
        if guide.left:
            self._over(done=False)
        else:
            self._tell(guide, source)

    def _ended(self) -> None:
        """Nobody types any more."""
        if self._guide is not None:
            self._over(done=self._guide.step is Step.DONE)

    def _over(self, *, done: bool) -> None:
        assert self._desk is not None
        self._desk.end(done=done)
        self._guide = None
        self._write("Set-up done." if done else "Set-up left: all is as it was before.")

    def _tell(self, guide: SetupGuide, source: LiveSource) -> None:
        picture = guide.picture
        if picture.said != self._said:
            self._said = picture.said
            if picture.said:
                self._write(f"  {'Not yet: ' if picture.trouble else ''}{picture.said}")
        shown = (picture.step, picture.asks)
        if shown != self._shown:
            self._shown = shown
            self._write(_line(picture))
        if self._desk is not None and picture.ask is not self._asked:
            self._asked = picture.ask
            self._desk.asks(picture.ask)
        if picture.step is Step.PREVIEW:
            self._try_out(source)

    def _try_out(self, source: LiveSource) -> None:
        """A line whenever this moment begins to mean something else, not one a second."""
        trial = trial_of(source.state())
        kind = f"{trial.would_alert}{trial.left_s is None}{trial.flexion_deg is None}"
        if kind != self._tried:
            self._tried = kind
            self._write(f"  {trial.sentence}")

    def _read(self) -> None:
        loop = self._loop
        assert loop is not None
        with contextlib.suppress(OSError, ValueError, RuntimeError):  # closed below us, or at exit
            for line in self._reader:
                loop.call_soon_threadsafe(self.typed, line)
            loop.call_soon_threadsafe(self._ended)


def _line(picture: SetupPicture) -> str:
    title = words.TITLES[picture.step]
    keys = _offered(picture)
    return f"Step {picture.number} of {picture.of}, {title}: {picture.asks} {keys}".rstrip()


def _offered(picture: SetupPicture) -> str:
    said = [_SAID[pressed] for pressed in picture.offers]
    if picture.step is Step.PREVIEW:
        said.insert(1, "1 to 6 sets the sensitivity")
    return f"[{'; '.join(said)}]" if said else ""
