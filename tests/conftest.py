"""What all tests share: the recorded data sets, if this machine has them."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Deadlines would time the machine, not the code. Where a change is judged (CI) the examples
# are the same at every run; at a desk they are new ones each time, and find new faults.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores, since many tests wait: for clocks, disks, children.

    On two cores the suite takes a seventh less time.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) + 1
    return (os.cpu_count() or 1) + 1


DATASETS_TOML = Path(__file__).parent / "reference" / "datasets.toml"


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_this_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever runs the tests has settings of their own; none of them may decide here.

    Nor may a demo in a test show notifications on the desk's own desktop.
    """
    sections = ("SENSORAPP_ALERTS_", "SENSORAPP_SENSOR_", "SENSORAPP_RECORDING_")
    with pytest.MonkeyPatch.context() as patch:
        for variable in [name for name in os.environ if name.startswith(sections)]:
            patch.delenv(variable)
        nowhere = tmp_path_factory.mktemp("config") / "none"
        patch.setenv("SENSORAPP_CONFIG", str(nowhere))
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={nowhere}")
        yield


@pytest.fixture(scope="session")
def datasets() -> Path:
    """Folder of the data sets that reference/datasets.toml names, each file's SHA-256 checked.

    Skips if SENSORAPP_DATASETS names no folder or files are missing; fails if one differs,
    for then whatever a test measured on it would mean nothing.
    """
    named = os.environ.get("SENSORAPP_DATASETS", "")
    if not named:
        pytest.skip("SENSORAPP_DATASETS is not set (tests/reference/datasets.toml lists the data)")
    root = Path(named).resolve()
    if not root.is_dir():
        pytest.skip("SENSORAPP_DATASETS names no folder")
    for dataset in tomllib.loads(DATASETS_TOML.read_text(encoding="utf-8"))["dataset"]:
        for name, sha256 in dataset["files"].items():
            file = root / name
            if not file.is_file():
                pytest.skip(f"{dataset['title']}: {name} is not in SENSORAPP_DATASETS")
            if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
                pytest.fail(f"{name} is not the file that tests/reference/datasets.toml names")
    return root
