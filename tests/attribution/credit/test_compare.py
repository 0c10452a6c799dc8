"""Comparing models: each divides all conversions, and nobody is told of another's account."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import get_ident
from uuid import uuid5

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request

import attribution
from attribution.credit import LOOKBACK
from attribution.credit.compare import MODELS, Asked, compare
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import SetClock, utc
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Query
from tests.attribution.credit.shop import NOW, SPACE, Shop
from tests.attribution.credit.test_persons import called, form

PATH = "/api/v1/attribution/compare"
SINCE, UNTIL = date(2026, 8, 1), date(2026, 10, 30)
GOOD = {"authorization": "Bearer good"}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    opened.deliver(
        opened.visit("v1", "ann", 50_000, 0), opened.visit("v2", "ann", 3_000, 1),
        opened.contact("f1", 2_000, "ann"), opened.visit("v3", "bob", 9_000, 2),
        opened.contact("f2", 1_000, "bob"), opened.contact("f3", 500, None),
        opened.visit("v4", "cat", 9_000, 2),
    )  # fmt: skip
    yield opened
    opened.close()


def scope(shop: Shop, account: int | None = None) -> Scoped:
    return Scoped(shop.account if account is None else account, (shop.site,), "manager")


def test_each_model_divides_all_conversions(shop: Shop) -> None:
    found = compare(shop.warehouse, scope(shop), Asked(MODELS, "channel", SINCE, UNTIL))
    assert found.conversions == 3
    for place, model in enumerate(MODELS):
        assert sum(line.credits[place] for line in found.lines) == pytest.approx(3), model
    assert [side.model for side in found.sides] == list(MODELS)
    assert len({side.version for side in found.sides}) == len(MODELS)


def test_who_wins_stands_first(shop: Shop) -> None:
    found = compare(shop.warehouse, scope(shop), Asked(("last", "first"), "source", SINCE, UNTIL))
    lines = {line.label: line.credits for line in found.lines}
    assert lines == {
        "(direct) / (none)": (1, 0), "google / cpc": (0, 1),
        "newsletter / email": (1, 1), "(unknown) / (unknown)": (1, 1),
    }  # fmt: skip
    assert {line.label for line in found.lines[:2]} == {"(direct) / (none)", "google / cpc"}


def test_a_visitor_who_never_asked_weighs_on_the_chain(shop: Shop) -> None:
    """E-mail led one of two visitors to a contact, so without it less is lost."""
    found = compare(shop.warehouse, scope(shop), Asked(("markov",), "channel", SINCE, UNTIL))
    credits = {line.label: line.credits[0] for line in found.lines}
    assert credits["Unattributed"] == 1
    assert credits["Email"] == pytest.approx(2 * 1 / 3)
    assert credits["Direct"] == credits["Paid Search"] == pytest.approx(2 * 1 / 3)


def test_ways_are_those_of_persons(tmp_path: Path) -> None:
    """Two browsers went one way; who may have called went in part to a call, in part to none."""
    shop = Shop(tmp_path)
    shop.deliver(
        shop.visit("v1", "phone", 50_000, 0), form(shop, "f", 49_000, "phone", 1),
        shop.visit("v2", "desk", 9_000, 2), form(shop, "g", 8_000, "desk", 1),
        shop.visit("v3", "cat", 1_500, 1), shop.lease("v3", 1_500),
        shop.visit("v4", "dan", 700, 2), shop.lease("v4", 700), called(shop, "c", 600, None, 0),
    )  # fmt: skip
    likely = {row["visitor"]: row["probability"] for row in shop.rows("FROM mart_candidate")}
    cat, dan = likely[uuid5(SPACE, "cat")], likely[uuid5(SPACE, "dan")]
    values = {"account": shop.account, "sites": [shop.site], "since": SINCE, "until": UNTIL,
              "lookback_seconds": LOOKBACK, "by": "channel"}  # fmt: skip
    found = shop.warehouse.rows(Query.load("attribution", "reports/journeys.sql"), values)
    ways = {tuple(row["path"]): (row["conversions"], row["nulls"]) for row in found}
    assert ways == {
        ("Paid Search",): (1, 0), ("Paid Search", "Email"): (1, 0),
        ("Direct",): pytest.approx((cat, 1 - cat)), ("Email",): pytest.approx((dan, 1 - dan)),
    }  # fmt: skip
    shop.close()


def test_another_account_is_told_nothing(shop: Shop) -> None:
    stranger = scope(shop, shop.account + 1)
    for model in ("linear", "markov"):
        found = compare(shop.warehouse, stranger, Asked((model,), "channel", SINCE, UNTIL))
        assert (found.conversions, found.lines) == (0, ())


def test_a_model_that_is_none_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match="choose from first, last"):
        compare(shop.warehouse, scope(shop), Asked(("magic",), "channel", SINCE, UNTIL))


@pytest_asyncio.fixture
async def client(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    def scope_of(request: Request) -> Scoped | None:
        return (
            scope(shop) if request.headers.get("authorization") == GOOD["authorization"] else None
        )

    app = Starlette(routes=attribution.routes(shop.warehouse, SetClock(NOW), scope_of))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ringtrail") as asks:
        yield asks


async def test_over_http(client: httpx.AsyncClient) -> None:
    asked = {"models": "first,last", "by": "channel", "since": str(SINCE), "until": str(UNTIL)}
    answer = await client.get(PATH, params=asked, headers=GOOD)
    assert answer.status_code == 200
    assert answer.json()["conversions"] == 3
    assert answer.headers["cache-control"] == "no-store"


async def test_the_last_days_count_if_none_are_told(client: httpx.AsyncClient) -> None:
    asked = {"models": "first", "by": "channel"}
    answer = await client.get(PATH, params=asked, headers=GOOD)
    assert answer.status_code == 200
    until = utc(NOW).date() + timedelta(days=1)
    days = {"since": str(until - timedelta(days=31)), "until": str(until)}
    told = await client.get(PATH, params=asked | days, headers=GOOD)
    assert answer.json() == told.json()
    assert answer.json()["conversions"] == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [({"models": ""}, "models"), ({"models": "magic"}, "model"), ({"by": "moon"}, "malformed"),
     ({"since": "x"}, "malformed"), ({"since": "2027-01-01"}, "period"),
     ({"order": "many"}, "malformed"), ({"order": "0"}, "malformed")],
)  # fmt: skip
async def test_what_is_refused(
    client: httpx.AsyncClient, change: dict[str, str], code: str
) -> None:
    asked = {"models": "first", "by": "channel", "since": str(SINCE), "until": str(UNTIL)}
    answer = await client.get(PATH, params=asked | change, headers=GOOD)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert (await client.get(PATH, params=asked)).status_code == 401


async def test_who_asks_is_looked_up_beside_the_event_loop(shop: Shop) -> None:
    """The look-up reads the store, and nobody else is answered while the loop waits for it."""
    threads: list[int] = []

    def scope_of(_request: Request) -> Scoped | None:
        threads.append(get_ident())
        return None

    app = Starlette(routes=attribution.routes(shop.warehouse, SetClock(NOW), scope_of))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test"
    ) as asks:
        answers = [await asks.get(path) for path in (PATH, "/api/v1/reports/calls")]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    assert len(threads) == len(answers)
    assert get_ident() not in threads
