"""Which way is forward: the wearer's sagittal plane in sensor axes.

Tried in this order; the first that can be had decides:

1. the option: the user names the sensor axis that points to the wearer's front. Refused if
   that axis is within 20 deg of the vertical, where its horizontal part says little;
2. two slow forward bends (see `bends`);
3. the mounting that the protocol asks for (X right, Y up, Z backward, so forward is -Z), if
   the sensor's Y is within 45 deg of up;
4. assumed: -Z all the same, unless that is within 20 deg of the vertical; then Y, which
   is then within 20 deg of the horizon. Angles by side may be wrong, and frames say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from sensorapp.model.posture import Alignment, CalibrationSource, ForwardAxis, Vector3
from sensorapp.signal.vectors import angle_deg, perpendicular

MOUNTING_TILT_DEG = 45.0
VERTICAL_DEG = 20.0

AXIS_VECTORS: dict[ForwardAxis, Vector3] = {
    ForwardAxis.X: (1.0, 0.0, 0.0),
    ForwardAxis.MINUS_X: (-1.0, 0.0, 0.0),
    ForwardAxis.Y: (0.0, 1.0, 0.0),
    ForwardAxis.MINUS_Y: (0.0, -1.0, 0.0),
    ForwardAxis.Z: (0.0, 0.0, 1.0),
    ForwardAxis.MINUS_Z: (0.0, 0.0, -1.0),
}


@dataclass(frozen=True, slots=True)
class Sagittal:
    """An alignment with what there is to say about it.

    `forward_axis` is the signed sensor axis nearest to forward, `tilt_deg` the angle of the
    sensor's Y to up, `option_refused` True if the option was near the vertical.
    """

    alignment: Alignment
    forward_axis: ForwardAxis
    tilt_deg: float
    option_refused: bool = False


def find_sagittal(
    up: Vector3,
    *,
    option: ForwardAxis | None = None,
    bends_forward: Vector3 | None = None,
    slouch_deg: float | None = None,
) -> Sagittal:
    """The alignment for the upright pose `up` (unit vector, sensor axes).

    `bends_forward` is the forward direction that bends gave, None before; `slouch_deg` is
    passed on. Forward is made to stand at right angles to `up`.
    """
    refused = option is not None and _near_vertical(AXIS_VECTORS[option], up)
    if option is not None and not refused:
        forward, source = AXIS_VECTORS[option], CalibrationSource.OPTION
    elif bends_forward is not None and not _near_vertical(bends_forward, up):
        forward, source = bends_forward, CalibrationSource.BENDS
    elif tilt_deg(up) <= MOUNTING_TILT_DEG:
        forward, source = AXIS_VECTORS[ForwardAxis.MINUS_Z], CalibrationSource.MOUNTING
    elif not _near_vertical(AXIS_VECTORS[ForwardAxis.MINUS_Z], up):
        forward, source = AXIS_VECTORS[ForwardAxis.MINUS_Z], CalibrationSource.ASSUMED
    else:
        forward, source = AXIS_VECTORS[ForwardAxis.Y], CalibrationSource.ASSUMED
    forward = perpendicular(forward, up)
    return Sagittal(
        Alignment(up, forward, source, slouch_deg), nearest_axis(forward), tilt_deg(up), refused
    )


def nearest_axis(forward: Vector3) -> ForwardAxis:
    """The signed sensor axis nearest to `forward`; the first in x, -x, y, ... if two are."""
    return min(AXIS_VECTORS, key=lambda axis: angle_deg(AXIS_VECTORS[axis], forward))


def tilt_deg(up: Vector3) -> float:
    """Angle of the sensor's Y axis to `up`, 0..180."""
    return angle_deg(AXIS_VECTORS[ForwardAxis.Y], up)


def _near_vertical(axis: Vector3, up: Vector3) -> bool:
    angle = angle_deg(axis, up)
    return min(angle, 180.0 - angle) < VERTICAL_DEG
