"""Judges many calls at once, in the warehouse: each candidate, its terms, its probability.

Called by the upkeep of the marts inside its transaction, which has filled the temporary table
`ringing` (the columns of ringing.sql) with the calls in question and with all calls of their
callers of the 30 days before. What comes out is the temporary table `matched`: of each call a row a
candidate and one for nobody (`lease` NULL).

First every call is judged by itself; then once more with what its caller's earlier calls were found
to be. So the answer depends on the facts alone and never on the order in which they were loaded.
"""

from collections.abc import Mapping
from math import inf

from attribution.match.collect import hold, naive, statement
from numbers_pool.posterior import Rates
from ringtrail.core.clock import Micros
from ringtrail.core.warehouse import Row, Transaction

MOST_LEASES = 1_500_000
"""That are read at once: they take 1 GB, and each part reads the visits once."""


def judge(
    transaction: Transaction,
    rates: Mapping[tuple[int, int], Rates],
    since: Micros,
    until: Micros,
) -> None:
    """Fill `matched` for the calls of `ringing`, all of which rang in [since, until].

    `rates` by (account, site); (0, 0) for sites that are not named.
    """
    span: Row = {"since": naive(since), "until": naive(until)}
    parts = transaction.rows(statement("lease_parts"), span | {"most": MOST_LEASES})[0]["parts"]
    hold(transaction, {"account": None, "site": None, "rung": True, **span}, parts)
    transaction.run(statement("rate"), _rows(rates))
    for step in (
        "candidate", "phone", "tie", "posterior", "tie_again", "candidate_again", "posterior",
    ):  # fmt: skip
        transaction.run(statement(step))


def _rows(rates: Mapping[tuple[int, int], Rates]) -> Row:
    """The rates as bound lists: of steps, of single rates, of likelihoods."""
    found: list[tuple[int, int, str, float, float, float, float | None, str]] = []
    for (account, site), each in rates.items():
        for kind, steps in (("on_site", each.on_site), ("after", each.after)):
            ends = (*steps.edges[1:], inf)
            for start, end, rate in zip(steps.edges, ends, steps.rates, strict=True):
                found.append((account, site, kind, start, end, rate, None, each.fit))
        for kind, rate in (("older", each.older), ("background", each.background)):
            found.append((account, site, kind, 0.0, inf, rate, None, each.fit))
        for kind, likelihood in each.likelihoods.items():
            same, other = likelihood.same, likelihood.other
            found.append((account, site, kind, 0.0, inf, same, other, each.fit))
    names = ("account", "site", "kind", "from_seconds", "until_seconds", "value", "other", "fit")
    return {
        name: list(column) for name, column in zip(names, zip(*found, strict=True), strict=True)
    }
