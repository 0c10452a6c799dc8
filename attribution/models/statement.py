"""The rule models as one SQL statement: a hash join, an aggregate, a join back.

Asked by the credit mart and by the benchmark. Which models, and so which columns, is decided here
from `rules`; their numbers are bound values. What can go wrong: a name that is no column (refused),
a half-life so short beside the look-back that old touches would count as exactly nothing (refused).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from attribution.models.rules import DIRECT, RULES, Factors, Rule, Sets, Shares
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Query
from ringtrail.core.warehouse.compose import filled

_QUERY = Query.load("attribution", "models/rule_weight.sql")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
MOST_HALF_LIVES = 1000.0
"""Of a look-back: 2^-1000 is still an ordinary number, 2^-1100 is 0."""
# What a journey has of each role; `nth` orders touches by time and, of one moment, by id.
_ROLES = {
    "first_touch": "min(nth)",
    "last_touch": "max(nth)",
    "named_touch": f"max(nth) FILTER (WHERE lower(channel) NOT IN {DIRECT})",
    "lead_touch": "max(nth) FILTER (WHERE led)",
    "channels": "count(DISTINCT channel)",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A query and what it binds."""

    query: Query
    values: dict[str, Any]


@dataclass(slots=True)
class _Parts:
    """What a model adds to the statement."""

    sums: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """The column of that role of the journey."""
        self.sums[name] = _ROLES[name]
        return name

    def bind(self, name: str, value: object) -> str:
        self.values[name] = value
        return f"${name}"


def weights(lookback_seconds: float, rules: Mapping[str, Rule] = RULES) -> Statement:
    """The statement that gives column `weight_NAME` for each of `rules`, by name.

    Raises Refused for a name that cannot be a column, and for a half-life of which more than
    `MOST_HALF_LIVES` pass within the look-back.
    """
    parts = _Parts(values={"lookback_seconds": float(lookback_seconds)})
    columns = {
        f"weight_{name}": _weight(parts, name, rule, lookback_seconds)
        for name, rule in rules.items()
    }
    query = filled(
        _QUERY,
        {
            "sums": parts.sums,
            "weights": columns,
            "ones": dict.fromkeys(columns, "1.0"),
        },
    )
    return Statement(query, parts.values)


def _weight(parts: _Parts, name: str, rule: Rule, lookback: float) -> str:
    if not _NAME.fullmatch(name):
        raise Refused(400, "model", f"{name!r} is no name for a model", "model")
    if isinstance(rule, Shares):
        return _by_place(parts, name, rule)
    if isinstance(rule, Sets):
        same = "count(*) OVER (PARTITION BY conversion, channel)"
        return f"1.0 / ({parts.of('channels')} * {same})"
    if rule.half_life is not None and lookback / rule.half_life > MOST_HALF_LIVES:
        raise Refused(
            400, "half_life",
            f"a half-life of {rule.half_life:g} s is too short for a look-back of {lookback:g} s: "
            f"give at least {lookback / MOST_HALF_LIVES:g} s", "half_life",
        )  # fmt: skip
    factor = " * ".join(_factors(parts, name, rule))
    if not factor:
        return "1.0 / touches"
    parts.sums[f"sum_{name}"] = f"sum({factor})"
    return f"CASE WHEN sum_{name} = 0 THEN 1.0 / touches ELSE {factor} / sum_{name} END"


def _factors(parts: _Parts, name: str, rule: Factors) -> Iterator[str]:
    if rule.half_life is not None:
        yield f"pow(2.0, -age / {parts.bind(f'{name}_half_life', rule.half_life)})"
    if rule.channels:
        named = parts.bind(f"{name}_channels", list(rule.channels))
        factors = parts.bind(f"{name}_factors", [float(one) for one in rule.channels.values()])
        elsewhere = parts.bind(f"{name}_elsewhere", float(rule.elsewhere))
        yield f"coalesce({factors}[list_position({named}, channel)], {elsewhere})"


def _by_place(parts: _Parts, name: str, rule: Shares) -> str:
    first, last = parts.of("first_touch"), parts.of("last_touch")
    if rule.passes_direct:
        last = f"coalesce({parts.of('named_touch')}, {last})"
    roles = {f"nth = {first}": rule.first, f"nth = {last}": rule.last}
    others = f"(touches - 1 - ({first} <> {last})::INT"
    total = [parts.bind(f"{name}_roles", float(rule.first + rule.last))]
    if rule.lead is not None:
        lead = parts.of("lead_touch")
        roles[f"coalesce(nth = {lead}, false)"] = rule.lead
        others += f" - coalesce(({lead} <> {first} AND {lead} <> {last})::INT, 0)"
        made = parts.bind(f"{name}_lead_made", float(rule.lead))
        total.append(f"CASE WHEN {lead} IS NULL THEN 0.0 ELSE {made} END")
    raw = [
        f"CASE WHEN {role} THEN {parts.bind(f'{name}_{place}', float(share))} ELSE 0.0 END"
        for place, (role, share) in zip(("first", "last", "lead"), roles.items(), strict=False)
        if share
    ]
    if rule.others:
        rest = parts.bind(f"{name}_others", float(rule.others))
        raw.append(f"CASE WHEN {' OR '.join(roles)} THEN 0.0 ELSE {rest} / {others}) END")
        total.append(f"CASE WHEN {others}) > 0 THEN {rest} ELSE 0.0 END")
    of_all = f"({' + '.join(raw)}) / ({' + '.join(total)})"
    if rule.first + rule.last:
        return of_all
    return f"CASE WHEN {' + '.join(total)} = 0 THEN 1.0 / touches ELSE {of_all} END"
