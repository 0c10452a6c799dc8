"""Page views that the writer has at once, on both operational stores."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
from sqlalchemy import Engine, select
from starlette.applications import Starlette

import tracking
from ringtrail import store
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer
from ringtrail.core.facts import LeaseOpened, Page, Visit
from ringtrail.core.models import CurrentVisit
from ringtrail.core.models.numbers import LEASE
from ringtrail.store import Opened
from tests.conftest import Tables
from tests.tracking.browser import Browser, count, facts
from tests.tracking.conftest import CHROME, LIMIT
from tests.tracking.contract import ORIGIN, Bodies, post
from tracking import pipeline
from tracking import store as visits
from tracking.hit import Hit
from tracking.hit import Page as Arrived
from tracking.schemas import VisitBody

ANNA, BORIS = UUID(int=101), UUID(int=102)
CURRENT = vars(CurrentVisit)["__table__"]


def run(database: Engine, browser: Browser, *bodies: VisitBody) -> list[Hit]:
    with database.execution_options(writes=True).begin() as connection:
        sites = {body.site: visits.site(connection, body.site) for body in bodies}
        known = {key: site for key, site in sites.items() if site}
        pages = [Arrived(body, browser.client) for body in bodies]
        return pipeline.run(connection, pages, known, browser.ledgers, browser.clock.now())


def answers(hits: list[Hit]) -> list[Any]:
    return [msgspec.json.decode(hit.answer or b"null") for hit in hits]


def test_each_of_a_window_gets_a_number_of_their_own(database: Engine, browser: Browser) -> None:
    shown = answers(run(database, browser, *(browser.body() for _ in range(3))))
    numbers = [number["number"] for answer in shown for number in answer["numbers"]]
    assert sorted(numbers) == ["+74950000001", "+74950000002", "+74951234567"]
    assert len({answer["visit"] for answer in shown}) == 3
    assert [count(database, kind) for kind in (Visit, Page, LeaseOpened)] == [3, 3, 2]


def test_two_pages_of_one_person_are_one_visit_as_if_one_came_later(
    database: Engine, browser: Browser
) -> None:
    first = browser.open()
    cart = "https://shop.example/cart"
    bodies = [browser.body(url=f"{cart}/{step}", referrer=cart) for step in range(3)]
    pages = answers(run(database, browser, *bodies))
    assert pages == [first] * 3
    assert [count(database, kind) for kind in (Visit, Page, LeaseOpened)] == [1, 4, 1]


def test_two_visits_of_one_person_hand_the_number_on(database: Engine, browser: Browser) -> None:
    begun = run(database, browser, *(browser.body(visitor=ANNA) for _ in range(2)))
    former, latter = answers(begun)
    assert former["visit"] != latter["visit"]
    assert former["numbers"][0]["number"] == latter["numbers"][0]["number"]
    assert [fact.visit for fact in facts(database) if isinstance(fact, LeaseOpened)] == [
        UUID(former["visit"]), UUID(latter["visit"])
    ]  # fmt: skip


def test_an_event_that_comes_twice_at_once_is_stored_once(
    database: Engine, browser: Browser, tables: Callable[[], Tables]
) -> None:
    body = browser.body()
    other = browser.body(visitor=BORIS)
    first, second, third = run(database, browser, body, other, body)
    assert first.answer == third.answer != second.answer
    assert (count(database, Visit), len(tables()["lease"])) == (2, 2)


def test_dropped_and_answered_hits_leave_the_others_alone(
    database: Engine, browser: Browser
) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "prerender": {"prerender": True},
        "no_consent": {"consent": {"state": "denied"}},
    }
    bodies = [browser.body(), *(browser.body(**changes) for changes in kinds.values())]
    hits = run(database, browser, *bodies, browser.body(mode="cookieless"), browser.body())
    assert [hit.dropped for hit in hits] == [None, *kinds, None, None]
    assert [hit.begins for hit in hits] == [True, False, False, False, True]
    assert all(hit.answer for hit in hits)


def test_the_sites_of_a_window_keep_their_numbers_apart(
    database: Engine, browser: Browser, site: Opened, clock: SetClock
) -> None:
    account = store.open_account(database, clock, "Other")
    other = store.open_site(
        database, clock, account,
        store.NewSite("Wheels", ("https://shop.example",), "Europe/Moscow", "RU", "+74957777777",
                      ("+74950000009",)),
    )  # fmt: skip
    bodies = [
        browser.body(site=key, visitor=visitor)
        for key in (site.site_key, other.site_key)
        for visitor in (ANNA, BORIS)
    ]
    shown = [answer["numbers"][0] for answer in answers(run(database, browser, *bodies))]
    assert [(one["original"], one["number"]) for one in shown] == [
        ("+74951234567", "+74950000001"), ("+74951234567", "+74950000002"),
        ("+74957777777", "+74950000009"), ("+74957777777", "+74957777777"),
    ]  # fmt: skip


async def test_an_unknown_site_is_told_so_and_takes_no_other_with_it(
    client: httpx.AsyncClient, body: Bodies
) -> None:
    bodies = [body(visit=None), body(site="x"), body(visit=None), body(visitor=str(uuid4()))]
    asked = (post(client, "/v1/visit", one) for one in bodies)
    assert [answer.status_code for answer in await asyncio.gather(*asked)] == [200, 404, 200, 200]


class Full(Writer):
    """Begins when so many pieces have been handed in, so that they are of one window."""

    def __init__(self, engine: Engine, pieces: int) -> None:
        super().__init__(engine)
        self._missing = pieces

    def _hand_in(self, handed: Any) -> None:
        super()._hand_in(handed)
        self._missing -= 1
        if not self._missing:
            self.start()


async def ask_at_once(
    database: Engine, clock: SetClock, *asked: tuple[str, dict[str, Any]]
) -> list[httpx.Response]:
    writer = Full(database, len(asked))
    app = Starlette(routes=tracking.routes(writer, clock, max_body=LIMIT))
    transport, headers = httpx.ASGITransport(app), {"user-agent": CHROME}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://ringtrail.example", headers=headers
    ) as client:
        answers = await asyncio.gather(*(post(client, path, body) for path, body in asked))
    writer.stop()
    return answers


def leases(database: Engine) -> list[tuple[bool, bool]]:
    """Of each lease whether its visitor has left, and whether its visit may go on."""
    with database.connect() as connection:
        rows = connection.execute(
            select(LEASE.c.left_at, CURRENT.c.id)
            .outerjoin(CURRENT, CURRENT.c.id == LEASE.c.visit)
            .order_by(LEASE.c.opened_at, LEASE.c.id)
        )
        return [(row.left_at is not None, row.id is not None) for row in rows]


async def test_who_leaves_a_page_for_the_next_is_still_there(
    database: Engine, browser: Browser, clock: SetClock, body: Bodies
) -> None:
    lease = browser.open()["numbers"][0]["lease"]
    own = {"visitor": str(browser.visitor), "visit": str(browser.visit), "url": f"{ORIGIN}/cart"}
    await ask_at_once(
        database, clock,
        ("/v1/leave", body(**own, leases=[lease])), ("/v1/visit", body(**own)),
        ("/v1/visit", body(visit=None)),
    )  # fmt: skip
    assert leases(database) == [(False, True)] * 2


async def test_a_no_that_follows_its_page_view_is_the_last_word(
    database: Engine, browser: Browser, clock: SetClock, body: Bodies
) -> None:
    browser.open()
    own = {"visitor": str(browser.visitor), "visit": str(browser.visit), "url": f"{ORIGIN}/cart"}
    await ask_at_once(
        database, clock,
        ("/v1/visit", body(visit=None)), ("/v1/visit", body(**own)),
        ("/v1/beat", body(**own, consent={"state": "denied"})),
    )  # fmt: skip
    assert leases(database) == [(True, False), (False, True)]
