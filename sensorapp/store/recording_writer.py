"""Writes a recording so that what `sync` acknowledged survives a crash and a power cut.

A disk that is full, read-only, faulty or gone costs nothing but memory while it lasts: inputs are
kept, `sync` says what is wrong, and once the disk is well they follow in order, in the same file
(`durable_file`). Beyond 64 MiB of them newer inputs are left out, and the numbers of those that
follow say how many.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sensorapp import __version__
from sensorapp.model.errors import RecordingError
from sensorapp.model.inputs import Input
from sensorapp.model.recording import RecordingHeader
from sensorapp.store.codec import encode_input
from sensorapp.store.durable_file import MAX_KEPT_BYTES, DurableFile
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

    Refuses an existing file unless `overwrite`. Raises RecordingError if the file can't be begun,
    unless `patient`: then `sync` says why, and tries again. After that nothing raises.
    `sync` may be called from another thread than the rest, and `write` never waits for it.
    """

    def __init__(
        self, path: Path, header: RecordingHeader, *, overwrite: bool = False, patient: bool = False
    ) -> None:
        self._name = shown_name(path)
        self._builder = McapBuilder(encode_header(header), f"sensorapp {__version__}")
        self._lock = threading.Lock()
        """Of all below but the file, and never held while the disk is waited for."""
        self._disk = threading.Lock()
        self._ready = bytearray()
        self._trouble: str | None = None
        self._ended = False
        self._inputs = 0
        self._durable_inputs = 0
        descriptor = None if patient else create_private_file(path, overwrite=overwrite)
        self._file = DurableFile(path, descriptor)
        self._ready += self._builder.opening()
        if not patient:
            self._begin(path)

    @property
    def durable_inputs(self) -> int:
        """Number of inputs, from the first on, that are safely on the disk."""
        return self._durable_inputs

    def write(self, item: Input) -> None:
        """Append an input; trouble is told by the next `sync`."""
        try:
            key, payload = encode_input(item)
        except ValueError as error:
            self._end(f"{self._name} is no longer written: {error}.")
        else:
            self._append(ChannelSpec(key.topic, key.encoding), item.host_ns, payload)

    def copy(self, message: StoredMessage) -> None:
        """Append an input as another recording holds it, numbered anew."""
        self._append(ChannelSpec(message.topic, message.encoding), message.log_time, message.data)

    def sync(self) -> str | None:
        """Make all that was written durable; None if it is, else one plain sentence.

        After trouble each call tries again.
        """
        if self._ended:
            return self._trouble
        with self._disk:
            data, inputs = self._taken()
            trouble = self._synced(data, inputs)
        with self._lock:
            if not self._ended:
                self._trouble = trouble
        return self._trouble

    def close(self) -> None:
        """Finish the file; a failure of this, too, is told by `sync` from then on."""
        with self._disk:
            if not self._ended:
                data, inputs = self._taken()
                trouble = self._synced(data, inputs)
                if trouble is None:
                    trouble = self._synced(self._builder.closing(), inputs)
                self._end(trouble)
            self._file.give_up_pending()
            self._file.close()

    def _begin(self, path: Path) -> None:
        """Raises RecordingError if the disk refuses, and leaves no file behind."""
        try:
            self._file.append(self._taken_ready())
            self._file.sync()
            make_name_durable(path)
        except OSError as error:
            self._file.close()
            raise RecordingError(
                f"{self._name} can't be written: {plain_reason(error)}.",
                "Make room or choose another folder.",
            ) from error

    def _append(self, spec: ChannelSpec, log_time: int, payload: bytes) -> None:
        with self._lock:
            if self._ended:
                return
            self._inputs += 1
            if self._file.is_full or len(self._ready) >= MAX_KEPT_BYTES:
                return
            try:
                self._builder.add(spec, log_time, self._inputs % _SEQUENCES, payload)
            except ValueError as error:
                self._ended, self._trouble = True, f"{self._name} is no longer written: {error}."
                return
            if self._builder.open_bytes <= CHUNK_BYTES:
                return
            self._ready += self._builder.take_chunk()
        if self._disk.acquire(blocking=False):
            try:
                self._file.append(self._taken_ready())
            finally:
                self._disk.release()

    def _taken_ready(self) -> bytes:
        """Finished chunks that the file does not have yet."""
        with self._lock:
            data = bytes(self._ready)
            self._ready.clear()
        return data

    def _taken(self) -> tuple[bytes, int]:
        """All that the file does not have yet, and how many inputs there are with it."""
        with self._lock:
            data = bytes(self._ready) + self._builder.take_chunk()
            self._ready.clear()
            return data, self._inputs

    def _synced(self, data: bytes, inputs: int) -> str | None:
        self._file.append(data)
        try:
            self._file.sync()
        except FileNotFoundError:
            return (
                f"{self._name} is gone, and nothing is recorded now; "
                "put it back, or end this session and begin another."
            )
        except OSError as error:
            return self._sentence(plain_reason(error))
        except RecordingError as error:  # a file that can't be made yet
            return f"{error.sentence} {error.next_step}"
        self._durable_inputs = inputs
        return None

    def _sentence(self, reason: str) -> str:
        return (
            f"{self._name} is not written now: {reason}; "
            f"the first {self._durable_inputs} inputs are safe."
        )

    def _end(self, trouble: str | None) -> None:
        """Write no more."""
        with self._lock:
            if not self._ended:
                self._ended, self._trouble = True, trouble
