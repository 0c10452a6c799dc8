"""Visits of the last hours as a site that has had many would hold them, for `bench.visit`.

Written by SQL in one statement a table, since a million visits by the front door take an hour.
Each left what the product keeps: the visit, the emptied line of its facts in the inbox with its
answer, its closed lease, and the facts in the warehouse.
"""

from pathlib import Path

from sqlalchemy import Connection

from ringtrail.core.clock import HOUR, Micros
from ringtrail.core.database import Engine
from ringtrail.core.warehouse import Query, Warehouse

_BODY = "x" * 420  # about as long as an answer with one number
_CARD = (
    '{"source": "google", "medium": "cpc", "campaign": "autumn", "term": null, '
    '"channel": "Paid Search", "landing": "https://shop.example/", "page": "https://shop.example/"}'
)
_UUID = "lower(hex(randomblob(16)))"
_EACH = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :visits)"
# Within the hours that the clean-up leaves alone, the newest last.
_AT = "(:now - :span + :span * i / :visits)"
_STATEMENTS = (
    f"""INSERT INTO current_visit
          (id, site_id, visitor, started_at, last_seen, source, medium, campaign)
        {_EACH} SELECT {_UUID}, 1, {_UUID}, {_AT}, {_AT}, 'google', 'cpc', 'autumn' FROM n""",
    f"""INSERT INTO inbox (fact_id, account_id, kind, occurred_at, received_at, batch, answer)
        {_EACH} SELECT {_UUID}, 1, 'together', {_AT}, {_AT}, {_UUID}, CAST('{_BODY}' AS BLOB)
        FROM n""",
    f"""INSERT INTO lease (id, account_id, site_id, pool_id, number, visit, visitor, opened_at,
          last_seen, held_until, audit, closed, card)
        {_EACH} SELECT {_UUID}, 1, 1, 1, printf('+4420%08d', i % 1000), {_UUID}, {_UUID}, {_AT},
          {_AT}, {_AT}, 0, 1, :card FROM n""",
)
# Of no batch that the loader knows: one has 20,000 facts at most.
# Identifiers that the product mints begin with the milliseconds of their time.
_MINTED = (
    """(printf('%012x', ($now - i * 80_000) // 1000) || '7000{kind}' || printf('%015x', i))::UUID"""
)
_WAREHOUSE = (
    f"""INSERT INTO fact_visit BY NAME SELECT uuid() AS fact_id,
      '00000000-0000-7000-8000-000000000001'::UUID AS batch, 1 AS account, 1 AS site,
      make_timestamp($now - i * 80_000) AS occurred_at, occurred_at AS received_at,
      {_MINTED.format(kind=8)} AS visit, uuid() AS visitor, 'https://shop.example/' AS landing,
      'google' AS source, 'cpc' AS medium, 'Paid Search' AS channel, 'gclid' AS rule,
      false AS overflow
    FROM range($visits - 1, -1, -1) r(i)""",
    f"""INSERT INTO fact_lease BY NAME SELECT uuid() AS fact_id,
      '00000000-0000-7000-8000-000000000001'::UUID AS batch, 1 AS account, 1 AS site,
      make_timestamp($now - i * 80_000) AS occurred_at, occurred_at AS received_at,
      {_MINTED.format(kind=9)} AS lease, {_MINTED.format(kind=8)} AS visit, 1 AS pool,
      '+442000000001' AS number
    FROM range($visits - 1, -1, -1) r(i)""",
    """INSERT INTO fact_lease_closed BY NAME SELECT uuid() AS fact_id, batch, account, site,
      occurred_at, received_at, lease, number, occurred_at AS last_seen, occurred_at AS held_until
    FROM fact_lease""",
)


def write(home: Path, engine: Engine, visits: int, now: Micros) -> None:
    """So many visits of the site and account 1, into both stores."""
    values = {"visits": visits, "now": now, "span": 20 * HOUR, "card": _CARD}
    with engine.execution_options(writes=True).begin() as connection:
        for statement in _STATEMENTS:
            _run(connection, statement, values)
    warehouse = Warehouse(home / "warehouse.duckdb")
    warehouse.migrate()
    with warehouse.transaction() as transaction:
        for statement in _WAREHOUSE:
            named = {name: values[name] for name in ("visits", "now") if f"${name}" in statement}
            transaction.run(Query("bench", statement), named)
    warehouse.close()


def _run(connection: Connection, statement: str, values: dict[str, object]) -> None:
    named = {name: value for name, value in values.items() if f":{name}" in statement}
    connection.exec_driver_sql(statement, named)
