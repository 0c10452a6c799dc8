"""The models that divide one conversion by its own journey: the one place that declares them.

`Shares` goes by place (first, last, the touch of the lead, all others), `Factors` by what each
touch has of its own (age, channel), `Sets` by which channels took part. A model is one of these
with its numbers; a custom model is another. `weigh` divides a journey here, `statement` the same in
SQL, `path_weights` whole files of paths: tests hold them against each other.

Weights are not negative and sum to 1. Roles that fall on one touch add up; what a journey has
nobody for (no others, no lead) is spread over the rest by dividing by the sum; if nothing is left
of the sum, every touch gets the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from attribution.models.journey import Conversion, Touch
from ringtrail.core.clock import SECOND

DAY = 86_400.0
DIRECT = ("direct", "(direct)")
"""Channels, in lower case, of visits that nothing led to."""


def _check(what: str, values: Sequence[float]) -> None:
    if not all(0 <= value < float("inf") for value in values) or not any(values):
        raise ValueError(f"each {what} is a number of at least 0, and one is more: {values}")


@dataclass(frozen=True, slots=True)
class Shares:
    """By place. `lead` None: the model does not know that role.

    `passes_direct`: the last touch is the last one that is not direct, if there is one.
    """

    first: float
    others: float
    last: float
    lead: float | None = None
    passes_direct: bool = False

    def __post_init__(self) -> None:
        _check("share", (self.first, self.others, self.last, self.lead or 0.0))


@dataclass(frozen=True, slots=True)
class Factors:
    """By touch: half as much for each `half_life` seconds of age, times what its channel has."""

    half_life: float | None = None
    channels: Mapping[str, float] = field(default_factory=dict)
    elsewhere: float = 1.0
    """What a channel has that `channels` does not name."""

    def __post_init__(self) -> None:
        if self.half_life is not None and not 0 < self.half_life < float("inf"):
            raise ValueError(f"a half-life is a positive number of seconds, not {self.half_life}")
        if self.channels:
            _check("factor", (*self.channels.values(), self.elsewhere))

    def of(self, channel: str) -> float:
        """What the channel has."""
        return self.channels.get(channel, self.elsewhere)


@dataclass(frozen=True, slots=True)
class Sets:
    """Each distinct channel the same, shared by its touches: the Shapley value of the count game.

    The game: a set of channels is worth the conversions whose channels all lie in it.
    """


Rule = Shares | Factors | Sets

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "first": Shares(first=1, others=0, last=0),
        "last": Shares(first=0, others=0, last=1),
        "last_non_direct": Shares(first=0, others=0, last=1, passes_direct=True),
        "linear": Factors(),
        "position": Shares(first=0.4, others=0.2, last=0.4),
        "w": Shares(first=0.3, others=0.1, last=0.3, lead=0.3),
        "j": Shares(first=0.2, others=0.2, last=0.6),
        "inverse_j": Shares(first=0.6, others=0.2, last=0.2),
        "time_decay": Factors(half_life=7 * DAY),
        "shapley": Sets(),
    }
)


def is_direct(channel: str) -> bool:
    """Whether nothing led to a visit of this channel."""
    return channel.lower() in DIRECT


def weigh(rule: Rule, conversion: Conversion, touches: Sequence[Touch]) -> list[float]:
    """What each touch of the conversion's journey gets of it; [] for a journey without touches."""
    if not touches:
        return []
    if isinstance(rule, Shares):
        raw = _by_place(rule, conversion, touches)
    elif isinstance(rule, Factors):
        # Ages count from the last touch: the ratios are the same, and the sum is never 0.
        newest = touches[-1].at
        raw = [
            rule.of(touch.channel)
            * (
                1
                if rule.half_life is None
                else 2 ** ((touch.at - newest) / SECOND / rule.half_life)
            )
            for touch in touches
        ]
    else:
        counts = Counter(touch.channel for touch in touches)
        raw = [1 / (len(counts) * counts[touch.channel]) for touch in touches]
    total = sum(raw)
    return [share / total for share in raw] if total else [1 / len(touches)] * len(touches)


def _by_place(rule: Shares, conversion: Conversion, touches: Sequence[Touch]) -> list[float]:
    last = len(touches) - 1
    if rule.passes_direct:
        named = (at for at in range(last, -1, -1) if not is_direct(touches[at].channel))
        last = next(named, last)
    roles = [(0, rule.first), (last, rule.last)]
    if rule.lead is not None and conversion.lead_at is not None:
        lead_at = conversion.lead_at
        made = (at for at in range(len(touches) - 1, -1, -1) if touches[at].at <= lead_at)
        roles += [(at, rule.lead) for at in [next(made, None)] if at is not None]
    others = len(touches) - len({at for at, _ in roles})
    raw = [rule.others / others if others else 0.0] * len(touches)
    for at, _ in roles:
        raw[at] = 0.0
    for at, share in roles:
        raw[at] += share
    return raw
