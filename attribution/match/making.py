"""Makes fits from the facts: when somebody asks, and once a day where there are labels enough.

Called by `ringtrail attribution fit` and by the running platform. Only what keeps a fit holds other
writers up; `weighed` may run in another process. A day's fit is kept, and put in force only if what
judges the site now is shown wrong by the same labels: figures are not restated for a fit that is
merely newer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

import structlog

from attribution.match.collect import collect, naive, statement
from attribution.match.fit import Fit, fit, keep
from attribution.match.in_force import in_force
from attribution.match.labels import Labels
from attribution.match.rates import START
from attribution.match.reliability import ENOUGH_LABELS, LARGEST_ECE, assessed
from numbers_pool.posterior import Rates
from ringtrail.core.clock import DAY, Micros, micros
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Transaction, Warehouse

_log = structlog.get_logger()
WINDOW = 90 * DAY
"""How far back a day's fit looks: visitors change, and audits are few."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A fit, and whether the same labels show that it should judge in the place of the present."""

    fit: Fit
    better: bool


Weigh = Callable[[Labels, Rates, Rates], Weighed]


def made(warehouse: Warehouse, site: int | None, since: Micros, until: Micros) -> Fit:
    """A fit of a site, or of all, on the facts of [since, until); kept. Refused: no such site."""
    with warehouse.snapshot() as transaction:
        account = None if site is None else _account(transaction, site)
        labels, prior, _ = _known(transaction, account, site, since, until)
    found = fit(labels, prior)
    with warehouse.transaction() as transaction:
        keep(transaction, found)
    return found


def made_today(
    warehouse: Warehouse, now: Micros, use: Callable[[Fit, Micros, str], None], weigh: Weigh
) -> list[Weighed]:
    """Fit each site that has audits enough and no fit of the last day; `use` those that are better.

    All sites together come first, since the others lean on them. One that cannot be fitted is
    logged and holds none of the others up; it is tried again when it is next asked for.
    """
    span = {"since": naive(Micros(now - WINDOW)), "until": naive(now)}
    asked = span | {"enough": ENOUGH_LABELS, "fresh": naive(Micros(now - DAY))}
    found = []
    for row in warehouse.rows(statement("due"), asked):
        try:
            with warehouse.snapshot() as transaction:
                known = _known(transaction, row["account"], row["site"], Micros(now - WINDOW), now)
            told = weigh(*known)
            if told.better:
                use(told.fit, now, "daily fit")
            else:
                with warehouse.transaction() as transaction:
                    keep(transaction, told.fit)
        except Exception:
            _log.exception("a match was not fitted; what judged its calls judges on", **row)
        else:
            found.append(told)
    return found


def weighed(labels: Labels, prior: Rates, present: Rates) -> Weighed:
    """The fit; better if it is calibrated and the present rates err too much on its labels."""
    found = fit(labels, prior)
    calibrated = found.reliability.verdict == "calibrated"
    return Weighed(found, calibrated and assessed(labels, present).ece > LARGEST_ECE)


def _known(
    transaction: Transaction, account: int | None, site: int | None, since: Micros, until: Micros
) -> tuple[Labels, Rates, Rates]:
    """The labels, the rates that small counts lean on, the rates that judge at present.

    The time begins with the first lease, so that the folds of the trial divide what there is.
    """
    rates = in_force(transaction)
    span = {"account": account, "site": site, "since": naive(since), "until": naive(until)}
    begun = transaction.rows(statement("begun"), span)[0]["begun"]
    if begun is not None:
        since = micros(begun.replace(tzinfo=UTC))
    whose = (account or 0, site or 0)
    prior = START if site is None else rates[0, 0]
    labels = collect(transaction, account, site, since, until)
    return labels, prior, rates.get(whose, rates[0, 0])


def _account(transaction: Transaction, site: int) -> int:
    rows = transaction.rows(statement("site_account"), {"site": site})
    if not rows:
        raise Refused(404, "site", f"no site has the number {site}", "site")
    account: int = rows[0]["account"]
    return account
