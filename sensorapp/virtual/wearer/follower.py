"""What a virtual wearer does when a set-up asks for a pose."""

from __future__ import annotations

from collections.abc import Mapping

from sensorapp.model.setup import Ask
from sensorapp.virtual.wearer.activities import Activity
from sensorapp.virtual.wearer.script import Phase, Pose

SITTING = Phase(Activity.SIT, 5.0, 1.5, Pose())
SLOUCHED = Phase(Activity.SIT, 8.0, 2.0, Pose(flexion_deg=26.0))
_BENT = Phase(Activity.SLOW_BEND, 3.0, 2.5, Pose(flexion_deg=40.0))
_UP_AGAIN = Phase(Activity.SIT, 4.5, 2.5, Pose())
_LEANING = Phase(Activity.SIT, 22.0, 2.0, Pose(flexion_deg=22.0))

FOLLOWED: Mapping[Ask, tuple[Phase, ...]] = {
    Ask.SIT_TALL: (SITTING,),
    Ask.SLOUCH: (SLOUCHED,),
    Ask.BEND_TWICE: (_BENT, _UP_AGAIN, _BENT, _UP_AGAIN),
    Ask.TRY_OUT: (SITTING, _LEANING, SITTING, SITTING, _LEANING, SITTING),
}
"""Poses one after the other; whoever is asked for nothing stays as they are."""
