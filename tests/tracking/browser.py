"""A browser without a page: sends hits of one site and remembers what the script would."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Engine, select

from ringtrail.core.clock import SetClock
from ringtrail.core.facts import Fact, NumberOwned, PoolDescribed
from ringtrail.core.inbox import opened
from ringtrail.core.models import InboxRow
from ringtrail.store import Opened
from tracking import pipeline
from tracking import store as visits
from tracking.client import Client
from tracking.hit import Hit, Ledgers, Page
from tracking.schemas import VisitBody
from tracking.share import Shares

URL = "https://shop.example/tyres?utm_source=yandex&utm_medium=cpc&utm_campaign=autumn&email=a"
REFERRER = "https://yandex.ru/search?phone=84951234567&text=tyres"


class Browser:
    """Sends hits of one site's pages and remembers what a browser would."""

    def __init__(self, engine: Engine, site: Opened, clock: SetClock) -> None:
        self._engine = engine.execution_options(writes=True)
        self.site = site
        self.clock = clock
        self.client = Client(origin="https://shop.example")
        self.ledgers = Ledgers(Shares(0.5))
        self.visitor: UUID | None = None
        self.visit: UUID | None = None

    def body(self, **changes: Any) -> VisitBody:
        now = self.clock.now() / 1000
        values: dict[str, Any] = {
            "event_id": uuid4(), "site": self.site.site_key, "at": now, "sent_at": now,
            "url": URL, "referrer": REFERRER, "title": "Tyres", "visitor": self.visitor,
            "visit": self.visit, "screen": (390, 844), "language": "ru",
            "timezone": "Europe/Moscow", "client_ids": {"ga": "1.2", "ym": None},
            "consent": {"state": "granted", "version": "3"},
        }  # fmt: skip
        return msgspec.convert(values | changes, VisitBody)

    def send(self, body: VisitBody) -> bytes:
        answer = self.run(body).answer
        assert answer is not None
        return answer

    def run(self, body: VisitBody) -> Hit:
        with self._engine.begin() as store:
            site = visits.site(store, body.site)
            assert site is not None
            now = self.clock.now()
            page = Page(body, self.client)
            (hit,) = pipeline.run(store, [page], {body.site: site}, self.ledgers, now)
        pipeline.count(hit)
        return hit

    def open(self, **changes: Any) -> Any:
        answer = msgspec.json.decode(self.send(self.body(**changes)))
        if answer["visitor"] is not None:
            self.visitor = UUID(answer["visitor"])
            self.visit = UUID(answer["visit"]) if answer["visit"] else None
        return answer


def facts(engine: Engine) -> list[Fact]:
    """What is in the inbox, but for pools and numbers, of which setting the site up has told."""
    table = vars(InboxRow)["__table__"]
    with engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c.seq)).all()
    lines = [opened(row.kind, row.body) for row in rows]
    for told, row in zip(lines, rows, strict=True):
        named = [fact for fact in told if fact.id() == row.fact_id]
        assert [(fact.account, fact.occurred_at) for fact in named] == [
            (row.account_id, row.occurred_at)
        ]
    found = [fact for told in lines for fact in told]
    return [fact for fact in found if not isinstance(fact, (NumberOwned, PoolDescribed))]


def count(engine: Engine, kind: type[Fact]) -> int:
    return sum(isinstance(fact, kind) for fact in facts(engine))
