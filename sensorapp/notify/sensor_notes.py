"""Technical notes: what is wrong with the sensor or the recording, apart from any posture.

Each matter is told once when it begins and once when it is over, and one that is over within
its patience not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sensorapp.model.device import LinkState
from sensorapp.model.inputs import Input, RecordingChanged
from sensorapp.model.notes import Note, NoteKind
from sensorapp.model.outputs import LinkStatus, Output, SensorStatus
from sensorapp.model.posture import BaselineOffer, Calibration, OfferKind, Silence
from sensorapp.ports import Notifier
from sensorapp.session.state import SessionState

LOST_S = 10.0
"""A link that is back within this was never lost: 95 % are back within 4.3 s."""

DISK_S = 5.0
"""A disk that hesitates for less has kept everything."""

LOW_PCT, WELL_PCT = 10, 20
"""Low at the sensor's own limit for it; over only when a charger did something about it."""

_OVER_FRESH_S = 120.0
"""The end of trouble is worth a note for so long, if none could be shown at once."""

_NS = 1_000_000_000


@dataclass(slots=True)
class _Matter:
    """Something that may be wrong: since when, in which words, and whether that was told."""

    over: tuple[str, str]
    patience_s: float = 0.0
    wrong: tuple[str, str] | None = None
    since_ns: int = 0
    told: bool = False


class SensorNotes:
    """A sink that shows technical notes; while the wearer is in a meeting new ones wait."""

    def __init__(
        self, notifier: Notifier, state: Callable[[], SessionState], allowed: Callable[[], bool]
    ) -> None:
        """`state` is the session's, `allowed` whether the wearer wants notes now."""
        self._notifier = notifier
        self._state = state
        self._allowed = allowed
        self._has_streamed = False
        self._matters = {
            "sensor": _Matter(("The sensor is back", "Its samples come again."), LOST_S),
            "battery": _Matter(("The sensor's battery", "It is charged again.")),
            "clip": _Matter(("The clip on your back", "The angle counts from where it sits now.")),
            "disk": _Matter(("The recording", "It is written again."), DISK_S),
        }

    def accept(self, item: Input, outputs: tuple[Output, ...]) -> None:
        """Show and withdraw; see `Sink`."""
        now_ns = item.host_ns
        if isinstance(item, RecordingChanged):
            self._recording(item, now_ns)
        for output in outputs:
            if isinstance(output, LinkStatus):
                self._link(output, now_ns)
            elif isinstance(output, SensorStatus):
                self._battery(output.battery_pct, now_ns)
            elif isinstance(output, BaselineOffer):
                wrong = ("The clip may have moved", f"{output.why} Press c in the terminal.")
                gone = output.kind is OfferKind.WITHDRAWN
                self._is("clip", None if gone else wrong, now_ns)
            elif isinstance(output, Calibration):
                self._is("clip", None, now_ns)
        for key, matter in self._matters.items():
            if (matter.wrong is not None) is not matter.told:
                self._tell(key, matter, now_ns)

    def _link(self, link: LinkStatus, now_ns: int) -> None:
        if link.state is LinkState.STREAMING:
            self._has_streamed = True
            self._is("sensor", None, now_ns)
        elif link.state is LinkState.STOPPED:
            self._forget("sensor")
        elif self._has_streamed:
            reason = f"{link.reason.rstrip('.')}. " if link.reason else ""
            text = f"{reason}It is looked for; until then nothing of you is measured."
            self._is("sensor", ("The sensor is out of reach", text), now_ns)

    def _battery(self, battery_pct: int | None, now_ns: int) -> None:
        if battery_pct is None:
            return
        if battery_pct <= LOW_PCT:
            text = f"{battery_pct} % are left."
            self._is("battery", ("The sensor's battery is low", text), now_ns)
        elif battery_pct >= WELL_PCT:
            self._is("battery", None, now_ns)

    def _recording(self, item: RecordingChanged, now_ns: int) -> None:
        wrong = None if item.recording else ("The recording is in trouble", item.message)
        self._is("disk", wrong, now_ns)

    def _is(self, key: str, wrong: tuple[str, str] | None, now_ns: int) -> None:
        matter = self._matters[key]
        if wrong is not None and matter.wrong is None:
            matter.since_ns = now_ns
        matter.wrong = wrong

    def _forget(self, key: str) -> None:
        """It is no matter any more, and its end is no news."""
        matter = self._matters[key]
        matter.wrong = None
        if matter.told:
            matter.told = False
            self._notifier.withdraw(key)

    def _tell(self, key: str, matter: _Matter, now_ns: int) -> None:
        wrong = matter.wrong
        if wrong is None:
            matter.told = False
            self._notifier.withdraw(key)
            if self._allowed():
                self._show(key, matter.over, fresh_s=_OVER_FRESH_S)
            return
        quiet = self._state().quiet
        in_meeting = quiet is not None and quiet.why is Silence.MEETING
        long_enough = now_ns - matter.since_ns >= matter.patience_s * _NS
        if long_enough and not in_meeting and self._allowed():
            matter.told = True
            self._show(key, wrong)

    def _show(self, key: str, words: tuple[str, str], fresh_s: float | None = None) -> None:
        over = fresh_s is not None
        note = Note(key, NoteKind.SENSOR, *words, fresh_s=fresh_s, is_minor=over)
        self._notifier.show(note)
