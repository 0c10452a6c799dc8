"""A shop with a pool on an open transaction, for the tests of numbers_pool."""

from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert

from numbers_pool import Card, Holder, Shown, store
from ringtrail.core.clock import SECOND, Micros
from ringtrail.core.facts import Fact
from ringtrail.core.models import Account, Site

CARD = Card("yandex", "cpc", "autumn", None, "paid_search", "/tyres", "/tyres")
START = 1_700_000_000
ORIGINAL = "+74951234567"
A, B, C = (UUID(int=n) for n in (1, 2, 3))
_serial = count(1)


def at(seconds: int) -> Micros:
    return Micros((START + seconds) * SECOND)


class House:
    """An account with a site and a pool, on an open transaction."""

    def __init__(self, connection: Connection, numbers: int = 2, **options: Any) -> None:
        self.store = connection
        self.account = self._insert(Account, name="Tyres", created_at=0, demo=False)
        self.site = self.new_site()
        self.numbers = [f"+7495{next(_serial):07}" for _ in range(numbers)]
        self.pool = self.new_pool(self.numbers, original=ORIGINAL, **options)

    def _insert(self, model: type[Account] | type[Site], **values: object) -> int:
        table = vars(model)["__table__"]
        key: int = self.store.execute(
            insert(table).values(**values).returning(table.c.id)
        ).scalar_one()
        return key

    def new_site(self) -> int:
        return self._insert(
            Site,
            account_id=self.account,
            name="Shop",
            key=uuid4().hex,
            origins=[],
            timezone="Europe/Moscow",
            region="RU",
            created_at=0,
        )

    def new_pool(self, numbers: list[str], *, original: str = ORIGINAL, **options: Any) -> int:
        pool, _ = store.create_pool(
            self.store,
            account=self.account,
            site=self.site,
            name="Main",
            original=original,
            numbers=numbers,
            now=at(0),
            **{"audit_share": 0.0, **options},
        )
        return pool

    def lease(
        self, visit: UUID, seconds: int, card: Card = CARD, visitor: UUID | None = None
    ) -> tuple[Shown, list[Fact]]:
        shown, facts = store.lease(
            self.store,
            account=self.account,
            site=self.site,
            visit=visit,
            card=card,
            visitor=visitor,
            now=at(seconds),
        )
        assert len(shown) == 1
        return shown[0], facts

    def beat(
        self, visit: UUID, lease: UUID | None, seconds: int, page: str | None = None
    ) -> tuple[list[Shown], list[Fact]]:
        asked = [] if lease is None else [lease]
        return store.beat(
            self.store, site=self.site, visit=visit, leases=asked, page=page, now=at(seconds)
        )

    def leave(self, visit: UUID, lease: UUID | None, seconds: int) -> None:
        asked = [] if lease is None else [lease]
        store.leave(self.store, site=self.site, visit=visit, leases=asked, now=at(seconds))

    def pin(self, visit: UUID, lease: UUID | None, until: int) -> None:
        assert lease is not None
        store.pin(self.store, site=self.site, visit=visit, lease=lease, until=at(until))

    def close(self, seconds: int, limit: int = 500) -> list[Fact]:
        return store.close_expired(self.store, now=at(seconds), limit=limit)

    def holder(self, number: str, seconds: int) -> Holder | None:
        found = store.holders(self.store, number, at(seconds))
        assert len(found) <= 1
        return found[0] if found else None
