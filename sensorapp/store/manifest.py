"""The list of the recordings that come with the program: where each is from and its hash."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sensorapp.model.errors import RecordingCorrupt, RecordingError
from sensorapp.store.paths import RECORDING_SUFFIX, path_inside
from sensorapp.store.private_file import plain_reason, shown_name
from sensorapp.text.cleaning import plain_text

MANIFEST_NAME = "MANIFEST.toml"


class ManifestEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[recording]]` of the manifest.

    `sha256` in lower-case hex; `origin` says how it was made, `licence` is an SPDX identifier,
    `consent` who agreed that it is shared (nobody's body is in a synthetic one); `labels` name
    what it shows; `settings` are the options it was made with.
    """

    name: str
    sha256: str
    origin: str
    licence: str
    consent: str
    labels: tuple[str, ...] = ()
    settings: Mapping[str, str | int | float | bool] = {}


class _Manifest(msgspec.Struct, forbid_unknown_fields=True):
    recording: tuple[ManifestEntry, ...] = ()


def read_manifest(folder: Path) -> tuple[ManifestEntry, ...]:
    """Entries of the manifest in `folder`; RecordingError if it is missing or wrong."""
    path = folder / MANIFEST_NAME
    try:
        manifest = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Manifest)
    except OSError as error:
        raise RecordingError(
            f"{shown_name(path)} can't be read: {plain_reason(error)}.", "Check the folder."
        ) from error
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise RecordingCorrupt(
            f"{shown_name(path)} is wrong: {plain_text(str(error))}.", "Correct the file."
        ) from error
    return manifest.recording


def check_manifest(folder: Path) -> tuple[str, ...]:
    """One sentence for each way in which folder and manifest differ; empty if they agree."""
    entries = read_manifest(folder)
    names = [entry.name for entry in entries]
    problems = [f"{name} is listed twice." for name in sorted(set(names)) if names.count(name) > 1]
    for entry in entries:
        file = path_inside(folder, entry.name)
        if not file.is_file():
            problems.append(f"{entry.name} is listed and not there.")
        elif sha256_of(file) != entry.sha256:
            problems.append(f"{entry.name} is not the file that the manifest describes.")
    there = {path.name for path in folder.glob(f"*{RECORDING_SUFFIX}")}
    problems += [f"{name} is there and not listed." for name in sorted(there - set(names))]
    return tuple(problems)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in lower-case hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
