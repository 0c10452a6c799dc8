"""A reader gets the sites of the own account, with their call webhooks, and no others."""

from sqlmodel import Session

from dashboards.reading import Scoped, Setup
from dashboards.store import SiteStore
from ringtrail.core.database import Engine
from ringtrail.core.models import Account, Connection, Site


def _site(session: Session, account: int, name: str, hook: str | None) -> int:
    site = Site(
        account_id=account, name=name, key=f"key-{name}", origins=[], timezone="UTC",
        region="GB", created_at=1,
    )  # fmt: skip
    session.add(site)
    session.flush()
    assert site.id is not None
    if hook:
        session.add(
            Connection(
                account_id=account, site_id=site.id, kind="call_webhook", name="Calls",
                slug=hook, secret="s", created_at=1,
            )
        )  # fmt: skip
    return site.id


async def test_setups_are_the_readers_own(database: Engine) -> None:
    with Session(database.execution_options(writes=True)) as session:
        accounts = [Account(name=name, created_at=1) for name in ("mine", "theirs")]
        session.add_all(accounts)
        session.flush()
        mine, theirs = (account.id or 0 for account in accounts)
        sites = (
            _site(session, mine, "one", "hook-one"),
            _site(session, mine, "two", None),
            _site(session, theirs, "three", "hook-three"),
        )
        session.commit()
    found = await SiteStore(database).setups(Scoped(mine, sites, "manager"))
    assert found == [Setup("one", "key-one", "hook-one"), Setup("two", "key-two", None)]
