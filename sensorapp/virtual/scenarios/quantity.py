"""A number in a scenario: fixed, or drawn anew for each wearer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

FARTHEST_SD = 2.0
"""Normal draws end here, so that a file can promise what its wearers never do."""


class Draw(StrEnum):
    """How a quantity is drawn; the words are those of scenario files."""

    FIXED = "fixed"
    NORMAL = "normal"
    UNIFORM = "uniform"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`numbers`: the value, mean and standard deviation, low and high, or all the choices."""

    draw: Draw
    numbers: tuple[float, ...]

    @classmethod
    def fixed(cls, value: float) -> Quantity:
        """Always `value`."""
        return cls(Draw.FIXED, (value,))

    @property
    def lowest(self) -> float:
        """No draw is below this."""
        if self.draw is Draw.NORMAL:
            return self.numbers[0] - FARTHEST_SD * self.numbers[1]
        return min(self.numbers)

    @property
    def highest(self) -> float:
        """No draw is above this."""
        if self.draw is Draw.NORMAL:
            return self.numbers[0] + FARTHEST_SD * self.numbers[1]
        return max(self.numbers)

    def drawn(self, rng: np.random.Generator) -> float:
        """One value; a fixed quantity takes nothing from `rng`."""
        match self.draw:
            case Draw.FIXED:
                return self.numbers[0]
            case Draw.NORMAL:
                mean, sd = self.numbers
                return mean + sd * min(max(rng.standard_normal(), -FARTHEST_SD), FARTHEST_SD)
            case Draw.UNIFORM:
                return rng.uniform(self.numbers[0], self.numbers[1])
            case Draw.CHOICE:
                return self.numbers[int(rng.integers(len(self.numbers)))]
