"""What all filters say: of a chunk, and of many in a row."""

from __future__ import annotations

from sensorapp.model.imu import FloatArray
from sensorapp.model.posture import Vector3
from sensorapp.model.record import record
from sensorapp.signal.activity.judge import Felt, Felts
from sensorapp.signal.chunks import Chunk, Stretch
from sensorapp.signal.movements import MovementSpan
from sensorapp.signal.vertical import up_in_sensor


@record
class Sampled:
    """What the filters say at samples: `speed_rads` (n,) is |gyro|, `quats` (n, 4)."""

    of: Chunk | Stretch
    speed_rads: FloatArray
    quats: FloatArray


@record
class Reading:
    """A chunk after all filters.

    `ups` (n, 3) and `speed_rads` (n,) belong to its samples, which are some `rows` of what was
    `sampled`, the chunk at its `place`; the rest belongs to its frame. `hole` says that samples
    are missing inside or right before, `broken` that so many are missing that the filters began
    anew.
    """

    sampled: Sampled
    place: int
    rows: slice
    up: Vector3
    twist_deg: float
    felt: Felt
    moving: bool
    movements: list[MovementSpan]
    hole: bool
    broken: bool
    clipped: bool
    uncertain: bool
    tilt_sigma_deg: float
    accel_only: bool

    @property
    def chunk(self) -> Chunk:
        """The samples themselves."""
        of = self.sampled.of
        return of if isinstance(of, Chunk) else of.chunk(self.place)

    @property
    def speed_rads(self) -> FloatArray:
        """(n,) |gyro| at every sample."""
        return self.sampled.speed_rads[self.rows]

    @property
    def ups(self) -> FloatArray:
        """The vertical in sensor axes at every sample; worked out when somebody asks."""
        return up_in_sensor(self.sampled.quats[self.rows])


@record
class Readings:
    """The readings of the chunks of a stretch, n of them, as columns.

    `ends` are those of the stretch, `ups` (n, 3). Movements are by the place of the chunk that they
    ended with. The first `doubtful` are uncertain; no sample is missing, clipped or without a
    gyroscope.
    """

    sampled: Sampled
    ends: list[int]
    t_ns: list[int]
    ups: FloatArray
    twists_deg: list[float]
    felts: Felts
    moving: list[bool]
    movements: dict[int, list[MovementSpan]]
    doubtful: int
    tilt_sigmas_deg: list[float]

    def rows(self, place: int) -> slice:
        """Which samples belong to the chunk at this place."""
        return slice(self.ends[place - 1] if place else 0, self.ends[place])

    def speeds_rads(self, place: int) -> FloatArray:
        """|gyro| at the samples of the chunk at this place."""
        return self.sampled.speed_rads[self.rows(place)]

    def reading(self, place: int) -> Reading:
        """The one at this place, 0 or more."""
        x, y, z = self.ups[place].tolist()
        # By position, and in the order of the fields.
        return Reading(
            self.sampled,
            place,
            self.rows(place),
            (x, y, z),
            self.twists_deg[place],
            self.felts.at(place),
            self.moving[place],
            self.movements.get(place, []),
            False,  # no hole
            False,  # and nothing begun anew
            False,  # nor clipped
            place < self.doubtful,
            self.tilt_sigmas_deg[place],
            False,  # nor without a gyroscope
        )
