"""Tells a report and keeps it; compares a kept one with what it would say now.

What can go wrong: a model or basis that is not known (Refused, nothing is kept), a report that the
reader may not see (None).
"""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import UUID

import pyarrow as pa

from attribution.credit.keeping import LOOKBACK
from attribution.credit.version import MATCH_FITS, version
from attribution.models.rules import RULES
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import Micros, utc
from ringtrail.core.errors import Refused
from ringtrail.core.identifiers import mint
from ringtrail.core.warehouse import Query, Row, Transaction, Warehouse
from ringtrail.core.warehouse.compose import filled
from tracking.restate import rules_version

Basis = Literal["touch", "lead", "sale"]
BASES: tuple[str, ...] = get_args(Basis)


def _query(name: str) -> Query:
    return Query.load("attribution", f"replay/{name}.sql")


@dataclass(frozen=True, slots=True)
class Asked:
    """Days (both included) of the touch, the lead or the sale, and the rule model that divides.

    `site` None: all of the reader's sites, which must report in one currency.
    """

    since: date
    until: date
    model: str = "last_non_direct"
    basis: Basis = "sale"
    site: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report says in sum. Counts are credited, so they may be fractions.

    Money is in the report's currency; what has no rate is not in it.
    """

    visits: int = 0
    calls: float = 0.0
    contacts: float = 0.0
    leads: float = 0.0
    deals: float = 0.0
    revenue: float = 0.0
    margin: float = 0.0
    cost: float = 0.0


_NAMES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class Told:
    """A report that was told: what was asked, by which versions, up to which batch of facts."""

    report: UUID
    sites: tuple[int, ...]
    since: date
    until: date
    model: str
    basis: Basis
    version: str
    channel_rules: str
    fits: tuple[str, ...]
    lookback_seconds: float
    load: int
    told_at: datetime
    told_to: str
    currency: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much a cause moved a channel's figures; `things`: conversions and days touched."""

    cause: str
    channel: str
    things: int
    change: Figures


@dataclass(frozen=True, slots=True)
class ThenAndNow:
    """A told report beside what it would say now; the differences add up to the gap."""

    told: Told
    version_now: str
    load_now: int
    then: Figures
    now: Figures
    differences: tuple[Difference, ...]


def tell(
    warehouse: Warehouse, scope: Scoped, asked: Asked, *, at: Micros, to: str
) -> tuple[Told, Figures]:
    """Compute a report and keep it; `to` is whom it is for.

    Refused, and nothing kept, where sites report in several currencies: they do not add up.
    """
    _check(asked)
    scope = _narrowed(scope, asked.site)
    report = mint()
    # The writer is held up by what is kept alone, not by the computing.
    with warehouse.snapshot() as transaction:
        computed = _computed(transaction, scope, asked, report, at, to)
        figures = _figures(transaction, scope, report)["now"]
    with warehouse.transaction() as transaction:
        for name, rows in computed.items():
            transaction.append(name, rows)
        kept = _told(transaction.rows(_query("told_reports"), _whose(scope, report))[0])
    return kept, figures


def _computed(
    transaction: Transaction, scope: Scoped, asked: Asked, report: UUID, at: Micros, to: str
) -> dict[str, pa.Table]:
    """What is kept of a report, by the table that keeps it, all of one load."""
    currency = _currency(transaction, scope)
    _now(transaction, scope, asked)
    of = {"report": report}
    values = _bound(scope, asked) | {
        "model": asked.model,
        "basis": asked.basis,
        "version": _version(transaction, scope, asked),
        "channel_rules": rules_version(),
        "lookback_seconds": LOOKBACK,
        "told_at": utc(at).replace(tzinfo=None),
        "told_to": to,
        "currency": currency,
    }
    return {
        "told_report": transaction.table(_query("told_report"), of | values),
        "told_credit": transaction.table(_query("told_credit"), of),
        "told_day": transaction.table(_query("told_day"), of),
    }


def told(warehouse: Warehouse, scope: Scoped, report: UUID | None = None) -> list[Told]:
    """The reports that were told of the reader's sites, the newest first."""
    return [_told(row) for row in warehouse.rows(_query("told_reports"), _whose(scope, report))]


def then_and_now(warehouse: Warehouse, scope: Scoped, report: UUID) -> ThenAndNow | None:
    """What a told report said and would say now; None where the reader may not see it."""
    kept = told(warehouse, scope, report)
    if not kept:
        return None
    asked = Asked(kept[0].since, kept[0].until, kept[0].model, kept[0].basis)
    own = replace(scope, sites=kept[0].sites)
    with warehouse.snapshot() as transaction:
        _now(transaction, own, asked)
        values = {"account": scope.account, "report": report}
        for name in ("changed", "changed_day", "cause", "day_cause"):
            transaction.run(_query(name), values)
        figures = _figures(transaction, scope, report)
        rows = transaction.rows(_query("differences"), values)
        load = transaction.rows(_query("load_now"))[0]["load"]
        now = _version(transaction, own, asked)
    return ThenAndNow(
        told=kept[0],
        version_now=now,
        load_now=load,
        then=figures["then"],
        now=figures["now"],
        differences=tuple(
            Difference(row["cause"], row["channel"], row["things"], _counted(row)) for row in rows
        ),
    )


def _version(transaction: Transaction, scope: Scoped, asked: Asked) -> str:
    whose = {"account": scope.account, "sites": list(scope.sites)}
    fit = transaction.rows(MATCH_FITS, whose)[0]["match_fit"]
    return version(asked.model, LOOKBACK, {}, fit)


def _check(asked: Asked) -> None:
    if asked.model not in RULES:
        raise Refused(
            400, "model", f"no model {asked.model!r}: choose from {', '.join(RULES)}", "model"
        )
    if asked.basis not in BASES:
        raise Refused(
            400, "basis", f"no basis {asked.basis!r}: choose from {', '.join(BASES)}", "basis"
        )
    if asked.since > asked.until:
        raise Refused(400, "period", "`since` must not be after `until`", "since")


def _narrowed(scope: Scoped, site: int | None) -> Scoped:
    if site is None:
        return scope
    if site not in scope.sites:
        raise Refused(404, "site", f"you have no site {site}", "site")
    return replace(scope, sites=(site,))


def _currency(transaction: Transaction, scope: Scoped) -> str | None:
    whose = {"account": scope.account, "sites": list(scope.sites)}
    found = [row["currency"] for row in transaction.rows(_query("currencies"), whose)]
    if len(found) > 1:
        told = f"these sites report in {' and '.join(found)}, which do not add up: name one `site`"
        raise Refused(400, "currency", told, "site")
    return found[0] if found else None


def _now(transaction: Transaction, scope: Scoped, asked: Asked) -> None:
    values = _bound(scope, asked)
    weight = {"weight": {"weight": f"sum(c.weight_{asked.model})"}}
    transaction.run(filled(_query("credit_now"), weight), values | {"basis": asked.basis})
    transaction.run(_query("day_now"), values)


def _figures(transaction: Transaction, scope: Scoped, report: UUID) -> dict[str, Figures]:
    values = {"account": scope.account, "report": report}
    return {row["told"]: _counted(row) for row in transaction.rows(_query("figures"), values)}


def _counted(row: Row) -> Figures:
    return Figures(**{name: row[name] for name in _NAMES})


def _told(row: Row) -> Told:
    return Told(**row | {"sites": tuple(row["sites"]), "fits": tuple(row["fits"])})


def _bound(scope: Scoped, asked: Asked) -> dict[str, Any]:
    return {"account": scope.account, "sites": list(scope.sites),
            "since": asked.since, "until": asked.until}  # fmt: skip


def _whose(scope: Scoped, report: UUID | None) -> dict[str, Any]:
    return {"account": scope.account, "sites": list(scope.sites), "report": report}
