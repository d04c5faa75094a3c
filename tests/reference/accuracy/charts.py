"""Two kinds of chart as SVG text, small enough to read: rows of bars, and lines over a rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

INK, FAINT, OURS, OTHERS, PAPER = "#1f2328", "#57606a", "#0b62c4", "#afb8c1", "#f6f8fa"
_ROW, _LABEL, _BARS, _TOP = 24, 118, 260, 56


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled value; `strong` for ours; `note` follows the value."""

    label: str
    value: float
    strong: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars under a title; a dashed line at `limit`."""

    title: str
    bars: Sequence[Bar]
    limit: float | None = None


def bar_chart(title: str, about: str, panels: Sequence[Panel]) -> str:
    """Panels side by side, each on a scale of its own, from 0."""
    width = 20 + len(panels) * (_LABEL + _BARS + 92)
    height = _TOP + 16 + _ROW * max(len(panel.bars) for panel in panels)
    parts = []
    for number, panel in enumerate(panels):
        left = 20 + number * (_LABEL + _BARS + 92)
        parts += _panel(panel, left)
    return _svg(width, height, title, about, parts)


def _panel(panel: Panel, left: int) -> list[str]:
    most = max(bar.value for bar in panel.bars)
    zero = left + _LABEL
    parts = [_text(left, 30, panel.title, weight="bold")]
    if panel.limit is not None:
        x = zero + _BARS * panel.limit / most
        bottom = _TOP + len(panel.bars) * _ROW
        parts.append(
            f'<path d="M{x:.1f} {_TOP - 8} V{bottom}" stroke="{INK}" stroke-dasharray="4 3"/>'
        )
    for row, bar in enumerate(panel.bars):
        y = _TOP + row * _ROW
        length = max(1.0, _BARS * bar.value / most)
        fill = OURS if bar.strong else OTHERS
        weight = "bold" if bar.strong else "normal"
        parts.append(_text(zero - 8, y + 13, bar.label, anchor="end", weight=weight))
        parts.append(f'<rect x="{zero}" y="{y}" width="{length:.1f}" height="17" fill="{fill}"/>')
        shown = f"{bar.value:.2f}{bar.note}"
        parts.append(_text(zero + length + 6, y + 13, shown, weight=weight))
    return parts


def line_chart(
    title: str, about: str, lines: Mapping[str, Mapping[int, float]], strong: Sequence[str]
) -> str:
    """Values over rates in Hz, both axes logarithmic, each line named at its right end."""
    width, height, left, right, top, bottom = 720, 400, 60, 560, 50, 350
    rates = sorted({rate for line in lines.values() for rate in line})
    values = [value for line in lines.values() for value in line.values()]
    across = np.log([rates[0], max(rates[-1], rates[0] + 1)])
    up = np.log([0.9 * min(values), 1.1 * max(values)])

    def x_of(rate: int) -> float:
        return float(left + (right - left) * (np.log(rate) - across[0]) / np.ptp(across))

    def y_of(value: float) -> float:
        return float(bottom - (bottom - top) * (np.log(value) - up[0]) / np.ptp(up))

    parts = [_text(20, 28, title, weight="bold")]
    for tick in (0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0):
        if up[0] <= np.log(tick) <= up[1]:
            y = y_of(tick)
            parts.append(f'<path d="M{left} {y:.1f} H{right}" stroke="#d0d7de"/>')
            parts.append(_text(left - 8, y + 4, f"{tick:g}", anchor="end", fill=FAINT))
    parts += [_text(x_of(rate), bottom + 20, str(rate), anchor="middle") for rate in rates]
    parts.append(_text((left + right) / 2, bottom + 40, "samples a second", anchor="middle"))
    named = {name: y_of(line[max(line)]) for name, line in lines.items()}
    for name, label_y in _apart(named).items():
        points = " ".join(f"{x_of(at):.1f},{y_of(value):.1f}" for at, value in lines[name].items())
        fill, weight, stroke = (OURS, "bold", 3) if name in strong else (FAINT, "normal", 1.5)
        dash = ' stroke-dasharray="6 3"' if "whole" in name or "offline" in name else ""
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{fill}"'
            f' stroke-width="{stroke}"{dash}/>'
        )
        end = x_of(max(lines[name]))
        parts.append(
            f'<path d="M{end:.1f} {named[name]:.1f} L{right + 14} {label_y:.1f}"'
            ' stroke="#d0d7de" fill="none"/>'
        )
        parts.append(_text(right + 18, label_y + 4, name, weight=weight, fill=fill))
    return _svg(width, height, title, about, parts)


def _apart(places: Mapping[str, float], least: float = 16.0) -> dict[str, float]:
    """The same heights, from top to bottom, moved down where two are too close to be read."""
    found: dict[str, float] = {}
    before = -np.inf
    for name, y in sorted(places.items(), key=lambda item: item[1]):
        before = max(y, before + least)
        found[name] = float(before)
    return found


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", weight: str = "normal", fill: str = INK
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
        f' fill="{fill}" stroke="{PAPER}" stroke-width="3" paint-order="stroke">'
        f"{escape(text)}</text>"
    )


def _svg(width: int, height: int, title: str, about: str, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img" aria-labelledby="title about"'
        ' font-family="sans-serif" font-size="13">'
    )
    names = f'<title id="title">{escape(title)}</title><desc id="about">{escape(about)}</desc>'
    back = (
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="10"'
        f' fill="{PAPER}" stroke="#8c959f"/>'
    )
    return "\n".join((head, names, back, *parts, "</svg>")) + "\n"
