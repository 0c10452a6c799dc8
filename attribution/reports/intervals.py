"""How far chance alone can carry a figure: 95 % intervals, so that few deals do not look like many.

Called for programs by `answering`, for the acquisition page by `acquisition_money`, for all rows at
once: there are thousands. Pure. What happens is taken as a Poisson process: were the same month to
come again, others would call. Spend and visits are taken as known, a credited part as the chance
that a call or a deal is the row's.

- A share of a whole: E. B. Wilson, JASA 22 (1927).
- A count: F. Garwood, Biometrika 28 (1936), the exact Poisson limits, continued to parts of a
  conversion by the gamma distribution. A price divides the cost by them.
- What deals brought is a compound Poisson sum. By its mean S and variance Q it is as good as S/Q*S
  deals of Q/S each (G. Bohm, G. Zech, Nuclear Instruments and Methods A 748, 2014); those get
  Garwood's limits. Of many deals that is S +- 1.96 sqrt(Q), of few it is wider and never below 0.
- Money that went back is such a sum too, and is taken off by the limits of both (G. Y. Zou, A.
  Donner, Statistics in Medicine 27, 2008). A deal and what was paid back of it are taken as two
  amounts: the interval is rather too wide.

What can go wrong: deals of very different size. One that comes once a year and brings half of the
money is in no interval until it came. Nor is anything that is no chance: a season, a wrong match, a
deal that is still to come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from attribution.answers import Interval
from attribution.match.reliability import wilson
from attribution.reports.registry import METRICS, SPREADS, Metric

FEW = 10
"""Of fewer conversions a figure is marked: Garwood's limits are then half and twice of it."""
_LOW, _HIGH = 0.025, 0.975
_LARGEST = Decimal(10) ** 14
"""No amount is as large; a bound beyond is none."""
_PLACES = Decimal("0.0001")

Floats = NDArray[np.float64]


def counted(count: float) -> tuple[float, float]:
    """Between which means a Poisson count of `count` is no surprise; parts count as well."""
    low = float(gammaincinv(count, _LOW)) if count > 0 else 0.0
    return low, float(gammaincinv(count + 1, _HIGH))


def _counted(counts: Floats) -> tuple[Floats, Floats]:
    """`counted` of many."""
    some = counts > 0
    # With `where=` this function of scipy 1.17 gives wrong figures and writes beyond its array.
    low: Floats = np.where(some, gammaincinv(np.where(some, counts, 1.0), _LOW), 0.0)
    high = np.asarray(gammaincinv(counts + 1, _HIGH), np.float64)
    return low, high


def share(part: float, whole: float) -> Interval | None:
    """Of `part` out of `whole`; None where it is no share: no whole, or a part that exceeds it."""
    if not 0 <= part <= whole or not whole:
        return None
    return Interval(*wilson(part, whole), small=whole < FEW)


def rate(count: float, over: float) -> Interval | None:
    """Of `count` by a known number, which it may exceed."""
    if count < 0 or over <= 0:
        return None
    low, high = counted(count)
    return Interval(low / over, high / over, small=count < FEW)


def price(cost: Decimal | None, count: float) -> Interval | None:
    """Of a known cost by what it brought; `high` is None where next to nothing came."""
    if cost is None or count <= 0:
        return None
    return _price(cost, count, *counted(count))


def _price(cost: Decimal, count: float, fewest: float, most: float) -> Interval | None:
    bounds = [_amount(cost, most, up=cost < 0), _amount(cost, fewest, up=cost >= 0)]
    low, high = bounds if cost >= 0 else bounds[::-1]
    return None if low is None else Interval(low, high, small=count < FEW)


def _prices(costs: Sequence[Decimal], counts: Sequence[float]) -> list[Interval | None]:
    """`price` of many; a count of nothing has none."""
    low, high = _counted(np.maximum(np.array(counts, np.float64), 0))
    limits = zip(costs, counts, low.tolist(), high.tolist(), strict=True)
    return [_price(*one) if one[1] > 0 else None for one in limits]


def _amount(cost: Decimal, count: float, *, up: bool) -> Decimal | None:
    """Rounded away from the figure, so that an interval holds it."""
    if count <= 0 or (bound := cost / Decimal(count)).copy_abs() >= _LARGEST:
        return None
    return bound.quantize(_PLACES, ROUND_CEILING if up else ROUND_FLOOR)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the deals of each row brought: credited amounts, and those below 0 apart (a refund, a
    later change).

    `squares` and `back_squares` are sums of credit x amount x amount. `paid`: what people paid, so
    that in the long run no more goes back than came; a margin can be a loss.
    """

    amount: Floats
    squares: Floats
    back: Floats
    back_squares: Floats
    paid: bool = False


def earned(of: Sums) -> tuple[Floats, Floats]:
    """Of such sums; the upper end is NaN without a deal, since none tells of their size."""
    gone = -of.back
    came = of.amount + gone
    low, high = _alike(came, of.squares - of.back_squares)
    gone_low, gone_high = _alike(gone, of.back_squares)
    net = came - gone
    least = net - np.hypot(came - low, gone_high - gone)
    if of.paid:
        least = np.maximum(least, np.minimum(net, 0.0))
    return least, np.where(came > 0, net + np.hypot(high - came, gone - gone_low), np.nan)


def _alike(total: Floats, squares: Floats) -> tuple[Floats, Floats]:
    some = (total > 0) & (squares > 0)
    if not some.any():
        return np.zeros_like(total), np.zeros_like(total)
    each = np.divide(squares, total, out=np.zeros_like(total), where=some)
    low, high = _counted(np.divide(total, each, out=np.zeros_like(total), where=some))
    return low * each, high * each


def returned(
    of: Sums, deals: Sequence[float], costs: Sequence[Decimal], less: float = 0.0
) -> list[Interval | None]:
    """Of what a unit of known cost brought, less `less`; None where nothing was spent."""
    by = np.array(costs, np.float64)
    spent = by > 0
    bounds = [np.divide(one, by, out=np.zeros_like(by), where=spent) - less for one in earned(of)]
    rows = zip(spent.tolist(), *(one.tolist() for one in bounds), deals, strict=True)
    return [
        Interval(low, None if isnan(high) else high, small=count < FEW) if any_spent else None
        for any_spent, low, high, count in rows
    ]


def needed(metrics: Iterable[str]) -> list[str]:
    """The figures of a row that the intervals of these metrics are computed from."""
    return list(dict.fromkeys(part for name in metrics for part in _parts(METRICS[name])))


def intervals(
    columns: Mapping[str, Sequence[Any]], metrics: Iterable[str]
) -> list[dict[str, Interval]]:
    """Of each row, of each metric that has a value there and of which chance can be told.

    `columns` has the metrics and what is `needed` for them, each with a value for every row.
    """
    found: list[dict[str, Interval]] = [{} for _ in next(iter(columns.values()), ())]
    for name in metrics:
        metric = METRICS[name]
        if metric.chance is None:
            continue
        known = [at for at, value in enumerate(columns[name]) if value is not None]
        parts = [[columns[part][at] for at in known] for part in _parts(metric)]
        for at, interval in zip(known, _intervals(metric, parts), strict=True):
            if interval is not None:
                found[at][name] = interval
    return found


def _parts(metric: Metric) -> tuple[str, ...]:
    if metric.chance is None:
        return ()
    if metric.chance in ("gain", "return"):
        amount, cost = metric.of
        return amount, *(f"{amount}_{spread}" for spread in SPREADS), "deals", cost
    return metric.of


def _intervals(metric: Metric, parts: Sequence[Sequence[Any]]) -> Iterable[Interval | None]:
    match metric.chance:
        case "share":
            return map(share, *parts)
        case "rate":
            return map(rate, *parts)
        case "price":
            return _prices(*parts)
    amount, squares, back, back_squares = (np.array(one, np.float64) for one in parts[:4])
    brought = Sums(amount, squares, back, back_squares, paid=metric.of[0] == "revenue")
    return returned(brought, parts[4], parts[5], less=1.0 if metric.chance == "gain" else 0.0)
