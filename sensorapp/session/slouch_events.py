"""Slouches as whole events, from the frames and alerts that tell of them one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sensorapp.coach.slouch import INTERRUPTION_S
from sensorapp.metrics.postures import JOINED_NS
from sensorapp.model.outputs import Output
from sensorapp.model.posture import (
    AlertKind,
    PostureFrame,
    PostureState,
    Silence,
    SlouchAlert,
)
from sensorapp.signal.grid import FRAME_NS

_INTERRUPTION_NS = round(INTERRUPTION_S * 1e9)
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class SlouchEvent:
    """One slouch that lasted, over [onset_t_ns, end_t_ns).

    `flexion_deg` and `threshold_deg` are those of its first alert, told at `told_t_ns`; `silent`
    says why none sounded. `recovered` is False while it goes on, and for one whose end nobody
    saw: `end_t_ns` is then where it was seen last.
    """

    onset_t_ns: int
    told_t_ns: int
    end_t_ns: int
    recovered: bool
    flexion_deg: float
    threshold_deg: float
    silent: Silence | None

    @property
    def sounded(self) -> bool:
        """Whether the wearer was called."""
        return self.silent is None

    @property
    def length_s(self) -> float:
        """From passing the limit to its end."""
        return (self.end_t_ns - self.onset_t_ns) / _NS


class SlouchEvents:
    """Follows one sensor's outputs."""

    def __init__(self) -> None:
        self._open: SlouchEvent | None = None
        self._before_ns: int | None = None
        self._over_ns = 0

    @property
    def open(self) -> SlouchEvent | None:
        """The slouch that goes on, if it has lasted."""
        return self._open

    @property
    def over_s(self) -> float:
        """Time in which a slouch went on, whether it lasted or not."""
        return self._over_ns / _NS

    def add(self, output: Output) -> SlouchEvent | None:
        """Take one output, in order; the event that is over with it, if one is."""
        if isinstance(output, PostureFrame):
            return self._frame(output)
        if not isinstance(output, SlouchAlert):
            return None
        if output.kind is AlertKind.SLOUCH:
            over, self._open = self._open, _begun(output)
            return over
        if self._open is None:
            return None
        if output.kind is AlertKind.STILL:
            if output.sounds:  # the reason to be silent ended before the slouch did
                self._open = replace(self._open, silent=None)
            return None
        return replace(self._closed(self._open), end_t_ns=output.t_ns, recovered=True)

    def finish(self) -> SlouchEvent | None:
        """The event that goes on at the end."""
        return None if self._open is None else self._closed(self._open)

    def _frame(self, frame: PostureFrame) -> SlouchEvent | None:
        step_ns = FRAME_NS if self._before_ns is None else frame.t_ns - self._before_ns
        self._before_ns = frame.t_ns
        event = self._open
        if frame.state is PostureState.SLOUCH:
            self._over_ns += step_ns if step_ns <= JOINED_NS else FRAME_NS
        if event is None:
            return None
        if frame.t_ns - event.end_t_ns > _INTERRUPTION_NS + FRAME_NS:
            return self._closed(event)
        if frame.state is PostureState.SLOUCH:
            self._open = replace(event, end_t_ns=frame.t_ns)
        return None

    def _closed(self, event: SlouchEvent) -> SlouchEvent:
        self._open = None
        return event


def _begun(alert: SlouchAlert) -> SlouchEvent:
    return SlouchEvent(
        onset_t_ns=alert.onset_t_ns,
        told_t_ns=alert.t_ns,
        end_t_ns=alert.t_ns,
        recovered=False,
        flexion_deg=alert.flexion_deg,
        threshold_deg=alert.threshold_deg,
        silent=alert.silent,
    )
