"""Numbers of a pool that stand in a page: named to whoever sees the page, on both stores."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import Engine

from numbers_pool import store as pool
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer
from ringtrail.store import NewSite, Opened, open_site

ORIGIN = "https://shop.example"
ORIGINAL = "+74951234567"
Ask = Callable[..., Any]


@pytest.fixture
def ask(client: httpx.AsyncClient, site: Opened, clock: SetClock) -> Ask:
    async def post(path: str, **said: Any) -> Any:
        now = clock.now() // 1000
        body = {"event_id": str(uuid4()), "site": site.site_key, "at": now, "sent_at": now}
        answer = await client.post(f"/v1/{path}", json=body | said, headers={"origin": ORIGIN})
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    return post


async def opened(ask: Ask, **said: Any) -> Any:
    return await ask("visit", url=f"{ORIGIN}/?utm_source=yandex", **said)


async def report(ask: Ask, visit: str, *numbers: str) -> Any:
    fields = {"name": "hard_coded_number", "number": " ".join(numbers)}
    return await ask("event", kind="custom", visit=visit, page=f"{ORIGIN}/contact", fields=fields)


def pairs(answer: Any) -> list[tuple[str, str]]:
    return [(one["original"], one["number"]) for one in answer.get("numbers", [])]


async def test_the_report_is_answered_with_the_visit_s_own_number(ask: Ask, site: Opened) -> None:
    own, other = site.numbers[:2]
    visit = await opened(ask)
    answer = await report(ask, visit["visit"], "+74950009999", "8" + other[2:], own)
    assert pairs(answer) == [(other, own)]
    (entry,) = answer["numbers"]
    assert (entry["lease"], entry["overflow"], entry["country_code"]) == (None, False, "7")
    assert answer["contact"] is None


async def test_later_pages_are_told_at_once_and_no_other_number_is_taken(
    ask: Ask, site: Opened
) -> None:
    own, other = site.numbers[:2]
    first = await opened(ask)
    await report(ask, first["visit"], other)
    later = await opened(ask, visit=first["visit"], visitor=first["visitor"])
    assert pairs(later) == [(other, own), (ORIGINAL, own)]
    # To whom the written number is leased it is theirs.
    assert pairs(await opened(ask)) == [(ORIGINAL, other)]


async def test_without_a_free_number_the_business_number_takes_its_place(
    ask: Ask, site: Opened
) -> None:
    visits = [await opened(ask) for _ in site.numbers]
    await report(ask, visits[0]["visit"], site.numbers[1])
    assert pairs(await opened(ask)) == [(site.numbers[1], ORIGINAL), (ORIGINAL, ORIGINAL)]


async def test_a_lost_lease_is_renewed_for_the_written_number_too(
    ask: Ask, site: Opened, clock: SetClock
) -> None:
    visit = await opened(ask)
    other = site.numbers[1]
    await report(ask, visit["visit"], other)
    clock.forward(hours=2)
    for _ in site.numbers:
        await opened(ask)  # both numbers are others' now
    beat = await ask("beat", visit=visit["visit"], leases=[visit["numbers"][0]["lease"]])
    assert pairs(beat) == [(other, ORIGINAL), (ORIGINAL, ORIGINAL)]


async def test_a_number_that_went_to_another_site_is_not_named(
    ask: Ask, database: Engine, site: Opened, clock: SetClock
) -> None:
    other = site.numbers[1]
    first = await opened(ask)
    await report(ask, first["visit"], other)
    new = NewSite(
        "B", ("https://b.example",), "Europe/Moscow", "RU", "+74957770000", ("+74957770001",)
    )
    theirs = open_site(database, clock, None, new)

    def move(store: pool.Store) -> None:
        (their,) = pool.pools(store, account=theirs.account, now=clock.now())
        pool.move(store, number=other, pool=their.pool, now=clock.now())

    Writer(database).immediate(move)
    clock.forward(minutes=1)
    later = await opened(ask, visit=first["visit"], visitor=first["visitor"])
    assert pairs(later) == [(ORIGINAL, site.numbers[0])]
    assert pairs(await report(ask, first["visit"], other)) == []
