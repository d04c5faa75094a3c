"""Whether the clip sits otherwise than when its poses were taken, by what a session says."""

from __future__ import annotations

from sensorapp.model.outputs import Output
from sensorapp.model.posture import BaselineOffer, OfferKind, PostureFrame, PostureState

OFF_NS = 10_000_000_000
"""Not worn for so long: whoever wears it again has put it on anew."""


class SeatChanges:
    """Follows the frames and offers of one sensor; a pose that is taken sets `is_new` back."""

    def __init__(self, *, is_new: bool) -> None:
        self.is_new = is_new
        self.moves = 0
        """Another number: something was seen of the clip's seat changing meanwhile."""
        self._was_new = is_new
        self._off_since_ns: int | None = None

    def taken(self) -> None:
        """A pose was taken: it and those carried along hold for how the clip sits now."""
        self.is_new = self._was_new = False

    def see(self, output: Output) -> None:
        """A frame, an offer, or anything else, which says nothing."""
        if isinstance(output, PostureFrame):
            if output.state is not PostureState.NOT_WORN:
                self._off_since_ns = None
            elif self._off_since_ns is None:
                self._off_since_ns = output.t_ns
            elif output.t_ns - self._off_since_ns >= OFF_NS:
                self.is_new = self._was_new = True
                self.moves += 1
        elif isinstance(output, BaselineOffer):
            if output.kind is OfferKind.WITHDRAWN:
                self.is_new = self._was_new  # it sits as before, after all
            else:
                self._was_new, self.is_new = self.is_new, True
                self.moves += 1
