"""Writes a recording so that what `sync` acknowledged survives a crash and a power cut.

Not a buffer for bad times: after the first failure it writes no more, says so at each `sync`,
and leaves the file ending at its last whole chunk.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

from sensorapp import __version__
from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import Input
from sensorapp.model.recording import RecordingHeader
from sensorapp.store.codec import encode_input
from sensorapp.store.header import encode_header
from sensorapp.store.mcap_builder import ChannelSpec, McapBuilder
from sensorapp.store.mcap_chunk import StoredMessage
from sensorapp.store.private_file import (
    create_private_file,
    make_durable,
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
        self._unsynced = True
        self._inputs = 0
        self._durable_inputs = 0
        self._size = 0
        self._descriptor: int | None = create_private_file(path, overwrite=overwrite)
        try:
            self._put(self._builder.opening())
            make_durable(self._descriptor)
            make_name_durable(path)
        except OSError as error:
            self._leave()
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
                if self._descriptor is not None:
                    self._fail(f"{self._name} is no longer written: {error}.")
        else:
            self._append(ChannelSpec(key.topic, key.encoding), item.host_ns, payload)

    def copy(self, message: StoredMessage) -> None:
        """Append an input as another recording holds it, numbered anew."""
        self._append(ChannelSpec(message.topic, message.encoding), message.log_time, message.data)

    def _append(self, spec: ChannelSpec, log_time: int, payload: bytes) -> None:
        with self._lock:
            if self._descriptor is None:
                return
            try:
                sequence = (self._inputs + 1) % _SEQUENCES
                self._builder.add(spec, log_time, sequence, payload)
                self._inputs += 1
                if self._builder.open_bytes > CHUNK_BYTES:
                    self._put(self._builder.take_chunk())
            except ValueError as error:
                self._fail(f"{self._name} is no longer written: {error}.")
            except OSError as error:
                self._fail(self._sentence(error))

    def sync(self) -> str | None:
        """Make all that was written durable; None if it is, else one plain sentence."""
        with self._lock:
            if self._descriptor is None:
                return self._trouble
            try:
                self._put(self._builder.take_chunk())
                if self._unsynced:
                    make_durable(self._descriptor)
                    self._unsynced = False
                self._durable_inputs = self._inputs
            except OSError as error:
                self._fail(self._sentence(error))
            return self._trouble

    def close(self) -> None:
        """Finish the file; a failure of this, too, is told by `sync` from then on."""
        with self._lock:
            if self._descriptor is None:
                return
            try:
                self._put(self._builder.take_chunk())
                self._put(self._builder.closing())
                make_durable(self._descriptor)
                self._durable_inputs = self._inputs
            except OSError as error:
                self._fail(self._sentence(error))
            self._leave()

    def _put(self, data: bytes) -> None:
        """Write all of `data`, or cut the file back to where it was and raise OSError."""
        if not data or self._descriptor is None:
            return
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(data)
        self._unsynced = True

    def _sentence(self, error: OSError) -> str:
        return (
            f"{self._name} is no longer written: {plain_reason(error)}; "
            f"the first {self._durable_inputs} inputs are safe."
        )

    def _fail(self, sentence: str) -> None:
        self._trouble = sentence
        self._leave()

    def _leave(self) -> None:
        """Close the file without finishing it."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)
