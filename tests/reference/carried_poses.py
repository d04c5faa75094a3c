"""How far a profile is off once the clip sits anew: `python -m tests.reference.carried_poses`.

Made-up wearers show their poses at the desk and at a standing desk; then the clip sits otherwise,
and they show the pose at the desk alone. The angle at the standing desk by the pose that was
carried along, and by the old one as it was.
"""

from __future__ import annotations

import argparse
import secrets

import numpy as np

from sensorapp.model.inputs import Command, ProfileChanged
from sensorapp.model.posture import Alignment, Calibration, PostureFrame
from sensorapp.model.settings import SessionSettings
from sensorapp.session.carried_pose import can_carry, carried
from sensorapp.virtual.wearer import Activity, Mounting, Pose
from tests.unit.session_support import Clip, acts, fed, of, session

RATE_MHZ = 25_000


def pose_taken(pose: Pose, mounting: Mounting, seed: int) -> Alignment:
    """What pressing the key in this pose gives."""
    table = acts(
        (Activity.SIT, 5.0, pose),
        (Activity.SIT, 6.0, pose),
        rate_mhz=RATE_MHZ,
        seed=seed,
        mounting=mounting,
    )
    clip = Clip(rate_mhz=RATE_MHZ).connects().feels(table[: 5 * 25])
    clip.presses(Command.CALIBRATE_UPRIGHT, 5 * 10**9).feels(table[5 * 25 :])
    (*_, last) = of(Calibration, fed(session(SessionSettings(rate_mhz=RATE_MHZ)), clip.items))
    return last.alignment


def read(pose: Pose, mounting: Mounting, seed: int, by: Alignment) -> tuple[float, float]:
    """Flexion and side bend of somebody who holds a pose, by a kept one."""
    table = acts((Activity.SIT, 8.0, pose), rate_mhz=RATE_MHZ, seed=seed, mounting=mounting)
    clip = Clip(rate_mhz=RATE_MHZ).connects().feels(table[: 4 * 25])
    t_ns = 4 * 10**9 - 40_000_000
    clip.items.append(ProfileChanged(clip.host_ns, "clip", "standing", by, None, t_ns))
    frames = of(
        PostureFrame,
        fed(session(SessionSettings(rate_mhz=RATE_MHZ)), clip.feels(table[4 * 25 :]).items),
    )
    late = [one for one in frames if one.t_ns > 5 * 10**9]
    flexion = [one.flexion_deg for one in late if one.flexion_deg is not None]
    side = [one.side_bend_deg for one in late if one.side_bend_deg is not None]
    return float(np.mean(flexion)), float(np.mean(side))


def errors(seed: int, again_deg: float) -> tuple[tuple[float, float], tuple[float, float], bool]:
    """Flexion and side bend off, carried and as it was; and whether it could be carried.

    `again_deg`: how far the pose at the desk differs when it is shown again (one axis).
    """
    rng = np.random.default_rng([seed, 21])

    def seat() -> Mounting:
        pitch, roll, turn = (rng.normal(0.0, 1.0, 3) * (6.0, 5.0, 8.0)).tolist()
        return Mounting(15.0 + pitch, roll, turn)

    before, now = seat(), seat()
    standing = Pose(rng.normal(9.0, 4.0), rng.normal(0.0, 2.0))
    again = Pose(*rng.normal(0.0, again_deg, 2).tolist())
    was, its = pose_taken(Pose(), before, seed), pose_taken(standing, before, seed + 1)
    new = pose_taken(again, now, seed + 2)
    moved = read(standing, now, seed + 3, carried(its, was, new))
    return moved, read(standing, now, seed + 3, its), can_carry(was, new)


def main() -> None:
    """Medians and the largest of some wearers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wearers", type=int, default=20)
    drawn = secrets.randbelow(2**31)
    parser.add_argument("--seed", type=int, default=drawn, help="the first; drawn without")
    chosen = parser.parse_args()
    first = chosen.seed
    print(f"seeds from {first}")
    for again_deg in (0.0, 2.1):
        found = [errors(first + 10 * k, again_deg) for k in range(chosen.wearers)]
        print(f"pose at the desk again within {again_deg} deg an axis:")
        for name, which in (("carried", 0), ("as it was", 1)):
            off = np.abs(np.array([one[which] for one in found]))
            print(
                f"  {name}: flexion {np.median(off[:, 0]):.1f} deg in the median, "
                f"{np.percentile(off[:, 0], 90):.1f} in one of ten, {off[:, 0].max():.1f} at most; "
                f"side bend {np.median(off[:, 1]):.1f}, {off[:, 1].max():.1f} at most"
            )
        print(f"  could be carried: {sum(one[2] for one in found)} of {len(found)}")


if __name__ == "__main__":
    main()
