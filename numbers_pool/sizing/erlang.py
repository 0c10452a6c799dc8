"""A pool of numbers as a loss system: how often none is free, how often a late call is misread.

A visit takes a number for its stay and the time that the number is then kept; the sum is `held`.
Visits begin at `rate` a second (Poisson); the offered load is rate * E[held], in erlangs: how many
numbers would be taken at once if there were enough. A visit that finds none free goes without.

A call is late when it comes after its number was released. Whoever has been given the number in
between looks like the caller, to a reader who takes the last holder at their word.

Called by `numbers_pool.sizing.week`. ValueError for a load that is negative or no number, and for
fewer than no numbers; nothing else can go wrong.
"""

from collections import defaultdict
from math import exp, expm1, inf, isfinite, lgamma, log, sqrt

_NEGLIGIBLE = 1e-6
_MANY = 20_000


def blocking(load: float, numbers: int) -> float:
    """The share of visits that find no number free, 0..1: Erlang's B formula.

    B(0) = 1, B(k) = load * B(k-1) / (k + load * B(k-1)), which neither overflows nor cancels, for
    any number of numbers. It holds for any distribution of the time that a number is held.
    Source: A. K. Erlang, Elektroteknikeren 13 (1917); the recursion: ITU-D, Teletraffic Engineering
    Handbook, 4.5.
    """
    _check(load, numbers)
    share = 1.0
    for number in range(1, numbers + 1):
        share = load * share / (number + load * share)
    return share


def numbers_needed(load: float, goal: float) -> int:
    """The fewest numbers with which at most a share of `goal` (0 < goal <= 1) finds none free."""
    _check(load, 0)
    if not 0 < goal <= 1:
        raise ValueError(f"the goal must be a share above 0 and up to 1, not {goal}")
    share, number = 1.0, 0
    while share > goal:
        number += 1
        share = load * share / (number + load * share)
    return number


def late_fifo(load: float, numbers: int, rate: float, delay: float) -> float:
    """P(a number released `delay` seconds ago has a new holder), the longest free given first.

    sum over j < numbers of p(j) * P(Poisson(rate * delay) >= numbers - j), where p(j), in
    proportion to load**j / j!, is how many others are taken at the moment of release: the number
    queues behind numbers - 1 - j free ones. Exact for visits that begin independently.
    """
    _check(load, numbers)
    if numbers < 1:
        return 0.0
    taken = _taken_at_release(load, numbers)
    begun = _at_least(_expected(rate, delay), numbers)
    return _share(sum(p * begun[numbers - j] for j, p in enumerate(taken)))


def late_random(load: float, numbers: int, rate: float, delay: float) -> float:
    """The same when any free number is given at random.

    The released number is one of n free ones; n falls by one at each visit, which takes this very
    number with chance 1/n, and rises by one at each release. Solved by uniformization (A. Jensen,
    Skand. Aktuarietidskr. 36, 1953) for times that are exponential; simulation with others agrees
    within 1 %. After very many visits and releases only the mean time that a number is free counts.
    """
    _check(load, numbers)
    if numbers < 1 or _expected(rate, delay) == 0:
        return 0.0
    if load == 0:
        return _share(-expm1(-rate * delay / numbers))
    release = rate / load
    pace = rate + numbers * release
    free = {numbers - j: share for j, share in enumerate(_taken_at_release(load, numbers))}
    mean, kept, step = pace * delay, 0.0, 0
    if mean > _MANY:
        carried = 1 - blocking(load, numbers)
        free_for = numbers / carried - load if carried > 0 else 0.0
        return _share(-expm1(-rate * delay / free_for)) if free_for > 0 else 1.0
    while step < mean + 8 * sqrt(mean) + 20:
        still = sum(free.values())
        if still < _NEGLIGIBLE:
            break
        kept += exp(step * log(mean) - mean - lgamma(step + 1)) * still
        free = _one_event(free, numbers, rate / pace, release / pace)
        step += 1
    return _share(1 - kept)


def _one_event(
    free: dict[int, float], numbers: int, visit: float, release: float
) -> dict[int, float]:
    """P(n numbers are free, this one among them) by n, one possible event later."""
    after: dict[int, float] = defaultdict(float)
    for n, share in free.items():
        if share > _NEGLIGIBLE / numbers:
            more = (numbers - n) * release
            after[n - 1] += share * visit * (n - 1) / n
            after[n] += share * (1 - visit - more)
            after[n + 1] += share * more
    return after


def rest(load: float, numbers: int, rate: float) -> float:
    """Mean seconds from a release to the next holder, the longest free given first.

    Beside the cool-down this is what protects late callers, and more numbers lengthen it.
    """
    _check(load, numbers)
    if rate <= 0:
        return inf
    taken = _taken_at_release(load, numbers)
    return sum(p * (numbers - j) for j, p in enumerate(taken)) / rate


def _taken_at_release(load: float, numbers: int) -> list[float]:
    """P(j others are taken), j = 0..numbers-1, when a number is released."""
    if load == 0:
        return [1.0] + [0.0] * (numbers - 1) if numbers else []
    logs = [j * log(load) - lgamma(j + 1) for j in range(numbers)]
    top = max(logs, default=0.0)
    weights = [exp(value - top) for value in logs]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def _at_least(mean: float, most: int) -> list[float]:
    """P(Poisson(mean) >= n) for n = 0..most."""
    if mean == 0:
        return [1.0] + [0.0] * most
    fewer, tails = 0.0, [1.0]
    for n in range(most):
        fewer += exp(n * log(mean) - mean - lgamma(n + 1))
        tails.append(_share(1 - fewer))
    return tails


def _expected(rate: float, delay: float) -> float:
    if not (isfinite(rate) and rate >= 0 and isfinite(delay) and delay >= 0):
        raise ValueError("rate and delay must be numbers from 0 on")
    return rate * delay


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _check(load: float, numbers: int) -> None:
    if not (isfinite(load) and load >= 0):
        raise ValueError(f"the load must be a number of erlangs from 0 on, not {load}")
    if numbers < 0:
        raise ValueError(f"a pool cannot have {numbers} numbers")
