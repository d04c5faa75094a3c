"""The header of a recording to and from its JSON message."""

from __future__ import annotations

import msgspec

from sensorapp.model.errors import RecordingCorrupt, RecordingError, UnsupportedFormat
from sensorapp.model.recording import FORMAT_VERSION, RecordingHeader

HEADER_TOPIC = "/header"
HEADER_ENCODING = "json"


class _Version(msgspec.Struct):
    format_version: int


def encode_header(header: RecordingHeader) -> bytes:
    """JSON of a header; RecordingError if it would not come back as it is."""
    try:
        payload = msgspec.json.encode(header)
        if decode_header(payload) == header:
            return payload
    except (RecordingError, UnicodeEncodeError, OverflowError):
        pass
    raise RecordingError(
        "The settings of this session can't be stored in a recording.",
        "Check them for text that is no text and for numbers that are not finite.",
    )


def decode_header(payload: bytes) -> RecordingHeader:
    """The header in a payload.

    Keys that this version doesn't know are ignored: a change that old programs must not
    overlook raises the version. Raises UnsupportedFormat for another version and
    RecordingCorrupt for what is no header.
    """
    try:
        version = msgspec.json.decode(payload, type=_Version).format_version
        if not 1 <= version <= FORMAT_VERSION:
            raise _other_version(version)
        return msgspec.json.decode(payload, type=RecordingHeader)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RecordingCorrupt(
            "The header of the recording can't be understood.",
            "Take another copy of the file if there is one.",
        ) from error


def _other_version(version: int) -> UnsupportedFormat:
    if version > FORMAT_VERSION:
        return UnsupportedFormat(
            f"The recording has format version {version}, "
            f"this program knows up to {FORMAT_VERSION}.",
            "Update the program and open the file again.",
        )
    return UnsupportedFormat(
        f"The recording says format version {version}, which never existed.",
        "Open the file with the program that made it.",
    )
