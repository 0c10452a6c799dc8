"""After days of the demo, loaded and counted as the server does it, callers are their visitors."""

from pathlib import Path

from attribution import Upkeep
from attribution.identity import Persons
from ingest import Loader
from ringtrail import store
from ringtrail.core.clock import Micros, SetClock
from ringtrail.core.database import Writer, migrate, open_engine
from ringtrail.core.inbox import put_each
from ringtrail.core.warehouse import Query, Warehouse
from ringtrail.demo import month

NOW = Micros(1_790_000_000_000_000)
NUMBERS = tuple(f"+44207946{n:04}" for n in range(100, 112))
TIED = Query(
    "tied",
    "SELECT c.call, c.match, c.visitor IS NOT NULL AND c.match = 'lease' AS sure, "
    "  v.person IS NOT DISTINCT FROM p.person AS same, p.apart FROM mart_call c "
    "LEFT JOIN mart_person p ON p.node_kind = 'phone' AND p.node = c.caller "
    "  AND c.started_at >= p.since AND c.started_at < p.until "
    "LEFT JOIN mart_person v ON v.node_kind = 'cookie' AND v.node = c.visitor::VARCHAR "
    "WHERE c.direction = 'inbound' AND c.presentation = 'allowed' AND c.caller IS NOT NULL",
)


def test_callers_are_their_visitors(tmp_path: Path) -> None:
    engine, clock = open_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}"), SetClock(NOW)
    migrate(engine)
    account = store.open_account(engine, clock, "Clinic", demo=True)
    new = store.NewSite("Clinic", ("http://a.example",), month.ZONE, "GB", "+442079460958", NUMBERS)
    site = store.open_site(engine, clock, account, new).site
    facts = list(month.facts(account, site, NUMBERS, NOW, days=6, visits_a_day=300))
    Writer(engine).immediate(lambda connection: put_each(connection, facts))
    warehouse = Warehouse(tmp_path / "w.duckdb")
    warehouse.migrate()
    Loader(engine, warehouse, clock).run()
    Upkeep(warehouse).rebuild()
    with warehouse.transaction() as transaction:
        Persons().rebuild(transaction)

    calls = warehouse.rows(TIED)
    sure = [call for call in calls if call["sure"] and call["apart"] is None]
    assert len(sure) > 10
    assert all(call["same"] for call in sure)
    assert any(not call["same"] for call in calls)
    warehouse.close()
    engine.dispose()
