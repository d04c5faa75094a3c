"""An IMU file as a recording."""

from __future__ import annotations

from pathlib import Path

from sensorapp.app.clock import now_utc
from sensorapp.app.offline import header_of
from sensorapp.app.played_file import play_imu_file
from sensorapp.model.errors import RecordingError
from sensorapp.model.posture import ForwardAxis
from sensorapp.model.settings import SessionSettings
from sensorapp.store.imu_file import read_imu_file
from sensorapp.store.recording_writer import RecordingWriter


def import_imu(path: Path, out: Path, forward: ForwardAxis | None) -> int:
    """Write the recording; the number of samples in it. Raises a `SensorAppError`."""
    file = read_imu_file(path)
    settings = SessionSettings(forward_axis=forward, rate_mhz=file.rate_mhz)
    started_utc = now_utc()
    writer = RecordingWriter(out, header_of(settings, "imu file", started_utc))
    try:
        samples = play_imu_file(file, writer.write)
    except BaseException:
        writer.close()
        out.unlink(missing_ok=True)  # half a file must not pass for a whole one
        raise
    writer.close()
    trouble = writer.sync()
    if trouble is not None:
        raise RecordingError(trouble, "Make room or choose another folder, and import again.")
    return samples
