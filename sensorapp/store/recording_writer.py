"""Writes a recording so that what `sync` acknowledged survives a crash and a power cut.

A disk that is full, read-only, faulty or gone costs nothing but memory while it lasts: inputs are
kept, `sync` says what is wrong, and once the disk is well they follow in order, in the same file
(`durable_file`). Beyond 64 MiB of them newer inputs are left out, and the numbers of those that
follow say how many.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from sensorapp import __version__
from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import Input
from sensorapp.model.recording import RecordingHeader
from sensorapp.store.codec import encode_input
from sensorapp.store.durable_file import DurableFile
from sensorapp.store.header import encode_header
from sensorapp.store.mcap_builder import ChannelSpec, McapBuilder
from sensorapp.store.mcap_chunk import StoredMessage
from sensorapp.store.private_file import (
    create_private_file,
    make_name_durable,
    plain_reason,
    shown_name,
)

CHUNK_BYTES = 256 * 1024
"""A chunk ends at this size even without `sync`: what is lost at a crash stays small."""

_SEQUENCES = 2**32


class RecordingWriter:
    """A recorder (see `ports.Recorder`) into a new file of mode 0600.

    Refuses an existing file unless `overwrite`. Raises RecordingError if the file can't be
    begun; after that nothing raises. `write` and `sync` may be called from different threads.
    """

    def __init__(self, path: Path, header: RecordingHeader, *, overwrite: bool = False) -> None:
        self._name = shown_name(path)
        self._builder = McapBuilder(encode_header(header), f"sensorapp {__version__}")
        self._lock = threading.Lock()
        self._trouble: str | None = None
        self._ended = False
        self._inputs = 0
        self._durable_inputs = 0
        self._file = DurableFile(path, create_private_file(path, overwrite=overwrite))
        try:
            self._file.append(self._builder.opening())
            self._file.sync()
            make_name_durable(path)
        except OSError as error:
            self._file.close()
            with suppress(OSError):
                path.unlink()
            raise RecordingError(
                f"{self._name} can't be written: {plain_reason(error)}.",
                "Make room or choose another folder.",
            ) from error

    @property
    def durable_inputs(self) -> int:
        """Number of inputs, from the first on, that are safely on the disk."""
        return self._durable_inputs

    def write(self, item: Input) -> None:
        """Append an input; trouble is told by the next `sync`."""
        try:
            key, payload = encode_input(item)
        except ValueError as error:
            with self._lock:
                self._end(f"{self._name} is no longer written: {error}.")
        else:
            self._append(ChannelSpec(key.topic, key.encoding), item.host_ns, payload)

    def copy(self, message: StoredMessage) -> None:
        """Append an input as another recording holds it, numbered anew."""
        self._append(ChannelSpec(message.topic, message.encoding), message.log_time, message.data)

    def _append(self, spec: ChannelSpec, log_time: int, payload: bytes) -> None:
        with self._lock:
            if self._ended:
                return
            self._inputs += 1
            if self._file.is_full:
                return
            try:
                self._builder.add(spec, log_time, self._inputs % _SEQUENCES, payload)
            except ValueError as error:
                self._end(f"{self._name} is no longer written: {error}.")
                return
            if self._builder.open_bytes > CHUNK_BYTES:
                self._file.append(self._builder.take_chunk())

    def sync(self) -> str | None:
        """Make all that was written durable; None if it is, else one plain sentence.

        After trouble each call tries again.
        """
        with self._lock:
            if not self._ended:
                self._trouble = self._synced(self._builder.take_chunk())
            return self._trouble

    def close(self) -> None:
        """Finish the file; a failure of this, too, is told by `sync` from then on."""
        with self._lock:
            if self._ended:
                return
            self._trouble = self._synced(self._builder.take_chunk())
            if self._trouble is None:
                self._trouble = self._synced(self._builder.closing())
            self._end(self._trouble)

    def _synced(self, data: bytes) -> str | None:
        self._file.append(data)
        try:
            self._file.sync()
        except OSError as error:
            return self._sentence(error)
        self._durable_inputs = self._inputs
        return None

    def _sentence(self, error: OSError) -> str:
        return (
            f"{self._name} is not written now: {plain_reason(error)}; "
            f"the first {self._durable_inputs} inputs are safe."
        )

    def _end(self, trouble: str | None) -> None:
        """Write no more; what is durable stays."""
        if not self._ended:
            self._ended = True
            self._trouble = trouble
            self._file.give_up_pending()
            self._file.close()
