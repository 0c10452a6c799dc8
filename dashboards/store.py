"""The sites of a reader from the operational store: for first steps, and for what to mend.

Who: the composition root makes `SiteStore`; the pages know it as `reading.Sites`. What can go
wrong: a site without a call webhook; its `hook` is then None.
"""

import asyncio

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from dashboards.reading import Scoped, Setup, Unfilled
from ringtrail.core.models import Connection, Site, UnfilledMacro


class SiteStore:
    """Reads sites, their call webhooks and the macros that nobody filled in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def setups(self, scope: Scoped) -> list[Setup]:
        """The reader's sites in the order in which they were made."""
        return await asyncio.to_thread(self._read, scope)

    async def unfilled(self, scope: Scoped) -> list[Unfilled]:
        """What visits of the last days came with, the newest first."""
        return await asyncio.to_thread(self._unfilled, scope)

    def _unfilled(self, scope: Scoped) -> list[Unfilled]:
        mine = (col(Site.account_id) == scope.account, col(Site.id).in_(scope.sites))
        rows = (
            select(UnfilledMacro)
            .join(Site, col(Site.id) == UnfilledMacro.site_id)
            .where(*mine)
            .order_by(col(UnfilledMacro.last_seen).desc(), col(UnfilledMacro.parameter))
        )
        with Session(self._engine) as session:
            found = session.exec(rows).all()
            return list(dict.fromkeys(Unfilled(row.parameter, row.macro) for row in found))

    def _read(self, scope: Scoped) -> list[Setup]:
        mine = (col(Site.account_id) == scope.account, col(Site.id).in_(scope.sites))
        hooks = (
            select(Connection.site_id, Connection.slug)
            .where(Connection.account_id == scope.account, Connection.kind == "call_webhook")
            .order_by(col(Connection.id).desc())
        )
        with Session(self._engine) as session:
            slugs = dict(session.exec(hooks).all())
            sites = session.exec(select(Site).where(*mine).order_by(col(Site.id))).all()
            return [Setup(site.name, site.key, slugs.get(site.id or 0)) for site in sites]
