"""How far chance alone can carry a figure: 95 % intervals, so that few deals do not look like many.

Called for programs by `answering`, for the acquisition page by `acquisition_money`. Pure. What
happens is taken as a Poisson process: were the same month to come again, others would call. Spend
and visits are taken as known, a credited part as the chance that a call or a deal is the row's.

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
from math import hypot
from typing import Any

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


def counted(count: float) -> tuple[float, float]:
    """Between which means a Poisson count of `count` is no surprise; parts count as well."""
    low = float(gammaincinv(count, _LOW)) if count > 0 else 0.0
    return low, float(gammaincinv(count + 1, _HIGH))


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
    fewest, most = counted(count)
    bounds = [_amount(cost, most, up=cost < 0), _amount(cost, fewest, up=cost >= 0)]
    low, high = bounds if cost >= 0 else bounds[::-1]
    return None if low is None else Interval(low, high, small=count < FEW)


def _amount(cost: Decimal, count: float, *, up: bool) -> Decimal | None:
    """Rounded away from the figure, so that an interval holds it."""
    if count <= 0 or (bound := cost / Decimal(count)).copy_abs() >= _LARGEST:
        return None
    return bound.quantize(_PLACES, ROUND_CEILING if up else ROUND_FLOOR)


@dataclass(frozen=True, slots=True)
class Sum:
    """What deals brought: credited amounts, and those below 0 apart (a refund, a later change).

    `squares` and `back_squares` are sums of credit x amount x amount. `paid`: what people paid, so
    that in the long run no more goes back than came; a margin can be a loss.
    """

    amount: Decimal | float
    squares: float
    back: float = 0.0
    back_squares: float = 0.0
    paid: bool = False


def earned(of: Sum) -> tuple[float, float | None]:
    """Of such a sum; `high` is None without a deal, since none tells of their size."""
    gone = -of.back
    came = float(of.amount) + gone
    squares = of.squares - of.back_squares
    low, high = _alike(came, squares)
    gone_low, gone_high = _alike(gone, of.back_squares)
    net = came - gone
    least = net - hypot(came - low, gone_high - gone)
    if of.paid:
        least = max(least, min(net, 0.0))
    return least, net + hypot(high - came, gone - gone_low) if came > 0 else None


def _alike(total: float, squares: float) -> tuple[float, float]:
    if total <= 0 or squares <= 0:
        return 0.0, 0.0
    each = squares / total
    low, high = counted(total / each)
    return low * each, high * each


def returned(of: Sum | None, deals: float, cost: Decimal | None) -> Interval | None:
    """Of what a unit of known cost brought."""
    if of is None or cost is None or cost <= 0:
        return None
    low, high = earned(of)
    by = float(cost)
    return Interval(low / by, None if high is None else high / by, small=deals < FEW)


def gained(of: Sum | None, deals: float, cost: Decimal | None) -> Interval | None:
    """The same less the unit itself, as ROMI is."""
    found = returned(of, deals, cost)
    if found is None:
        return None
    return Interval(found.low - 1, None if found.high is None else found.high - 1, found.small)


def needed(metrics: Iterable[str]) -> list[str]:
    """The figures of a row that the intervals of these metrics are computed from."""
    return list(dict.fromkeys(part for name in metrics for part in _parts(METRICS[name])))


def intervals(row: Mapping[str, Any], metrics: Iterable[str]) -> dict[str, Interval]:
    """Of each metric that has a value here and of which chance can be told; `row` has `needed`."""
    found = {}
    for name in metrics:
        metric = METRICS[name]
        if metric.chance is None or row[name] is None:
            continue
        interval = _interval(metric, [row[part] for part in _parts(metric)])
        if interval is not None:
            found[name] = interval
    return found


def _parts(metric: Metric) -> tuple[str, ...]:
    if metric.chance is None:
        return ()
    if metric.chance in ("gain", "return"):
        amount, cost = metric.of
        return amount, *(f"{amount}_{spread}" for spread in SPREADS), "deals", cost
    return metric.of


def _interval(metric: Metric, parts: Sequence[Any]) -> Interval | None:
    match metric.chance:
        case "share":
            return share(*parts)
        case "rate":
            return rate(*parts)
        case "price":
            return price(*parts)
    amount, squares, back, back_squares, deals, cost = parts
    paid = metric.of[0] == "revenue"
    brought = None if amount is None else Sum(amount, squares, back, back_squares, paid)
    return (gained if metric.chance == "gain" else returned)(brought, deals, cost)
