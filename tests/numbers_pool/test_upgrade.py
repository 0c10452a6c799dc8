"""A store of before numbers had owners: its numbers are its pools' owners' from the beginning."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, select, text

import ringtrail.core.database
from numbers_pool import store
from numbers_pool.keeping.standing import Owner
from ringtrail.core.database import migrate
from ringtrail.core.facts import Fact, NumberOwned, PoolDescribed, decode
from ringtrail.core.models import InboxRow
from tests.numbers_pool.house import CARD, A, at

BEFORE = (
    "INSERT INTO account (id, name, demo, created_at) VALUES (1, 'Tyres', false, 0)",
    "INSERT INTO site (id, account_id, name, key, origins, timezone, region, created_at) "
    "VALUES (3, 1, 'Shop', 'k', '[]', 'Europe/Moscow', 'RU', 0)",
    "INSERT INTO number_pool (id, account_id, site_id, name, original, beat_seconds, "
    "hold_seconds, cooldown_seconds) VALUES (5, 1, 3, 'Main', '+74951234567', 30, 900, 600)",
    "INSERT INTO tracking_number (id, account_id, pool_id, e164, free_at) "
    "VALUES (7, 1, 5, '+74950000001', 0)",
)


def facts_told(engine: Engine) -> list[Fact]:
    """What waits in the inbox, as the loader will read it."""
    table = vars(InboxRow)["__table__"]
    with engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c.seq)).all()
    found = [decode(row.kind, row.body) for row in rows]
    assert [fact.id() for fact in found] == [row.fact_id for row in rows]
    return found


def test_numbers_of_before_have_their_owner_and_are_given_out(engine: Engine) -> None:
    scripts = Config()
    folder = Path(ringtrail.core.database.__file__).parent / "migrations"
    scripts.set_main_option("script_location", str(folder))
    with engine.execution_options(writes=True).begin() as connection:
        scripts.attributes["connection"] = connection
        command.upgrade(scripts, "20261124_telephone")
        for statement in BEFORE:
            connection.execute(text(statement))
    migrate(engine)
    told = [(type(fact), fact) for fact in facts_told(engine)]
    assert [kind for kind, _ in told] == [NumberOwned, PoolDescribed]
    owned, described = (fact for _, fact in told)
    assert isinstance(owned, NumberOwned)
    assert isinstance(described, PoolDescribed)
    assert (owned.number, owned.role, owned.pool) == ("+74950000001", "pool", 5)
    assert (owned.account, owned.site, owned.since, owned.until) == (1, 3, 0, None)
    assert (described.pool, described.name, described.original) == (5, "Main", "+74951234567")
    migrate(engine)
    assert len(facts_told(engine)) == 2
    with engine.execution_options(writes=True).begin() as connection:
        assert store.owner(connection, "+74950000001", at(0)) == Owner(1, 3, "pool", 5)
        (shown,), _ = store.lease(connection, account=1, site=3, visit=A, card=CARD, now=at(0))
    assert shown.number == "+74950000001"
