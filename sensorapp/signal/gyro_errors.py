"""Learns a gyroscope's errors of scale and of axes while it is worn.

Small gyroscopes are off by some 0.3 to 3 % in scale and their axes by as much, which a fast
turn makes degrees of: 0.5 % of 180 deg is 0.9 deg. A filter that knows a bias only takes that
for a bias that comes and goes. Method: over a window of 6 s the gyroscope alone carries the
specific force into axes that don't turn, where its mean, weighted by a Hann window, is gravity
but for what the wearer's speed changed. How gravity seems to turn from one window to the next
is linear in the nine entries of the error matrix and the three of the bias:

    true rate = (1 + E) used rate - b        phi = sum of R (E used - b) dt
    mean of R a over a window = g + g x (phi averaged alike)

so a Kalman filter with the states E (row by row), b, g learns them, window by window, from the
past alone. Turns about the vertical tell nothing, and nothing is learned from them. The idea of
a gyroscope calibrated by gravity is that of Tedaldi, Pretto, Menegatti 2014 (ICRA, doi
10.1109/ICRA.2014.6907297), here recursive and without asking for rests.

Not here: the accelerometer's own errors. They were tried as states and won nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import vqf

from sensorapp.model.imu import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """What is supposed of a gyroscope and its wearer; the defaults were found by trial."""

    window_s: float = 6.0
    """Longer averages gravity better, shorter learns sooner; 5 to 8 s do equally well."""
    errors_sigma: float = 0.008
    """Entries of E before anything is known: 0.8 %, what consumer parts promise."""
    errors_walk: float = 2e-5
    """Wandering of E, in 1/sqrt(s): 0.12 % in an hour, as with temperature."""
    bias_sigma_rads: float = 0.01
    """0.6 deg/s at the start."""
    bias_walk_rads: float = 1e-5
    """0.03 deg/s in an hour."""
    gravity_sigma_mps2: float = 0.12
    """Of the mean specific force of a window in ordinary movement: 0.7 deg."""
    ordinary: float = 3.0
    """Squared surprise (chi-square of three) above which a window is trusted less."""


USUAL = ErrorModel()
LARGEST = 0.1
"""Entries of E stay below this whatever comes: no gyroscope that works is off by 10 %."""

# A matrix's entries from the ten products of two components (w, x, y, z): on its diagonal
# ww + xx - yy - zz and so on, beside it 2 (xy - wz) and so on.
_FIRST = np.array([0, 1, 2, 3, 0, 0, 0, 1, 1, 2])
_SECOND = np.array([0, 1, 2, 3, 1, 2, 3, 2, 3, 3])
_MATRIX = np.zeros((10, 9))
_MATRIX[:4, 0] = (1.0, 1.0, -1.0, -1.0)
_MATRIX[:4, 4] = (1.0, -1.0, 1.0, -1.0)
_MATRIX[:4, 8] = (1.0, -1.0, -1.0, 1.0)
for _entry, _above, _along, _turn in ((1, 7, 6, -2.0), (2, 8, 5, 2.0), (5, 9, 4, -2.0)):
    _mirrored = 3 * (_entry % 3) + _entry // 3
    _MATRIX[_above, [_entry, _mirrored]] = 2.0
    _MATRIX[_along, [_entry, _mirrored]] = _turn, -_turn

_ENTRIES = np.ascontiguousarray(_MATRIX.T)
_ONES, _ALL_ONES = np.eye(3), np.eye(15)

_E, _B, _G = slice(0, 9), slice(9, 12), slice(12, 15)


class GyroErrors:
    """The error matrix as learned so far, from corrected rates and specific forces."""

    def __init__(self, rate_hz: float, model: ErrorModel = USUAL) -> None:
        self._rate_hz = rate_hz
        self._model = model
        self._window = max(4, round(model.window_s * rate_hz))
        # It leaves out accelerations of zero: then it is a strapdown integrator in C++.
        self._strapdown = vqf.BasicVQF(1.0 / rate_hz)
        self._state = np.zeros(15)
        start = [model.errors_sigma] * 9 + [model.bias_sigma_rads] * 3 + [0.0] * 3
        self._cov = np.diag(np.square(start))
        walk = [model.errors_walk] * 9 + [model.bias_walk_rads] * 3 + [0.0] * 3
        self._walk = np.diag(np.square(walk) * model.window_s)
        self._knows_gravity = False
        self._parts: list[tuple[FloatArray, FloatArray, BoolArray]] = []
        self._count = 0
        self._weights = np.empty((0, 1))
        self._columns = np.empty((0, 11))

    @property
    def matrix(self) -> FloatArray:
        """E (3, 3): true rates are (1 + E) times the measured ones, but for the bias."""
        return self._state[_E].reshape(3, 3).copy()

    @property
    def lacks(self) -> int:
        """Samples until the next answer: one call of `step` may take no more chunks than that."""
        return self._window - self._count

    def step(self, rates_rads: FloatArray, accel_mps2: FloatArray, clipped: BoolArray) -> bool:
        """Take samples whose rates `matrix` has corrected; True once it has changed.

        Rates and specific forces (n, 3), `clipped` (n,), all kept until the window is full.
        """
        self._parts.append((rates_rads, accel_mps2, clipped))
        self._count = count = self._count + len(rates_rads)
        if count < self._window:
            return False
        rates, accel, clip = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        self._drop()
        if clip.any():  # what was cut off is missing from the turn and from gravity
            self._knows_gravity = False
            return False
        self._learn(rates, accel)
        return True

    def restart(self) -> None:
        """Samples are missing: forget the window and gravity, keep what was learned."""
        self._drop()
        self._knows_gravity = False

    def _drop(self) -> None:
        self._parts.clear()
        self._count = 0

    def _learn(self, rates: FloatArray, accel: FloatArray) -> None:
        applied = self._state[:12].copy()
        quats = self._strapdown.updateBatch(rates - applied[_B], np.zeros_like(rates))["quat6D"]
        sums = _sums_turned(quats, self._per_sample(rates, accel))
        mean = sums[:, :3].reshape(3, 3, 3).trace(axis1=1, axis2=2)
        if not self._knows_gravity:
            self._meet_gravity(mean)
        self._update(mean, _turning(sums[:, 3:7]), applied)
        self._predict(_turning(sums[:, 7:]), applied)

    def _per_sample(self, rates: FloatArray, accel: FloatArray) -> FloatArray:
        """What each of n samples adds to a window's sums, in the sensor's axes, (n, 11).

        Three columns of specific force, weighted for the window's mean; then twice three of the
        angular rate and one of 1, both in seconds: for how long the turn at this sample counts
        until the mean is taken (the share of the window that comes after), and until its end.
        """
        count = len(rates)
        if len(self._columns) != count:
            weights = np.hanning(count + 2)[1:-1]
            weights /= weights.sum()
            self._columns = np.empty((count, 11))
            self._columns[:, 6] = np.cumsum(weights[::-1])[::-1] / self._rate_hz
            self._columns[:, 10] = 1.0 / self._rate_hz
            self._weights = weights[:, np.newaxis]
        columns = self._columns
        np.multiply(accel, self._weights, out=columns[:, :3])
        np.multiply(rates, columns[:, 6:7], out=columns[:, 3:6])
        np.multiply(rates, columns[:, 10:], out=columns[:, 7:10])
        return columns

    def _meet_gravity(self, mean: FloatArray) -> None:
        self._state[_G] = mean
        self._cov[_G] = 0.0
        self._cov[:, _G] = 0.0
        self._cov[_G, _G] = _ONES * (2.0 * self._model.gravity_sigma_mps2) ** 2
        self._knows_gravity = True

    def _transition(
        self, turning: FloatArray, applied: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Gravity after `turning`, (3,), and its derivative by the state, (3, 15)."""
        gravity = self._state[_G]
        phi = turning.dot(self._state[:12] - applied)
        across = _skew(gravity)
        moved = gravity + across.dot(phi)
        return moved, np.concatenate((across.dot(turning), _ONES - _skew(phi)), axis=1)

    def _update(self, mean: FloatArray, turning: FloatArray, applied: FloatArray) -> None:
        expected, seen = self._transition(turning, applied)
        surprise = mean - expected
        noise = self._model.gravity_sigma_mps2**2
        seen_cov = seen.dot(self._cov)
        spread = seen_cov.dot(seen.T)
        asked = np.concatenate((seen_cov, surprise[:, np.newaxis]), axis=1)
        solved = np.linalg.solve(spread + noise * _ONES, asked)
        squared = float(surprise.dot(solved[:, -1]))
        if squared > self._model.ordinary:
            noise *= (squared / self._model.ordinary) ** 2
            solved = np.linalg.solve(spread + noise * _ONES, asked)
        gain = solved[:, :-1].T
        kept = _ALL_ONES - gain.dot(seen)
        self._cov = kept.dot(self._cov).dot(kept.T) + noise * gain.dot(gain.T)
        self._state = self._state + gain.dot(surprise)
        self._state[_E] = self._state[_E].clip(-LARGEST, LARGEST)

    def _predict(self, turning: FloatArray, applied: FloatArray) -> None:
        step = _ALL_ONES.copy()
        self._state[_G], step[_G] = self._transition(turning, applied)
        self._cov = step.dot(self._cov).dot(step.T) + self._walk


def _turning(sums: FloatArray) -> FloatArray:
    """How E and b turn the frame, (3, 12): the sum of R (E rate - b) dt.

    `sums` (9, 4) are those of R times the rate's components and one, each times dt.
    """
    by_errors, by_bias = sums[:, :3].reshape(3, 9), -sums[:, 3].reshape(3, 3)
    return np.concatenate((by_errors, by_bias), axis=1)


def _skew(a: FloatArray) -> FloatArray:
    """Matrix of the vector product a x."""
    x, y, z = a.tolist()
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])


def _sums_turned(quats: FloatArray, per_sample: FloatArray) -> FloatArray:
    """Sums over n samples of what each has, (n, k), times its matrix, row by row: (9, k).

    The matrices turn as the unit quaternions (n, 4) do. They are not made: their entries are sums
    of the products of two components, and so are the sums.
    """
    columns = np.ascontiguousarray(quats.T)
    products = columns[_FIRST] * columns[_SECOND]
    sums: FloatArray = _ENTRIES.dot(products.dot(per_sample))
    return sums
