"""Quiet colours, dark and light; what carries meaning is from Okabe and Ito's set.

Okabe & Ito 2008, "Color Universal Design": eight colours that people with any of the common
kinds of colour vision tell apart. On a light ground they are darkened to stay readable.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="sensorapp-dark",
    primary="#56B4E9",
    secondary="#009E73",
    accent="#56B4E9",
    warning="#E69F00",
    error="#D55E00",
    success="#009E73",
    foreground="#D5DBE1",
    background="#12171C",
    surface="#181E24",
    panel="#1E252C",
    dark=True,
    variables={
        "quiet": "#84909B",
        "faint": "#36424D",
        "good": "#2FB890",
        "trace": "#56B4E9",
        "watch": "#E69F00",
        "alert": "#F07F2E",
    },
)

LIGHT = Theme(
    name="sensorapp-light",
    primary="#0072B2",
    secondary="#007A5A",
    accent="#0072B2",
    warning="#9A6A00",
    error="#B34700",
    success="#007A5A",
    foreground="#20272D",
    background="#FAFAF7",
    surface="#F1F1EC",
    panel="#E7E8E2",
    dark=False,
    variables={
        "quiet": "#5F6A73",
        "faint": "#C3C9CC",
        "good": "#007A5A",
        "trace": "#0072B2",
        "watch": "#9A6A00",
        "alert": "#B34700",
    },
)
