"""What is said of an alignment that came into force."""

from __future__ import annotations

from sensorapp.model.posture import Alignment, Calibration
from sensorapp.session.calibrator import Aligned
from sensorapp.signal.sagittal import nearest_axis, tilt_deg


def calibration_output(
    sensor_id: str, t_ns: int, aligned: Aligned, alignment: Alignment, threshold_deg: float
) -> Calibration:
    """The alignment with its source and the limit that it gives."""
    return Calibration(
        sensor_id=sensor_id,
        t_ns=t_ns,
        source=aligned.source,
        forward_axis=nearest_axis(alignment.forward),
        tilt_deg=tilt_deg(alignment.up),
        threshold_deg=threshold_deg,
        alignment=alignment,
        poses=aligned.poses,
    )
