"""A store of before answers to page views stood in the inbox."""

from pathlib import Path
from uuid import UUID

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, LargeBinary, Uuid, bindparam, text

import ringtrail.core.database
from ringtrail.core import inbox
from ringtrail.core.database import migrate
from ringtrail.core.identifiers import fact_id

PAGE, CLICK = UUID(int=1), UUID(int=2)
BEFORE = (
    "INSERT INTO account (id, name, demo, created_at) VALUES (1, 'Tyres', false, 0)",
    "INSERT INTO site (id, account_id, name, key, origins, timezone, region, own_networks, "
    "contact_fields, created_at) "
    "VALUES (3, 1, 'Shop', 'k', '[]', 'Europe/Moscow', 'RU', '[]', '[]', 0)",
)
ANSWERED = text(
    "INSERT INTO answered_event (event_id, site_id, received_at, body) VALUES (:event, 3, 5, :body)"
).bindparams(bindparam("event", type_=Uuid()), bindparam("body", type_=LargeBinary()))
STORED = text(
    "INSERT INTO inbox (fact_id, account_id, kind, occurred_at, received_at) "
    "VALUES (:page, 1, 'together', 5, 5)"
).bindparams(bindparam("page", type_=Uuid()))


def test_a_page_view_that_was_answered_before_gets_the_same_answer(engine: Engine) -> None:
    pages = [fact_id(1, "page", str(event)) for event in (PAGE, CLICK)]
    scripts = Config()
    folder = Path(ringtrail.core.database.__file__).parent / "migrations"
    scripts.set_main_option("script_location", str(folder))
    with engine.execution_options(writes=True).begin() as connection:
        scripts.attributes["connection"] = connection
        command.upgrade(scripts, "20261128_fewer_indices")
        for statement in BEFORE:
            connection.execute(text(statement))
        for event, body in ((PAGE, b"numbers"), (CLICK, b"pinned")):
            connection.execute(ANSWERED, {"event": event, "body": body})
        connection.execute(STORED, {"page": pages[0]})
    migrate(engine)
    with engine.connect() as connection:
        assert inbox.answers(connection, pages) == {pages[0]: b"numbers"}
