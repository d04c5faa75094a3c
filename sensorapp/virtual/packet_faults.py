"""What happens to a sensor's packets on their way: dropped, doubled, swapped, made up, flooded.

A link never does any of this by itself. Hosts, firmware and attackers do, so programs have to live
with it. All chance comes from the generator that is passed in.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

_ATT_CID = 4
_NOTIFICATION = 0x1B
_VALUE_AT = 7
"""L2CAP length (2), channel (2), ATT opcode (1), handle (2), then the value."""
_LONGEST_VALUE = 513
_MAJOR_BITS = 0xE0


@dataclass(slots=True)
class PacketFaults:
    """A `PduFilter` (air_conditions); chances are for each notification towards the central.

    `only_handle` limits it to the notifications of one characteristic. `flood` is how many copies
    come of each; `garbage` and `newer` add a packet of chance bytes (0 to 513), or a copy that
    claims to be of the next major version, beside the real one.
    """

    rng: random.Random
    drop: float = 0.0
    double: float = 0.0
    swap: float = 0.0
    garbage: float = 0.0
    newer: float = 0.0
    flood: int = 1
    only_handle: int | None = None
    _kept: bytes | None = None

    def __call__(self, to_central: bool, pdu: bytes) -> tuple[bytes, ...]:
        """The PDUs that arrive in place of this one."""
        if not to_central or not self._concerns(pdu):
            return (pdu,)
        rng = self.rng
        arriving = [] if rng.random() < self.drop else [pdu] * self.flood
        if arriving and rng.random() < self.double:
            arriving.append(pdu)
        if rng.random() < self.garbage:
            arriving.append(_with_value(pdu, rng.randbytes(rng.randrange(_LONGEST_VALUE + 1))))
        if rng.random() < self.newer and len(pdu) > _VALUE_AT:
            value = bytearray(pdu[_VALUE_AT:])
            value[0] = (value[0] + 0x20 & _MAJOR_BITS) | (value[0] & ~_MAJOR_BITS)
            arriving.append(_with_value(pdu, bytes(value)))
        kept, self._kept = self._kept, None
        if kept is not None:
            arriving.append(kept)
        elif arriving and rng.random() < self.swap:
            self._kept = arriving.pop()
        return tuple(arriving)

    def _concerns(self, pdu: bytes) -> bool:
        if len(pdu) < _VALUE_AT or pdu[2] != _ATT_CID or pdu[4] != _NOTIFICATION:
            return False
        handle = int.from_bytes(pdu[5:_VALUE_AT], "little")
        return self.only_handle is None or handle == self.only_handle


def _with_value(pdu: bytes, value: bytes) -> bytes:
    """The same notification with another value."""
    length = _VALUE_AT - 4 + len(value)
    return length.to_bytes(2, "little") + pdu[2:_VALUE_AT] + value
