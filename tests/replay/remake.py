"""Lists what a change of the program alters in what the shipped recordings lead to.

`python -m tests.replay.remake` shows it; `--accept` makes it what is expected from now on.
`--recordings` plays the demos anew first, for a change of the sensor, the radio or the format:
recordings are old evidence, so that is seldom right. See docs/how-to/accept-changed-results.md.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sensorapp.store.manifest import MANIFEST_NAME, sha256_of
from sensorapp.store.recording_reader import open_recording
from tests.replay.differences import parsed, report
from tests.replay.shipped import EXPECTED, FOLDER, RECIPES, Recipe, json_lines

_INTRODUCTION = """\
# The recordings that come with the program: demos, recorded through the virtual radio.
# Written by tests/replay/remake.py; docs/how-to/accept-changed-results.md says when.
"""


def main() -> int:
    """Show the differences; with --accept write them. Status 1 if there are any left."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.replay.remake")
    parser.add_argument("--accept", action="store_true", help="write what is new")
    parser.add_argument("--recordings", action="store_true", help="play the demos anew first")
    asked = parser.parse_args()
    EXPECTED.mkdir(parents=True, exist_ok=True)
    differ = False
    with tempfile.TemporaryDirectory() as scratch:
        for recipe in RECIPES:
            path = recipe.path
            if asked.recordings:
                path = Path(scratch) / recipe.path.name
                recipe.make(path)
                differ |= _same_recording(recipe, path)
            differ |= _same_results(recipe, json_lines(path), accept=asked.accept)
            if asked.recordings and asked.accept:
                shutil.copyfile(path, recipe.path)
    if asked.recordings and asked.accept:
        text = _INTRODUCTION + "".join(_entry(recipe) for recipe in RECIPES)
        (FOLDER / MANIFEST_NAME).write_text(text, encoding="utf-8")
    if differ and not asked.accept:
        print("Nothing was written. Look at each change; if it is right, add --accept.")
    return int(differ and not asked.accept)


def _same_recording(recipe: Recipe, path: Path) -> bool:
    """Say whether the inputs are those of the shipped recording; True if not."""
    if not recipe.path.exists():
        print(f"{recipe.path.name}: new")
        return True
    old, new = open_recording(recipe.path), open_recording(path)
    same = old.header == new.header and list(old) == list(new)
    print(f"{recipe.path.name}: {'the same' if same else 'other'} inputs")
    return not same


def _same_results(recipe: Recipe, lines: list[str], *, accept: bool) -> bool:
    """Say what differs from the expected lines, and write them if accepted; True if any."""
    there = recipe.expected.exists()
    then = recipe.expected.read_text(encoding="utf-8").splitlines() if there else []
    sentences = list(report(parsed(then), parsed(lines)))
    if then != lines and parsed(then) == parsed(lines):
        sentences = ["the same, written otherwise"]
    for sentence in sentences:
        print(f"{recipe.expected.name}: {sentence}")
    if accept and then != lines:
        recipe.expected.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return then != lines


def _entry(recipe: Recipe) -> str:
    labels = ", ".join(f'"{label}"' for label in recipe.labels)
    settings = "\n".join(_settings(recipe))
    return f"""
[[recording]]
name = "{recipe.path.name}"
sha256 = "{sha256_of(recipe.path)}"
origin = "virtual sensor and virtual radio, scenario {recipe.scenario}"
licence = "MIT"
consent = "synthetic wearer, nobody's body"
labels = [{labels}]

[recording.settings]
{settings}
"""


def _settings(recipe: Recipe) -> Iterator[str]:
    yield f'scenario = "{recipe.scenario}"'
    yield f"seed = {recipe.seed}"
    if recipe.presses:
        keys = [
            f"{press.t_s:g} s {press.command.value}"
            + ("" if press.value is None else f" for {press.value:g} min")
            for press in recipe.presses
        ]
        yield f'keys = "{", ".join(keys)}"'
    if recipe.air:
        words = {True: "in range", False: "out of range", None: "as before"}
        air = [f"{change.t_s:g} s {words[change.in_range]}" for change in recipe.air]
        yield f'radio = "{", ".join(air)}"'


if __name__ == "__main__":
    sys.exit(main())
