"""What the set-up says: one sentence a step, and what came of it."""

from __future__ import annotations

from sensorapp.model.setup import Step

TITLES = {
    Step.FIND: "Find the sensor",
    Step.WORN: "Clip it on",
    Step.MOUNTED: "How it sits",
    Step.UPRIGHT: "Your upright pose",
    Step.SLOUCH: "Your own slouch",
    Step.BENDS: "Two slow bends",
    Step.PREVIEW: "Try it out",
    Step.DONE: "Done",
}

ASKS = {
    Step.FIND: "Switch the sensor on and bring it near.",
    Step.WORN: "Clip the sensor on between your shoulder blades, top up.",
    Step.MOUNTED: "Sit down and keep still for two seconds.",
    Step.UPRIGHT: "Sit tall, as is comfortable for a while, and press Enter.",
    Step.SLOUCH: "Slump as you do on a long afternoon, and press Enter.",
    Step.BENDS: "Press Enter, then bend forward slowly and come back up, twice.",
    Step.PREVIEW: "Lean, slump, bend and move: see what would alert you. No alert sounds now.",
    Step.DONE: "You are set up.",
}
"""What to do, by step."""

TAKING = {
    Step.UPRIGHT: "Keep still for two seconds.",
    Step.SLOUCH: "Stay like that, still, for two seconds.",
    Step.BENDS: "Bend forward for three seconds, come up for three, sit tall for two; twice.",
}
"""The same once it has begun."""

UPSIDE_DOWN = (
    "The clip hangs upside down. Turn it so that its top points up and press r; or press Enter to "
    "leave it, then the two bends show which way is forward."
)
ON_ITS_SIDE = (
    "The clip lies on its side, so forward can't be told from it. Turn it and press r; or press "
    "Enter to leave it, then the two bends show which way is forward."
)
AS_MEANT = "The clip sits as it is meant to."
AS_BEFORE = "The clip sits as it did the last time."
SHOWN_BY_OPTION = "Forward is the axis that you named."
UPRIGHT_TAKEN = "Upright pose taken: all angles count from it."
SLOUCH_SKIPPED = "Without a slouch of yours the limit is the same for everybody."
BENDS_SKIPPED = "Forward stays as the clip's seat suggests."
BENDS_NEEDED = (
    "Forward is still assumed: if the angle shrinks as you lean forward, go back to the bends."
)
BENDS_TAKEN = "Forward is known from your bends."
UNCLEAR = "Nothing came of that, so nothing was changed. Press Enter to try again."
LINK_LOST = "The sensor was lost; the set-up goes on once it is back."
NOT_STILL = "That takes two seconds without a movement; let your arms rest, too."


def slouch_taken(slouch_deg: float, threshold_deg: float) -> str:
    """A slouch was shown; angles in degrees of flexion."""
    return f"Your slouch leans {slouch_deg:.0f}°, so your limit is {threshold_deg:.0f}°."


def set_up(threshold_deg: float, dwell_s: float, *, own_slouch: bool) -> str:
    """The end: what holds from now on."""
    whose = "your own" if own_slouch else "the usual one"
    return (
        f"Beyond {threshold_deg:.0f}° ({whose}) for {dwell_s:.0f} s you are told. It is kept for "
        "this sensor."
    )


def fine(flexion_deg: float, threshold_deg: float) -> str:
    """Under the limit; leaning back is no lean."""
    return f"This is fine: {max(round(flexion_deg), 0)}° of {threshold_deg:.0f}°."


def would_follow(left_s: float, dwell_s: float) -> str:
    """Over the limit, not for long yet."""
    return f"After {dwell_s:.0f} s here you would be told: {left_s:.0f} s to go."


WOULD_ALERT = "Now you would be told. Sit tall to end it."
BENDING = "Bending down this far is no slouch: no alert."
MOVING = "You are moving: no alert."
NO_ANGLE = "No certain angle at the moment: no alert."
NOT_WORN = "The sensor is not worn: no alert."
