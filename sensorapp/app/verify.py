"""Whether a recording is whole: its file, its inputs and every sample of its sensors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sensorapp.app.interrupt import Interrupted, interruptible
from sensorapp.app.sample_count import SampleCount, SampleStream, SensorCount
from sensorapp.drivers.catalogue import drivers
from sensorapp.model.errors import SensorAppError
from sensorapp.model.recording import RecordingHeader
from sensorapp.store.losses import Account
from sensorapp.store.recording_reader import open_recording

_STOPPED = SensorAppError("Stopped by Ctrl-C before the end of the recording.", "Verify it again.")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a recording holds and lacks; `notice` is None if the file is whole."""

    header: RecordingHeader
    account: Account
    skipped: int
    sensors: tuple[SensorCount, ...]
    streams: tuple[SampleStream, ...]
    notice: str | None


def verify(path: Path) -> Verified:
    """Read a recording to its end. Raises a `SensorAppError` if there is nothing to verify."""
    recording = open_recording(path)
    count = SampleCount(drivers(), recording.header.settings)
    with interruptible() as ctrl_c:
        try:
            for item in recording:
                ctrl_c.check()
                count.feed(item)
        except Interrupted:
            raise _STOPPED from None
    account = recording.account
    assert account is not None  # the iteration came to its end
    return Verified(
        recording.header,
        account,
        recording.skipped,
        count.counted(),
        count.streams(),
        recording.notice,
    )
