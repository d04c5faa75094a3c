"""What is said of a movement: its smoothness beside the wearer's usual one, speed and range."""

from __future__ import annotations

from sensorapp.metrics import sparc
from sensorapp.metrics.own_baseline import OwnBaseline
from sensorapp.metrics.peak_speed import peak_dps
from sensorapp.metrics.range_of_motion import range_deg
from sensorapp.metrics.sparc_confidence import confidence_in
from sensorapp.model.posture import Movement
from sensorapp.signal.movements import MovementSpan


def movement_output(
    sensor_id: str, span: MovementSpan, smoothness: OwnBaseline, t_ns: int
) -> Movement:
    """A movement that became known at `t_ns`; it counts for what is usual after it."""
    value = sparc.METRIC.measure(span)
    confidence = confidence_in(value, span)
    usual = smoothness.usual()
    smoothness.add(value, confidence)
    return Movement(
        sensor_id=sensor_id,
        t_ns=t_ns,
        t_start_ns=span.t_start_ns,
        t_end_ns=span.t_end_ns,
        sparc=value,
        peak_dps=peak_dps(span) or 0.0,
        range_deg=range_deg(span) or 0.0,
        confidence=confidence,
        usual=usual,
    )
