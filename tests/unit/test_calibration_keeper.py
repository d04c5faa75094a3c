"""What a wearer calibrated with a key is there the next day."""

from __future__ import annotations

from pathlib import Path

from sensorapp.app.calibration_keeper import CalibrationKeeper, stored_calibration
from sensorapp.model.inputs import Connected, Tick
from sensorapp.model.posture import Alignment, Calibration, CalibrationSource, ForwardAxis

ALIGNMENT = Alignment((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), CalibrationSource.BENDS, 20.0)


def calibration(source: CalibrationSource) -> Calibration:
    return Calibration("clip", 0, source, ForwardAxis.MINUS_Z, 0.0, 10.0, ALIGNMENT)


def kept_after(folder: Path, source: CalibrationSource) -> tuple[str, Alignment] | None:
    keeper = CalibrationKeeper(folder)
    keeper.accept(Connected(0, "clip", "posture_clip", "TP-3F9A", "C0"), ())
    keeper.accept(Tick(0), (calibration(source),))
    return stored_calibration(folder, None)


def test_poses_taken_with_a_key_are_kept(tmp_path: Path) -> None:
    for source in (CalibrationSource.REST, CalibrationSource.TWO_POSE):
        assert kept_after(tmp_path / source, source) == ("TP-3F9A", ALIGNMENT)


def test_what_was_found_by_itself_is_found_by_itself_again(tmp_path: Path) -> None:
    for source in (CalibrationSource.MOUNTING, CalibrationSource.BENDS, CalibrationSource.ASSUMED):
        assert kept_after(tmp_path / source, source) is None


def test_a_sensor_is_known_by_its_name(tmp_path: Path) -> None:
    kept_after(tmp_path, CalibrationSource.REST)
    assert stored_calibration(tmp_path, "TP-0000") is None
    assert stored_calibration(tmp_path, "TP-3F9A") == ("TP-3F9A", ALIGNMENT)


def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert kept_after(tmp_path / "file", CalibrationSource.REST) is None
