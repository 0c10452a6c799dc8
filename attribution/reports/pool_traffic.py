"""What a pool was asked for, as `ringtrail pool size` and `pool simulate` need it.

Reads the facts themselves, not marts: nobody looks at these figures every day, and a mart of single
visits would be the facts once more.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from ringtrail.core.auth import Scoped
from ringtrail.core.warehouse import Query, Row, Warehouse

_HOURS = Query.load("attribution", "reports/pool_hours.sql")
_VISITS = Query.load("attribution", "reports/pool_visits.sql")


class PoolTraffic:
    """The reads of one warehouse; days are the site's local days, `until` inclusive."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def hours(
        self, scope: Scoped, site: int, pool: int, since: date, until: date
    ) -> Iterator[Sequence[Row]]:
        """One row for each hour in which a visit asked; the columns of pool_hours.sql."""
        return self._warehouse.stream(_HOURS, _bound(scope, site, pool, since, until))

    def visits(
        self, scope: Scoped, site: int, pool: int, since: date, until: date
    ) -> Iterator[Sequence[Row]]:
        """One row a visit, oldest first; the columns of pool_visits.sql."""
        return self._warehouse.stream(_VISITS, _bound(scope, site, pool, since, until))


def _bound(scope: Scoped, site: int, pool: int, since: date, until: date) -> Row:
    sites = [known for known in scope.sites if known == site]
    return {
        "account": scope.account, "sites": sites, "pool": pool, "since": since, "until": until
    }  # fmt: skip
