"""The manifest of the recordings that come along says what is there, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorapp.model.errors import RecordingCorrupt, RecordingError
from sensorapp.store.manifest import ManifestEntry, check_manifest, read_manifest, sha256_of

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
ENTRY = f"""
[[recording]]
name = "slouch.mcap"
sha256 = "{ABC}"
origin = "virtual sensor, scenario slouch"
licence = "MIT"
consent = "synthetic"
labels = ["slouch", "two poses"]
settings = {{ seconds = 60, forward = "z", gain = 1.5, quiet = true }}
"""


def folder_with(tmp_path: Path, manifest: str, **files: bytes) -> Path:
    (tmp_path / "MANIFEST.toml").write_text(manifest)
    for name, data in files.items():
        (tmp_path / f"{name}.mcap").write_bytes(data)
    return tmp_path


def test_an_entry_is_read_whole(tmp_path: Path) -> None:
    assert read_manifest(folder_with(tmp_path, ENTRY)) == (
        ManifestEntry(
            name="slouch.mcap",
            sha256=ABC,
            origin="virtual sensor, scenario slouch",
            licence="MIT",
            consent="synthetic",
            labels=("slouch", "two poses"),
            settings={"seconds": 60, "forward": "z", "gain": 1.5, "quiet": True},
        ),
    )


def test_a_folder_that_agrees_has_no_problems(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, ENTRY, slouch=b"abc")
    assert sha256_of(folder / "slouch.mcap") == ABC
    assert check_manifest(folder) == ()


def test_every_difference_is_named(tmp_path: Path) -> None:
    missing = ENTRY.replace("slouch.mcap", "gone.mcap")
    folder = folder_with(tmp_path, ENTRY + ENTRY + missing, slouch=b"abd", extra=b"")
    assert check_manifest(folder) == (
        "slouch.mcap is listed twice.",
        "slouch.mcap is not the file that the manifest describes.",
        "slouch.mcap is not the file that the manifest describes.",
        "gone.mcap is listed and not there.",
        "extra.mcap is there and not listed.",
    )


@pytest.mark.parametrize(
    "manifest",
    [
        "[[recording",
        ENTRY.replace("licence", "license"),
        ENTRY + "x = 1",
        "recording = 5",
        "x = [" * 9,
    ],
)
def test_a_wrong_manifest_is_refused(tmp_path: Path, manifest: str) -> None:
    with pytest.raises(RecordingCorrupt, match=r"MANIFEST\.toml is wrong"):
        read_manifest(folder_with(tmp_path, manifest))


def test_a_missing_manifest_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"MANIFEST\.toml can't be read: it is not there"):
        read_manifest(tmp_path)


def test_an_entry_can_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, ENTRY.replace("slouch.mcap", "../../etc/passwd"))
    with pytest.raises(RecordingError):
        check_manifest(folder)
