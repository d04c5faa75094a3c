"""Errors of the protocol: ours and the peer's are two classes, for different people must act."""

from __future__ import annotations

from typing import Literal

RemoteKind = Literal[
    "length",  # too short, or a remainder after the last sample
    "version",  # another major version: keep the bytes, do not guess
    "format",  # a sample format that is not decoded here
    "index",  # samples beyond the last index an epoch can have
    "head",  # the first byte is none that this direction uses
    "op",  # a known message in a place where it does not belong
    "sequence",  # a part of an answer that continues nothing
    "missing",  # a mandatory record is absent
    "value",  # a field is outside what the specification allows
]


class ProtocolError(Exception):
    """Root of all protocol errors."""


class LocalProtocolError(ProtocolError):
    """We asked for something that the protocol can't express; a bug on our side."""


class RemoteProtocolError(ProtocolError):
    """The peer sent bytes that the protocol does not allow, or not in this version.

    `kind` is a short stable word for counting; the text is for people.
    """

    def __init__(self, kind: RemoteKind, message: str) -> None:
        super().__init__(message)
        self.kind: RemoteKind = kind
