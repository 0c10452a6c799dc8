"""The intervals of one row alone, as the tests of what they hold write them."""

from dataclasses import dataclass
from decimal import Decimal
from math import isnan

import numpy as np

from attribution.answers import Interval
from attribution.reports import intervals


@dataclass(frozen=True)
class Sum:
    """What the deals of one row brought."""

    amount: Decimal | float
    squares: float
    back: float = 0.0
    back_squares: float = 0.0
    paid: bool = False

    def alone(self) -> intervals.Sums:
        told = (self.amount, self.squares, self.back, self.back_squares)
        amount, squares, back, back_squares = (np.array([one], np.float64) for one in told)
        return intervals.Sums(amount, squares, back, back_squares, self.paid)


def earned(of: Sum) -> tuple[float, float | None]:
    (low,), (high,) = (one.tolist() for one in intervals.earned(of.alone()))
    return low, None if isnan(high) else high


def returned(of: Sum, deals: float, cost: Decimal) -> Interval | None:
    return intervals.returned(of.alone(), [deals], [cost])[0]


def gained(of: Sum, deals: float, cost: Decimal) -> Interval | None:
    return intervals.returned(of.alone(), [deals], [cost], less=1.0)[0]
