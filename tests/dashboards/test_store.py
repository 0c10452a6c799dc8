"""A reader gets the sites of the own account, with their call webhooks, and no others."""

from sqlmodel import Session

from dashboards.reading import Scoped, Setup, Unfilled
from dashboards.store import SiteStore
from ringtrail.core.database import Engine
from ringtrail.core.models import Account, Connection, Site, UnfilledMacro


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


async def test_setups_and_macros_are_the_readers_own(database: Engine) -> None:
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
        one, two, foreign = sites
        seen = [(one, "{a}", 1), (two, "{a}", 3), (two, "{b}", 2), (foreign, "{c}", 9)]
        session.add_all(
            UnfilledMacro(site_id=site, parameter="utm_term", macro=macro, last_seen=at)
            for site, macro, at in seen
        )
        session.commit()
    found = await SiteStore(database).setups(Scoped(mine, sites, "manager"))
    assert found == [Setup("one", "key-one", "hook-one"), Setup("two", "key-two", None)]
    macros = await SiteStore(database).unfilled(Scoped(mine, sites, "manager"))
    assert macros == [Unfilled("utm_term", "{a}"), Unfilled("utm_term", "{b}")]
