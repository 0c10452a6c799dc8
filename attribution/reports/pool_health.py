"""How the pools of a reader's sites did over a period, as `ringtrail pool health` tells it."""

from datetime import date

from ringtrail.core.auth import Scoped
from ringtrail.core.warehouse import Query, Row, Warehouse

_HEALTH = Query.load("attribution", "reports/pool_health.sql")


def pool_health(warehouse: Warehouse, scope: Scoped, since: date, until: date) -> list[Row]:
    """One row a pool, the columns of pool_health.sql; days are local, `until` inclusive."""
    values = {
        "account": scope.account, "sites": list(scope.sites), "since": since, "until": until
    }  # fmt: skip
    return warehouse.rows(_HEALTH, values)
