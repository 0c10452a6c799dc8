"""Reads from the facts what is known about who called.

Called by `attribution.match.fit_site`. It runs in a transaction because its steps are temporary
tables; it changes nothing. Its cost grows with the leases of the window and the month before it.
"""

from datetime import datetime
from typing import Any

from attribution.match.labels import (
    AuditCall,
    Exposure,
    Labels,
    Marked,
    Ringing,
    Scene,
    State,
    Unmarked,
)
from attribution.match.rates import steps
from ringtrail.core.clock import Micros, utc
from ringtrail.core.warehouse import Query, Row, Transaction

FOLDS = 5
COPIES = 4


def statement(name: str) -> Query:
    return Query.load("attribution", f"match/{name}.sql")


def collect(
    transaction: Transaction,
    account: int | None,
    site: int | None,
    since: Micros,
    until: Micros,
) -> Labels:
    """What leases that were opened in [since, until), and calls of that time, tell of a site."""
    whose: Row = {"account": account, "site": site}
    when: Row = {"since": naive(since), "until": naive(until)}
    folded: Row = {**when, "folds": FOLDS}
    transaction.run(statement("ringing"), whose | when)
    hold(transaction, whose | when | {"rung": False})
    for step in ("candidate", "phone", "tie", "label"):
        transaction.run(statement(step))

    def rows(name: str, values: Row) -> list[Row]:
        return transaction.rows(statement(name), values)

    rang = {row["origin"]: row for row in rows("background", whose | when)}
    counts = rows("lease_count", when)[0]
    return Labels(
        account=account,
        site=site,
        since=since,
        until=until,
        folds=FOLDS,
        leases=counts["leases"],
        drawn=counts["drawn"],
        granted=counts["granted"],
        exposure=tuple(Exposure(**row) for row in rows("exposure", folded | steps())),
        audit_calls=tuple(_audit_call(row) for row in rows("audit_call", folded)),
        marked=tuple(Marked(**row) for row in rows("label_count", folded | steps())),
        crowd=tuple(
            Unmarked(row["fold"], tuple(row["own"]), tuple(row["others"]))
            for row in rows("crowd", folded | steps())
        ),
        control=_ringing(rang["control"]),
        quiet=_ringing(rang["quiet"]),
        pool=_ringing(rang["pool"]),
        scenes=tuple(_scene(row) for row in rows("scene", folded | {"copies": COPIES})),
        strays=tuple(
            Scene(row["fold"], row["call"], None, 1, _states(row["rivals"]))
            for row in rows("stray", folded)
        ),
    )


def hold(transaction: Transaction, asked: Row, parts: int = 1) -> None:
    """Fill `stay`: who held which number; `asked` has the parameters of stay.sql, but for `part`.

    In parts of the numbers, since DuckDB holds all of what one statement reads of them in memory.
    """
    transaction.run(statement("no_stay"))
    for part in range(parts):
        transaction.run(statement("stay"), asked | {"part": part, "parts": parts})


def _audit_call(row: Row) -> AuditCall:
    return AuditCall(
        fold=row["fold"],
        call=row["call"],
        lease=row["lease"],
        state=State(row["on_site"], row["seconds"]),
        rivals=_states(row["rivals"]),
        kind=row["kind"],
        weight=row["weight"],
        ties=tuple((tie["kind"], tie["same"]) for tie in row["ties"]),
    )


def _scene(row: Row) -> Scene:
    return Scene(row["fold"], row["call"], row["lease"], row["copy"], _states(row["rivals"]))


def _states(rivals: list[dict[str, Any]]) -> tuple[State, ...]:
    return tuple(State(rival["on_site"], rival["seconds"]) for rival in rivals)


def _ringing(row: Row) -> Ringing:
    return Ringing(row["calls"], row["seconds"])


def naive(at: Micros) -> datetime:
    """How the warehouse writes a moment: UTC without saying so."""
    return utc(at).replace(tzinfo=None)
