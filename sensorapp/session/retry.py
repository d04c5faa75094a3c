"""Why a pose or a bend is asked for again: one sentence, and what to do."""

from __future__ import annotations

from enum import StrEnum

from sensorapp.signal.bends import BendTrouble

BEND_AGAIN = {
    BendTrouble.SMALL: (
        "That bend was less than 15° deep. Bend forward further, to 30° or more, and come back up."
    ),
    BendTrouble.DEEP: (
        "That bend went beyond 100°. Bend forward until you look at your knees, and come back up."
    ),
    BendTrouble.FAST: (
        "You moved too fast to see the direction. Take about three seconds down and three up."
    ),
    BendTrouble.SHORT: (
        "That bend took less than a second. Take about three seconds down and three up."
    ),
    BendTrouble.LONG: (
        "That bend took more than 12 s. Take about three seconds down and three up."
    ),
    BendTrouble.NOT_UPRIGHT: (
        "That bend did not begin in your upright pose. Sit tall for a moment, then bend forward."
    ),
    BendTrouble.UNLIKE: (
        "Your last two bends went different ways. Bend straight forward, twice the same way."
    ),
    BendTrouble.CROOKED: (
        "You turned or leaned aside as you bent. Bend straight forward once more, shoulders level."
    ),
}

UNASKED = (BendTrouble.FAST, BendTrouble.UNLIKE, BendTrouble.CROOKED)
"""What is said while bends are hoped for but nobody pressed a key: people also just move."""


class Told(StrEnum):
    """Sentences without a number."""

    NOT_WORN = (
        "The clip lies as still as on a table, so this is not taken for a pose. Clip it on, sit "
        "tall and keep still."
    )
    NO_BENDS = (
        "No two slow forward bends alike were seen within a minute, so forward stays as it was. "
        "Press b and bend forward slowly twice."
    )
    ASIDE = (
        "Those two leans went aside of how the clip is meant to sit and of how you rock as you "
        "breathe, so forward stays as it was. If they were forward bends, press b and do them "
        "again."
    )
    UNSOUND = "That kept pose makes no sense, so the one in force stays. Press c to take it anew."
    SAT_OTHERWISE = (
        "After your bends you sat otherwise than at your first rest, so upright is there now. Sit "
        "tall, and press c if the angle is not near zero then."
    )
    SITS_OTHERWISE = (
        "The clip sits otherwise than at the stored calibration, so this rest counts as "
        "upright. Sit tall and press c if it was not."
    )


def restless(asked_s: float) -> str:
    """No rest came of a pose that was asked for."""
    return (
        f"You did not keep still for two seconds within {asked_s:.0f} s, so nothing was changed. "
        "Press the key again and keep still."
    )


def no_slouch(flexion_deg: float, least_deg: float) -> str:
    """A slouch was asked for and the pose is none."""
    leans = f"leans {flexion_deg:.0f}° forward" if flexion_deg >= 0.5 else "is upright"
    return (
        f"That pose {leans}; a slouch leans {least_deg:.0f}° or more. Slouch as you usually do, "
        "then press the key again."
    )


def leaning(flexion_deg: float) -> str:
    """An upright pose was asked for and this one is well forward of the last."""
    return (
        f"This pose leans {flexion_deg:.0f}° forward of your last upright pose. If you were "
        "slouching, sit tall and press c again."
    )


def axis_refused(axis: str) -> str:
    """The axis that the user named can't be forward."""
    return (
        f"The axis {axis} points up or down, not to your front; it was not "
        "used. Name the axis that points forward, or bend forward slowly twice."
    )


def turned(turned_deg: float) -> str:
    """Bends say that the clip is turned about the vertical."""
    return (
        f"Going by your bends the clip sits turned by {turned_deg:.0f}°. Bend forward once: if the "
        "angle does not grow, press b and bend straight forward twice."
    )
