"""Profiles: kinds of seat, each with a neutral pose and limits of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sensorapp.model.setting_key import TakesEffect


class Profile(StrEnum):
    """Where the wearer is; `own` is named by the wearer."""

    DESK = "desk"
    STANDING = "standing"
    RECLINE = "recline"
    TRAVEL = "travel"
    OWN = "own"


PROFILE_LABELS: Mapping[str, str] = {
    Profile.DESK: "Desk",
    Profile.STANDING: "Standing desk",
    Profile.RECLINE: "Leaning back",
    Profile.TRAVEL: "Travelling",
    Profile.OWN: "My own",
}


@dataclass(frozen=True, slots=True)
class ProfileOffer:
    """The wearer seems to be where another profile would suit; nothing is switched by itself.

    `confidence` is that of the rise or fall that led to it, from 0 to 1: it orders, and is no
    probability.
    """

    sensor_id: str
    t_ns: int
    profile: str
    confidence: float
    why: str


AS_IN_ALERTS_SENSITIVITY = 0
AS_IN_ALERTS_DELAY_S = -1.0


def _about(explained: str, **more: Any) -> dict[str, Any]:
    return {"help": explained, "takes_effect": TakesEffect.AT_ONCE, **more}


@dataclass(frozen=True, slots=True)
class ProfilePreferences:
    """What differs in a profile from `alerts`."""

    sensitivity: int = field(
        default=AS_IN_ALERTS_SENSITIVITY,
        metadata=_about(
            "How soon a lean counts in this profile; 0 takes alerts.sensitivity.", least=0, most=6
        ),
    )
    delay_s: float = field(
        default=AS_IN_ALERTS_DELAY_S,
        metadata=_about(
            "How long you lean before an alert in this profile; -1 takes alerts.delay_s.",
            unit="s",
            least=-1,
            most=60,
        ),
    )


@dataclass(frozen=True, slots=True)
class OwnProfilePreferences(ProfilePreferences):
    """The profile that the wearer names."""

    name: str = field(default="", metadata=_about("What you call your own profile."))
