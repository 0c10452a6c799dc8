"""How often visits call, by what they are doing; fitted from calls whose visit is known.

A rate is calls by seconds at risk, in steps of the age on the site and of the time since the visit
was last seen. Two kinds of call are known to be a visit's:

- those with a mark of their own (a click on the number, a form with the caller's phone): seen on
  every lease, but only of callers who leave such a mark, who are not like the others;
- those to an audit lease: chance drew it, so they are like all others. But they are few, and one of
  them may still be background or a former holder's.

So each call is weighted by the inverse of the probability that it would have been known (Horvitz
and Thompson, JASA 47, 1952): 1 for a call with a mark, and whole time by time under audit for one
without. Whose an unmarked call is, is shared out by expectation maximisation, with the background
rate held at what control numbers and quiet numbers tell.

Calls to the other leases are not labels, but they must be somebody's: `everybody` shares them out
too, over all time. That is what makes a few hundred audit calls enough; without the background rate
and audit leases it could not tell a late caller from a stranger.

Small counts lean on a prior, the rates of all sites together or the assumed ones (Gamma-Poisson:
`lean` calls' worth). Pure; called by `attribution.match.fit`.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from math import inf, sqrt

import numpy as np
from numpy import float64
from numpy.typing import NDArray

from attribution.match.labels import AuditCall, Labels, Ringing, State
from numbers_pool.posterior import ASSUMED, HORIZON_SECONDS, Kind, Likelihood, Rates, Steps

ON_SITE_EDGES = (0.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0)
AFTER_EDGES = (0.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0)
LEAN = 2.0
APART = 3.29
"""Standard errors: of sets that are alike one in a thousand is called different."""
_USUAL = 10.0
_ROUNDS = 300
_SETTLED = 1e-6
_PLACES = len(ON_SITE_EDGES) + len(AFTER_EDGES)

# A site without labels and an installation without fits begin with these. They are assumed: four
# visits in a hundred call, three of ten of them after they left, and a number rings by itself once
# in two days.
START = Rates(
    on_site=Steps(ON_SITE_EDGES, (2e-4, 3e-4, 3e-4, 2e-4, 1e-4, 8e-5, 5e-5, 3e-5, 2e-5)),
    after=Steps(AFTER_EDGES, (3e-5, 1.5e-5, 8e-6, 4e-6, 2e-6, 8e-7, 3e-7, 1.5e-7)),
    background=6e-6,
    older=1e-8,
    likelihoods=ASSUMED,
    fit="assumed",
)

Vector = NDArray[float64]


def steps() -> dict[str, list[float]]:
    """The edges as bound lists of a query: of (on the site), step, from_seconds, until_seconds.

    The place of a step in them is its place in every vector here.
    """
    found: dict[str, list[float]] = {"of": [], "step": [], "from_seconds": [], "until_seconds": []}
    for on_site, edges, end in ((True, ON_SITE_EDGES, inf), (False, AFTER_EDGES, HORIZON_SECONDS)):
        for step, (start, stop) in enumerate(zip(edges, (*edges[1:], end), strict=True)):
            found["of"].append(on_site)
            found["step"].append(step)
            found["from_seconds"].append(start)
            found["until_seconds"].append(stop)
    return found


def place(on_site: bool, step: int) -> int:
    return step if on_site else len(ON_SITE_EDGES) + step


def place_of(state: State) -> int:
    edges = START.on_site if state.on_site else START.after
    return place(state.on_site, edges.step(state.seconds))


def rate_of(rates: Rates, state: State) -> float:
    """Calls a second of a visit in that state."""
    return (rates.on_site if state.on_site else rates.after).at(state.seconds)


def vector(rates: Rates) -> Vector:
    """The rates of all steps, those on the site first."""
    return np.array([*rates.on_site.rates, *rates.after.rates])


def belonging(call: AuditCall, rates: Rates) -> float:
    """The probability that a call to an audit lease is the audited visit's; 1 if it has a mark."""
    if call.kind is not None:
        return 1.0
    own = rate_of(rates, call.state)
    total = own + rates.background + sum(rate_of(rates, rival) for rival in call.rivals)
    return own / total if total > 0 else 0.0


def fitted(
    labels: Labels,
    prior: Rates,
    *,
    without: Collection[int] = (),
    everybody: bool = True,
    lean: float = LEAN,
) -> Rates:
    """The rates that the folds but `without` tell; unnamed (`fit` is the prior's).

    Without `everybody` they are from labels alone.
    """
    folds = [fold for fold in range(labels.folds) if fold not in without]
    audited, whole = time_at_risk(labels, folds)
    marked = np.zeros(_PLACES)
    for row in labels.marked:
        if row.fold in folds:
            marked[place(row.on_site, row.step)] += row.calls
    with_mark = np.divide(marked, whole, out=np.zeros(_PLACES), where=whole > 0)
    believed = vector(prior)
    # What marked calls leave of the prior is the prior of the unmarked.
    rest = np.maximum(believed - with_mark, believed / 10)
    own, others = _crowd(labels, folds) if everybody else _audited(labels, folds)
    beta = background(labels, prior)
    unmarked = _shared_out(own, others, whole if everybody else audited, rest, beta, lean)
    total = with_mark + unmarked
    return replace(
        prior,
        on_site=Steps(ON_SITE_EDGES, tuple(map(float, total[: len(ON_SITE_EDGES)]))),
        after=Steps(AFTER_EDGES, tuple(map(float, total[len(ON_SITE_EDGES) :]))),
        background=beta,
        likelihoods={**prior.likelihoods, **_likelihoods(labels, prior, folds)},
    )


def _shared_out(
    own: Vector, others: Vector, seconds: Vector, rest: Vector, beta: float, lean: float
) -> Vector:
    """Rates by expectation maximisation: a call is shared out among its candidates and nobody.

    `own` and `others`, (calls, steps), count the candidates of each call by step; only the time of
    `own` is in `seconds`.
    """
    rates = rest.copy()
    believed = np.divide(lean, rest, out=np.zeros(_PLACES), where=rest > 0)
    weight = np.where(rest > 0, lean, 0.0)
    for _ in range(_ROUNDS):
        total = (own + others) @ rates + beta
        share = np.divide(1.0, total, out=np.zeros(len(total)), where=total > 0)
        calls = (own.T @ share) * rates
        below = seconds + believed
        after = np.divide(calls + weight, below, out=np.zeros(_PLACES), where=below > 0)
        moved = np.max(np.abs(after - rates) / np.where(rates > 0, rates, 1.0))
        rates = after
        if moved < _SETTLED:
            break
    return rates


def time_at_risk(labels: Labels, folds: Collection[int]) -> tuple[Vector, Vector]:
    """Seconds at risk by step: under audit, and of all leases."""
    audited, whole = np.zeros(_PLACES), np.zeros(_PLACES)
    for row in labels.exposure:
        if row.fold in folds:
            whole[place(row.on_site, row.step)] += row.seconds
            if row.audit:
                audited[place(row.on_site, row.step)] += row.seconds
    return audited, whole


def _crowd(labels: Labels, folds: Collection[int]) -> tuple[Vector, Vector]:
    rows = [call for call in labels.crowd if call.fold in folds]
    return _counted([call.own for call in rows]), _counted([call.others for call in rows])


def _audited(labels: Labels, folds: Collection[int]) -> tuple[Vector, Vector]:
    rows = [call for call in labels.audit_calls if call.fold in folds and call.kind is None]
    rivals = [tuple(place_of(rival) for rival in call.rivals) for call in rows]
    return _counted([(place_of(call.state),) for call in rows]), _counted(rivals)


def _counted(places: Sequence[Sequence[int]]) -> Vector:
    found = np.zeros((len(places), _PLACES))
    row = np.repeat(np.arange(len(places)), [len(each) for each in places])
    column = np.array([one for each in places for one in each], dtype=np.intp)
    np.add.at(found, (row, column), 1.0)
    return found


def background(labels: Labels, prior: Rates) -> float:
    """Calls a second of a number by itself.

    Control numbers are dialled wrong, numbers once shown are also saved, and it is those that
    visits hold. So quiet numbers count in full, and control numbers as far as both agree: wholly
    up to two standard errors, beyond that less by the square.
    """
    before = _leaning(labels.control.calls, labels.control.seconds, prior.background, LEAN)
    apart = abs(ringing_apart(labels.control, labels.quiet))
    trust = max(LEAN, labels.control.calls * min(1.0, (2 / max(apart, 2.0)) ** 2))
    return _leaning(labels.quiet.calls, labels.quiet.seconds, before, trust)


def ringing_apart(control: Ringing, quiet: Ringing) -> float:
    """By how many standard errors quiet numbers ring more often by themselves than control numbers.

    Of all their calls, those on quiet numbers should be as many as their share of the time.
    """
    calls, seconds = control.calls + quiet.calls, control.seconds + quiet.seconds
    if calls == 0 or not 0 < quiet.seconds < seconds:
        return 0.0
    share = quiet.seconds / seconds
    return (quiet.calls - calls * share) / sqrt(calls * share * (1 - share))


def _leaning(calls: float, seconds: float, prior: float, lean: float) -> float:
    """The mean of a Gamma posterior whose prior has the mean `prior` and weighs `lean` calls."""
    if prior <= 0:
        return calls / seconds if seconds > 0 else 0.0
    return (calls + lean) / (seconds + lean / prior)


def _likelihoods(labels: Labels, prior: Rates, folds: Collection[int]) -> dict[Kind, Likelihood]:
    """How often a visit whose phone is known calls from it: what audit calls tell of each kind.

    The share of right phones moves `same` in proportion; `other` is the share of wrong ones.
    """
    seen: dict[Kind, list[int]] = defaultdict(lambda: [0, 0])
    for call in labels.audit_calls:
        if call.fold in folds:
            for kind, same in call.ties:
                seen[kind][not same] += 1
    found = {}
    for kind, (right, wrong) in seen.items():
        before = prior.likelihoods[kind]
        usual = 1 - before.other
        if 0 < usual < 1:
            share = (right + _USUAL * usual) / (right + wrong + _USUAL)
            found[kind] = Likelihood(before.same * share / usual, 1 - share)
    return found
