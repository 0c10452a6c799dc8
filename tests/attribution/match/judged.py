"""A world that is fitted and judged by the product, held against its truth."""

from dataclasses import dataclass
from datetime import datetime
from math import floor

from attribution.match import Fit, chosen, judge
from attribution.match.collect import collect, naive, statement
from attribution.match.fit import fit
from attribution.match.labels import Labels
from numbers_pool.posterior import Rates
from ringtrail.core.clock import Micros
from ringtrail.core.warehouse import Query, Transaction, Warehouse
from tests.attribution.match.world import BEGAN, CALL, LEASE, World, key_of, write

_ANSWERS = Query(
    "test/answers",
    """SELECT call::VARCHAR AS call, max(probability) AS probability,
  arg_max(coalesce(lease::VARCHAR, ''), (probability, lease IS NOT NULL, lease)) AS named,
  coalesce(arg_min(lease::VARCHAR, (NOT on_site, seconds))
    FILTER (lease IS NOT NULL AND (on_site OR seconds < 21600)), '') AS last
FROM matched GROUP BY call""",
)


@dataclass(frozen=True, slots=True)
class Truth:
    """How the answers to calls that were no labels compare with who really called."""

    calls: int
    accuracy: float
    last_holder: float
    ece: float
    bins: tuple[tuple[int, float, float], ...]
    """Calls, mean probability told, share right."""

    def told(self) -> str:
        lines = [f"{n:>7} {told:.3f} {right:.3f}" for n, told, right in self.bins]
        return "\n".join(
            [
                "  calls  told  right (the truth)",
                *lines,
                f"the truth: ECE {self.ece:.3f}, right {self.accuracy:.3f}, last holder "
                f"{self.last_holder:.3f}, on {self.calls} calls that were no labels",
            ]
        )


def labelled(
    world: World, warehouse: Warehouse, since: Micros = BEGAN, until: Micros | None = None
) -> Labels:
    with warehouse.transaction() as transaction:
        return collect(transaction, 1, 1, since, until or world.until)


def written(world: World, warehouse: Warehouse) -> Warehouse:
    warehouse.migrate()
    with warehouse.transaction() as transaction:
        write(world, transaction)
    return warehouse


def fitted_world(world: World, warehouse: Warehouse) -> Fit:
    return fit(labelled(world, written(world, warehouse)))


def rung(transaction: Transaction, since: Micros, until: Micros) -> None:
    """Fill `ringing` with the calls of that time."""
    moments: dict[str, datetime] = {"since": naive(since), "until": naive(until)}
    transaction.run(statement("ringing"), {"account": None, "site": None, **moments})


def held_against(world: World, warehouse: Warehouse, rates: Rates, since: Micros = BEGAN) -> Truth:
    """Judge the world's calls from `since` on; calls of audited visits are labels and left out."""
    with warehouse.transaction() as transaction:
        rung(transaction, since, world.until)
        judge(transaction, {**chosen({}), (1, 1): rates}, since, world.until)
        answers = transaction.rows(_ANSWERS)
    audited = {lease.key for lease in world.leases if lease.audit}
    truth = {
        key_of(CALL, ring.key): "" if ring.truth is None else key_of(LEASE, ring.truth)
        for ring in world.rings
        if ring.number < world.plan.numbers and ring.truth not in audited
    }
    binned: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    last = 0
    for row in answers:
        if row["call"] in truth:
            right = row["named"] == truth[row["call"]]
            last += row["last"] == truth[row["call"]]
            binned[min(floor(row["probability"] * 10), 9)].append((row["probability"], right))
    calls = sum(map(len, binned))
    bins = tuple(
        (len(each), sum(p for p, _ in each) / len(each), sum(r for _, r in each) / len(each))
        for each in binned
        if each
    )
    return Truth(
        calls=calls,
        accuracy=sum(n * right for n, _, right in bins) / calls,
        last_holder=last / calls,
        ece=sum(n * abs(told - right) for n, told, right in bins) / calls,
        bins=bins,
    )
