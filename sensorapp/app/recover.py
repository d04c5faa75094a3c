"""What is whole of a damaged or unfinished recording, as a new recording that is closed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sensorapp.model.errors import RecordingError
from sensorapp.store.losses import Account
from sensorapp.store.recording_reader import open_recording
from sensorapp.store.recording_writer import RecordingWriter


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was copied; `left_out` is one sentence on what was not, None if that is nothing."""

    account: Account
    left_out: str | None


def recover(path: Path, out: Path) -> Recovered:
    """Copy every whole input of `path`, untouched and in order, into a new file `out`.

    Inputs are numbered anew, so the new recording is whole in itself; samples that are lost
    stay lost and are named as gaps. `path` is only read. Raises a `SensorAppError`; `out` is
    then not left behind.
    """
    recording = open_recording(path)
    writer = RecordingWriter(out, recording.header)
    try:
        for message in recording.messages():
            writer.copy(message)
    except BaseException:
        writer.close()
        out.unlink(missing_ok=True)  # half a copy must not pass for a whole one
        raise
    writer.close()
    trouble = writer.sync()
    if trouble is not None:
        out.unlink(missing_ok=True)
        raise RecordingError(trouble, "Make room or choose another folder, and recover again.")
    account = recording.account
    assert account is not None  # the iteration came to its end
    return Recovered(account, recording.notice)
