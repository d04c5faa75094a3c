"""The recordings that come with the program: how each was made, and what it must lead to."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sensorapp.app.demo_source import DemoOptions, Source, source_of
from sensorapp.app.replay import run_replay
from sensorapp.cli.json_lines import JsonLines
from sensorapp.model.inputs import Command
from sensorapp.virtual.scenarios import AirChange
from tests.replay.playing import Press, played

FOLDER = Path(__file__).parents[2] / "recordings"
EXPECTED = FOLDER / "expected"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A demo that was recorded: `labels` say what can be found in it."""

    name: str
    scenario: str
    labels: tuple[str, ...]
    seed: int = 1
    presses: Sequence[Press] = ()
    air: tuple[AirChange, ...] = ()

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.mcap"

    @property
    def expected(self) -> Path:
        return EXPECTED / f"{self.name}.jsonl"

    def source(self) -> Source:
        source = source_of(DemoOptions(scenario=self.scenario, seed=self.seed))
        return replace(source, air=self.air or source.air)

    def make(self, path: Path) -> None:
        """Play it and record; the same bytes each time, with the same versions of everything."""
        played(self.source(), record=path, presses=self.presses)


RECIPES = (
    Recipe("slouch", "slouch", ("one slouch", "recovered", "twist", "mounting")),
    Recipe("bends", "bends", ("turned clip", "slow bends", "one slouch", "recovered")),
    Recipe(
        "tour_commands",
        "tour",
        ("upright key", "slouch key", "marker", "snooze", "link loss", "walk", "bending down"),
        presses=(
            Press(2.1, Command.CALIBRATE_UPRIGHT),
            Press(22.0, Command.CALIBRATE_SLOUCH),
            Press(28.0, Command.MARKER),
            Press(30.0, Command.SNOOZE, 0.25),
            Press(55.0, Command.PAUSE),
            Press(60.0, Command.RESUME),
        ),
        air=(AirChange(36.0, in_range=False), AirChange(42.0, in_range=True)),
    ),
)


def json_lines(path: Path) -> list[str]:
    """What `sensorapp replay --json` prints for a recording."""
    stream = io.StringIO()
    _, notice = run_replay(path, float("inf"), [JsonLines(stream)], screen=False)
    assert notice is None
    return stream.getvalue().splitlines()
