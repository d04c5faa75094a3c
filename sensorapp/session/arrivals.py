"""When samples came, by the host's clock: how late something becomes known."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from sensorapp.session.state import LATE_S
from sensorapp.signal.host_time import HostTime


class Arrivals:
    """Follows the packets of one sensor; decides nothing about samples."""

    def __init__(self) -> None:
        self._host_time = HostTime()
        self._arrived_ns = 0
        self._ahead: deque[tuple[int, int]] = deque()
        self._t_ns: int | None = None
        self.frame_ns: int | None = None
        """The frame that is being judged: what comes after it has not come yet."""

    def came(self, last_ns: int, host_ns: int) -> None:
        """A packet whose last sample is of `last_ns` came."""
        self._host_time.arrived(last_ns, host_ns)
        self._arrived_ns, self._t_ns = host_ns, last_ns

    def come(self, packets: Iterable[tuple[int, int]]) -> None:
        """Packets as for `came`, whose frames are judged one by one before `all_came`."""
        self._ahead.extend(packets)

    def all_came(self) -> None:
        """All frames are judged."""
        while self._ahead:
            self.came(*self._ahead.popleft())

    def _heard_until(self, t_ns: int) -> None:
        """Hear of the packets up to the one with the sample of `t_ns`."""
        while self._ahead and (self._t_ns is None or self._t_ns < t_ns):
            self.came(*self._ahead.popleft())

    def round_trip(self, sent_ns: int, heard_ns: int, t_ns: int) -> None:
        """The sensor answered at `t_ns`, between these two instants of the host."""
        self._host_time.round_trip(sent_ns, heard_ns, t_ns)

    def host_ns(self, t_ns: int) -> int | None:
        """The host's clock at this session time, None before the first sample."""
        return self._host_time.host_ns(t_ns)

    def behind_s(self, t_ns: int | None) -> float:
        """How old the newest sample, of `t_ns`, was when it came."""
        taken_ns = None if t_ns is None else self._host_time.host_ns(t_ns)
        return 0.0 if taken_ns is None else max(0.0, (self._arrived_ns - taken_ns) / 1e9)

    def late_s(self, t_ns: int) -> float:
        """How long ago this was, whole seconds, if it becomes known late."""
        if self.frame_ns is not None:
            self._heard_until(self.frame_ns)
        host_ns = self._host_time.host_ns(t_ns)
        late_s = 0.0 if host_ns is None else (self._arrived_ns - host_ns) / 1e9
        return float(round(late_s)) if late_s > LATE_S else 0.0
