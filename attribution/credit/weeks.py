"""Keeps mart_credit_week equal to the sums of mart_credit, at the cost of what changed.

Called by `attribution.credit.keeping`: `begin` while mart_credit still has what the dirty
conversions had, `keep` once it has what they have now. Where everything is divided anew, the weeks
are counted anew as well.
"""

from ringtrail.core.warehouse import Query, Transaction


def _query(name: str) -> Query:
    return Query.load("attribution", f"credit/{name}.sql")


def begin(transaction: Transaction, *, everything: bool) -> None:
    """Note what goes out of the weeks."""
    if everything:
        transaction.run(_query("week_clear"))
        return
    transaction.run(_query("week_begin"))
    transaction.run(_query("week_change"), {"way": -1})


def keep(transaction: Transaction, *, everything: bool) -> None:
    """Put in what comes, and take out what `begin` noted."""
    if everything:
        transaction.run(_query("week_count"))
        return
    transaction.run(_query("week_change"), {"way": 1})
    transaction.run(_query("mart_credit_week"))
