"""The one root of all errors, each with one plain sentence and one next step.

An exception means that somebody must act. Poor data is not one: gaps, clipping and
movement are quality flags, and malformed packets become a counted `Fault`.
"""

from __future__ import annotations


class SensorAppError(Exception):
    """Root of every error that this program raises on purpose.

    `sentence` says what happened, `next_step` what to do about it; both are plain text
    that fits on a line each.
    """

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence} {next_step}")
        self.sentence = sentence
        self.next_step = next_step


class LinkError(SensorAppError):
    """Something between the radio and the sensor failed; `retryable` says if waiting helps."""

    def __init__(self, sentence: str, next_step: str, *, retryable: bool) -> None:
        super().__init__(sentence, next_step)
        self.retryable = retryable


class RadioUnavailable(LinkError):
    """There is no usable Bluetooth here; `reason` is a short machine-readable word."""

    def __init__(self, reason: str, sentence: str, next_step: str) -> None:
        super().__init__(sentence, next_step, retryable=False)
        self.reason = reason


class DeviceNotFound(LinkError):
    """No matching sensor advertised within the time of the scan."""


class ConnectFailed(LinkError):
    """The sensor was seen but a connection or its preparation failed."""


class LinkLost(LinkError):
    """An open connection ended without our asking."""


class RecordingError(SensorAppError):
    """A recording can't be read or written."""


class RecordingCorrupt(RecordingError):
    """The file is damaged before anything of use could be read."""


class UnsupportedFormat(RecordingError):
    """The file is no recording of ours, or of a version that this program does not know."""


class ImuFileError(SensorAppError):
    """An IMU file (.npz or .csv) is not what the format asks for."""


class ScenarioError(SensorAppError):
    """A scenario does not exist or says something that can't be played."""


class SettingsError(SensorAppError):
    """A setting is unknown or out of range; the sentence names key, value and what is allowed."""


class HistoryError(SensorAppError):
    """The history can't be read or written; recordings are not touched by that."""


class HistoryDamaged(HistoryError):
    """The file is damaged, or no history at all."""


class HistoryNewer(HistoryError):
    """A newer version of this program wrote it."""


class HistoryBusy(HistoryError):
    """Another program holds it for longer than anybody waits."""
