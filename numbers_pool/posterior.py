"""Who called? A probability for each visit that held the number, and for none of them. Pure.

A visit calls the number that it was shown at a rate that depends on how long it has been on the
site, and after that on how long ago it was last seen. A number is also rung by people whom no page
sent within the horizon: wrong dialling, saved numbers. For processes that are independent of each
other the chance that a ring belongs to one of them is exactly its share of the sum of their rates:

    P(visit | ring) = rate(visit) * factors / (background + sum over visits of rate * factors)

What else is known of the caller multiplies: how much likelier it is to see this if the visit called
than if anybody else did (Bayes' theorem). Every term keeps its name, so that the answer can be
checked by hand.

Called at ring time and by attribution; the rates are fitted in `attribution.match`. ValueError for
what cannot be: a rate or a factor that is negative or no number, a lease that is named twice.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, inf, isfinite, prod
from typing import Any, Literal
from uuid import UUID

HORIZON_SECONDS = 21_600
# Far above any rate or factor, and products of them stay far below what a float can hold.
_LARGEST = 1e12

Kind = Literal["redial", "earlier_call", "form", "identify", "deal", "click"]
PHONE_KINDS: tuple[Kind, ...] = ("redial", "earlier_call", "form", "identify", "deal")
"""Ways of knowing a visitor's phone. They speak of one thing, so only the strongest counts."""
KINDS: tuple[Kind, ...] = (*PHONE_KINDS, "click")


def _check(what: str, value: float) -> None:
    if not (isfinite(value) and 0 <= value <= _LARGEST):
        raise ValueError(f"{what} must be a number from 0 to {_LARGEST:.0e}, not {value}")


@dataclass(frozen=True, slots=True)
class Steps:
    """A rate that is constant between edges: `rates[i]` calls a second from `edges[i]` seconds on.

    The last one goes on for ever; the first edge is 0.
    """

    edges: tuple[float, ...]
    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.edges or len(self.edges) != len(self.rates) or self.edges[0] != 0:
            raise ValueError("steps need a rate for each edge, the first edge being 0")
        if any(a >= b for a, b in zip(self.edges, (*self.edges[1:], inf), strict=True)):
            raise ValueError("the edges of steps must rise")
        for rate in self.rates:
            _check("a rate", rate)

    def at(self, seconds: float) -> float:
        return self.rates[self.step(seconds)]

    def step(self, seconds: float) -> int:
        """Which step `seconds` (0 or more) falls into; an edge belongs to the step it begins."""
        if not seconds >= 0:
            raise ValueError(f"a time must be 0 seconds or more, not {seconds}")
        return bisect_right(self.edges, seconds) - 1


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What a known phone or a click multiplies a visit's rate by.

    `same`: the caller is that phone, or the visit clicked the number. `other`: the visit's phone is
    known and it is another one, or clicks are told and the visit made none.
    """

    same: float
    other: float

    def __post_init__(self) -> None:
        _check("a likelihood", self.same)
        _check("a likelihood", self.other)


# Orders of magnitude, assumed and not measured: of those who left a phone most call from it, and a
# stranger calls from it once in thousands of calls. Redials are common, and to the very number.
ASSUMED: Mapping[Kind, Likelihood] = {
    "redial": Likelihood(1e6, 1.0),
    "earlier_call": Likelihood(1e4, 0.5),
    "form": Likelihood(1e4, 0.4),
    "identify": Likelihood(1e4, 0.4),
    "deal": Likelihood(1e4, 0.4),
    "click": Likelihood(100.0, 0.7),
}


@dataclass(frozen=True, slots=True)
class Rates:
    """Calls a second: of a visit on the site, after it was last seen, and of a number by itself.

    `older` is that of a visit whose horizon is over; it counts only for a visit that the caller is
    known to be, for all others of that age are in `background`.
    """

    on_site: Steps
    after: Steps
    background: float
    older: float
    likelihoods: Mapping[Kind, Likelihood]
    fit: str
    """The version of the fit that they are from."""

    def __post_init__(self) -> None:
        _check("the background", self.background)
        _check("the rate of older visits", self.older)
        if missing := set(KINDS) - set(self.likelihoods):
            raise ValueError(f"a likelihood is missing: {', '.join(sorted(missing))}")


@dataclass(frozen=True, slots=True)
class Tie:
    """Something known of the caller and a visit; `strength` is how sure that knowledge is, 0..1.

    `same`: it speaks for the visit (see `Likelihood`). A redial whose earlier call was this visit's
    with probability 0.8 is a tie of strength 0.8.
    """

    kind: Kind
    same: bool
    strength: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise ValueError(f"the strength of a tie must be between 0 and 1, not {self.strength}")

    def factor(self, likelihood: Likelihood) -> float:
        """Between 1 (nothing is known) and the likelihood (it is certain)."""
        told = likelihood.same if self.same else likelihood.other
        return 1 - self.strength + self.strength * told


@dataclass(frozen=True, slots=True)
class Candidate:
    """A visit that may have called: `seconds` on the site so far, or since it was last seen."""

    lease: UUID
    visit: UUID
    on_site: bool
    seconds: float
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """How likely a candidate is, and why: the product of `terms` is its share of the sum.

    The first term is a rate in calls a second, named `on_site`, `after` or `older`, the others are
    factors. For no visit at all (`lease` is None) it is `background`, or `known_stranger` if the
    caller was one before.
    """

    lease: UUID | None
    visit: UUID | None
    terms: tuple[tuple[str, float], ...]
    probability: float

    def to_json(self) -> dict[str, Any]:
        whose = {"lease": _text(self.lease), "visit": _text(self.visit)}
        return {**whose, "terms": dict(self.terms), "probability": self.probability}


@dataclass(frozen=True, slots=True)
class Posterior:
    """The candidates, the likeliest first, and what is left for none of them; the sum is 1."""

    candidates: tuple[Weighed, ...]
    unknown: Weighed
    fit: str

    @property
    def best(self) -> Weighed:
        """The likeliest answer; a visit before `unknown` if they are equal."""
        first = self.candidates[0] if self.candidates else self.unknown
        return first if first.probability >= self.unknown.probability else self.unknown

    def to_json(self) -> dict[str, Any]:
        """The evidence as it is stored with the call."""
        candidates = [candidate.to_json() for candidate in self.candidates]
        return {"candidates": candidates, "unknown": self.unknown.to_json(), "fit": self.fit}


def posterior(
    candidates: Sequence[Candidate], rates: Rates, *, known_stranger: float = 0.0
) -> Posterior:
    """Who called, in whatever order the candidates come; without any, nobody whom a page sent.

    `known_stranger`: how sure it is that this caller rang the same number before and was no visit.
    """
    if len({candidate.lease for candidate in candidates}) < len(candidates):
        raise ValueError("a lease can be a candidate only once")
    found = [(each, terms_of(each, rates)) for each in candidates]
    nobody = _nobody(rates, known_stranger)
    weights = [prod(value for _, value in terms) for _, terms in found]
    shares = _shares([*weights, nobody[1]])
    weighed = [
        Weighed(each.lease, each.visit, tuple(terms), share)
        for (each, terms), share in zip(found, shares, strict=False)
    ]
    weighed.sort(key=lambda one: (-one.probability, str(one.lease)))
    return Posterior(tuple(weighed), Weighed(None, None, (nobody,), shares[-1]), rates.fit)


def terms_of(candidate: Candidate, rates: Rates) -> list[tuple[str, float]]:
    """The named terms whose product is the candidate's weight."""
    factors = [
        (tie.kind, tie.factor(rates.likelihoods[tie.kind]), tie.same) for tie in candidate.ties
    ]
    clicks = [(kind, factor) for kind, factor, _ in factors if kind == "click"]
    phones = [told for told in factors if told[0] != "click"]
    # Whoever calls from one of the phones that they are known by need not call from the others.
    same = [told for told in phones if told[2]]
    told = max(same, key=_by_factor) if same else min(phones, key=_by_factor, default=None)
    terms = [_rate(candidate, rates, known=bool(same))]
    if told is not None:
        terms.append((told[0], told[1]))
    if clicks:
        terms.append(max(clicks, key=lambda click: click[1]))
    return terms


def _by_factor(told: tuple[str, float, bool]) -> tuple[float, str]:
    return told[1], told[0]


def _rate(candidate: Candidate, rates: Rates, *, known: bool) -> tuple[str, float]:
    if candidate.on_site:
        return "on_site", rates.on_site.at(candidate.seconds)
    if candidate.seconds < HORIZON_SECONDS:
        return "after", rates.after.at(candidate.seconds)
    return "older", rates.older if known else 0.0


def _nobody(rates: Rates, known_stranger: float) -> tuple[str, float]:
    """All strangers together, and this one besides, who redials as any earlier caller does."""
    if not 0 <= known_stranger <= 1:
        raise ValueError(f"how sure it is must be between 0 and 1, not {known_stranger}")
    if not known_stranger:
        return "background", rates.background
    again = rates.older * rates.likelihoods["redial"].same
    return "known_stranger", rates.background + known_stranger * again


def _shares(weights: Sequence[float]) -> list[float]:
    """Each weight's share of the sum; the last one has it all if there is no weight at all.

    Scaled by the largest first, so that nothing overflows or vanishes.
    """
    largest = max(weights)
    if largest == 0:
        return [0.0] * (len(weights) - 1) + [1.0]
    scaled = [weight / largest for weight in weights]
    total = fsum(scaled)
    return [weight / total for weight in scaled]


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
