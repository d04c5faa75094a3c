"""The page on settings says what the table of keys says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sensorapp.model.preferences import KEYS, AlertPreferences
from sensorapp.model.wished_settings import SLOUCH_SHARES, slouch_settings
from sensorapp.store.setting_errors import shown_value

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "settings.md"


@pytest.fixture(scope="module")
def page() -> str:
    if not PAGE.exists():
        pytest.skip("docs/ is not part of this installation")
    return PAGE.read_text(encoding="utf-8")


def test_every_key_has_its_row_and_no_other_is_there(page: str) -> None:
    rows = [line for line in page.splitlines() if re.match(r"\| `\w+\.\w+` \|", line)]
    expected = []
    for key in KEYS:
        unit = f" {key.unit}" if key.unit else ""
        cells = (
            f"`{key.name}`",
            f"{shown_value(key.default)}{unit}",
            f"{key.range}{unit}",
            key.takes_effect.value,
            key.help,
        )
        expected.append(f"| {' | '.join(cells)} |")
    assert rows == expected


def test_every_sensitivity_has_its_row(page: str) -> None:
    for sensitivity, share in SLOUCH_SHARES.items():
        limit_deg = slouch_settings(AlertPreferences(sensitivity=sensitivity)).threshold_deg
        assert f"| {sensitivity} | {100 * share:.0f} % | {limit_deg:g}° |" in page
