"""Offers of a new baseline in words: what was seen, and what to do."""

from __future__ import annotations

from sensorapp.model.posture import OfferKind


def why_offered(kind: OfferKind, flexion_deg: float, side_bend_deg: float) -> str:
    """Why a new baseline is offered, and what to do about it."""
    flexion = f"{abs(flexion_deg):.0f}° {'forward' if flexion_deg >= 0.0 else 'back'}"
    side = f"{abs(side_bend_deg):.0f}° to the {'right' if side_bend_deg >= 0.0 else 'left'}"
    where = flexion if abs(flexion_deg) >= abs(side_bend_deg) else side
    return {
        OfferKind.SHIFTED: (
            f"For ten minutes you have rested {where} of your upright pose: the clip slipped, or "
            "you sit otherwise. Sit tall, and press c if the angle is not near zero then."
        ),
        OfferKind.KNOCKED: (
            f"The clip turned faster than a back does and now rests {where} of upright. Sit tall "
            "and press c."
        ),
        OfferKind.PUT_ON_AGAIN: (
            f"Since it was put on again the clip rests {where} of upright. Sit tall and press c."
        ),
        OfferKind.REMOUNTED: (
            "The clip sits as no back can lean: it was put on another way. Sit tall and press c."
        ),
        # What to do comes first: a small screen shows no more than that.
        OfferKind.OTHER_SEAT: (
            "Sit tall and press c: the clip may sit otherwise today, for since the start you have "
            f"been {where} of upright."
        ),
        OfferKind.WITHDRAWN: "You rest near your upright pose again: no need for a new one.",
    }[kind]
