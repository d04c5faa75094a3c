"""What tests look at: the strips of a running app, as text and as pictures."""

from __future__ import annotations

import os
import re
from pathlib import Path

from textual.app import App

PICTURES = Path(__file__).parent / "pictures"
UPDATE = "SENSORAPP_UPDATE_PICTURES"
"""Set to 1 to store what the screen shows now, after having looked at it."""


def screen_rows(app: App[None]) -> list[str]:
    """The rows of the topmost screen as they go to the terminal, styles left out."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def picture_of(app: App[None]) -> str:
    """An SVG of the screen, free of names that differ between runs and of web fonts."""
    svg = app.export_screenshot(title="sensorapp", simplify=True)
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def check_picture(app: App[None], name: str) -> None:
    """The screen looks as in the stored picture; stores it instead if asked to."""
    path = PICTURES / f"{name}.svg"
    drawn = picture_of(app)
    if os.environ.get(UPDATE) == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert path.exists(), f"no stored picture; look at the screen, then run with {UPDATE}=1"
    assert drawn == path.read_text(encoding="utf-8"), f"{name} changed; {UPDATE}=1 accepts it"
