"""Signed hooks: who is let in, who is not, and that each telling of a call is kept once."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from starlette.applications import Starlette
from starlette.routing import Route

from numbers_pool import store as pool
from ringtrail import store
from ringtrail.core import phone
from ringtrail.core.clock import HOUR, SECOND, Micros, SetClock, utc
from ringtrail.core.connect import Hooks, sign
from ringtrail.core.database import Writer
from ringtrail.core.facts import (
    Call,
    Fact,
    NumberOwned,
    PoolDescribed,
    SiteDescribed,
    UnknownNumber,
    decode,
    encode,
)
from ringtrail.core.models import InboxRow
from ringtrail.store import NewSite, Opened
from telephony_bridge import HANDLERS
from tests.conftest import Tables

LIMIT = 4096
TOLERANCE = 300
SETTING_UP = (SiteDescribed, PoolDescribed, NumberOwned)
CALL = {
    "call": "c-1",
    "number": "8 (495) 000-00-01",
    "caller": "8 916 765-43-21",
    "started_at": "2026-09-21T15:00:00.25+03:00",
    "outcome": "answered",
    "ring_seconds": 7,
    "talk_seconds": 93,
}


class Pbx:
    """Signs and sends calls to one hook."""

    def __init__(self, client: httpx.AsyncClient, site: Opened, clock: SetClock) -> None:
        self._client = client
        self._site = site
        self._clock = clock

    async def send(
        self,
        body: object = CALL,
        *,
        slug: str | None = None,
        secret: str | None = None,
        late: int = 0,
        headers: dict[str, str | None] | None = None,
    ) -> httpx.Response:
        """Deliver; `late` is how many seconds ago it was signed, a header of None is left out."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        timestamp = str(self._clock.now() // SECOND - late)
        signed = {
            "x-ringtrail-timestamp": timestamp,
            "x-ringtrail-signature": sign(secret or self._site.hook_secret, timestamp, content),
        } | (headers or {})
        return await self._client.post(
            f"/hooks/{slug or self._site.hook}",
            content=content,
            headers={name: value for name, value in signed.items() if value is not None},
        )


@pytest_asyncio.fixture
async def client(database: Engine, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    writer = Writer(database)
    writer.start()
    hooks = Hooks(writer, clock, HANDLERS, tolerance_seconds=TOLERANCE, max_body=LIMIT)
    app = Starlette(routes=[Route("/hooks/{connection}", hooks.receive, methods=["POST"])])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://ringtrail.example"
    ) as asks:
        yield asks
    writer.stop()


@pytest.fixture
def pbx(client: httpx.AsyncClient, site: Opened, clock: SetClock) -> Pbx:
    return Pbx(client, site, clock)


@pytest.fixture
def told(database: Engine, site: Opened) -> Callable[[], list[Fact]]:
    """What the inbox holds beside what the set-up of the site told."""
    table = vars(InboxRow)["__table__"]

    def read() -> list[Fact]:
        with database.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.seq)).all()
        facts = [decode(row.kind, row.body) for row in rows]
        return [fact for fact in facts if not isinstance(fact, SETTING_UP)]

    return read


def check(response: httpx.Response, status: int, code: str, field: str | None = None) -> None:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert (error["code"], error["field"], bool(error["message"])) == (code, field, True)


async def test_a_good_signature_is_taken(
    pbx: Pbx, site: Opened, clock: SetClock, told: Callable[[], list[Fact]]
) -> None:
    response = await pbx.send()
    assert response.status_code == 202
    (call,) = told()
    assert isinstance(call, Call)
    assert response.json() == {"call": str(call.call), "unknown_number": False, "holders": []}
    assert (call.account, call.site, call.key) == (site.account, site.site, f"{site.hook}:c-1")
    assert (call.number, call.caller) == ("+74950000001", "+79167654321")
    assert utc(call.occurred_at).isoformat() == "2026-09-21T12:00:00.250000+00:00"
    assert (call.outcome, call.ring_seconds, call.talk_seconds) == ("answered", 7, 93)
    assert call.told_at == clock.now()


@pytest.mark.parametrize("late", [TOLERANCE, -TOLERANCE, 0])
async def test_the_edge_of_the_tolerance_is_taken(pbx: Pbx, late: int) -> None:
    assert (await pbx.send(late=late)).status_code == 202


async def test_what_is_not_signed_as_agreed_is_forbidden(
    pbx: Pbx,
    database: Engine,
    site: Opened,
    clock: SetClock,
    tables: Callable[[], Tables],
) -> None:
    new = NewSite("Other", ("https://b.example",), "UTC", "RU", "+74951234568", ("+74950000009",))
    other = store.open_site(database, clock, site.account, new)
    now, good = str(clock.now() // SECOND), json.dumps(CALL).encode()
    signature = sign(site.hook_secret, now, good)
    before = tables()
    for wrong in (
        {"secret": "another"},
        {"secret": other.hook_secret},
        {"slug": other.hook},
        {"headers": {"x-ringtrail-signature": None}},
        {"headers": {"x-ringtrail-signature": ""}},
        {"headers": {"x-ringtrail-signature": signature.removeprefix("sha256=")}},
        {"headers": {"x-ringtrail-signature": signature.upper()}},
        {"headers": {"x-ringtrail-timestamp": None}},
        {"headers": {"x-ringtrail-timestamp": str(int(now) - 1)}},
        {"headers": {"x-ringtrail-timestamp": now + "0"}},
        {"body": good + b" ", "headers": {"x-ringtrail-signature": signature}},
        {"body": b"{", "secret": "another"},
    ):
        arguments: dict[str, Any] = wrong
        check(await pbx.send(**arguments), 403, "signature")
    for late in (TOLERANCE + 1, -TOLERANCE - 1, 10 * TOLERANCE):
        check(await pbx.send(late=late), 403, "stale")
    for timestamp in ("", "soon", "-1", "1e9", "\u00b2"):
        headers: dict[str, Any] = {
            "x-ringtrail-timestamp": timestamp.encode("latin-1"),
            "x-ringtrail-signature": sign(site.hook_secret, timestamp, good),
        }
        check(await pbx.send(good, headers=headers), 403, "stale")
    assert tables() == before


@pytest.mark.parametrize("slug", ["unknown", "%00", "a%0Ab"])
async def test_an_unknown_address_is_not_found(
    pbx: Pbx, tables: Callable[[], Tables], slug: str
) -> None:
    before = tables()
    check(await pbx.send(slug=slug), 404, "connection")
    assert tables() == before


async def test_a_huge_body_is_refused_before_it_is_read(
    client: httpx.AsyncClient, site: Opened, tables: Callable[[], Tables]
) -> None:
    before, sent = tables(), 0

    async def long() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1024
            yield b" " * 1024

    check(await client.post(f"/hooks/{site.hook}", content=long()), 413, "size")
    assert sent == LIMIT + 1024
    assert tables() == before


async def test_a_malformed_body_names_the_field(pbx: Pbx, tables: Callable[[], Tables]) -> None:
    before = tables()
    for changes, field in (
        ({"call": ...}, "call"),
        ({"call": ""}, "call"),
        ({"number": 84950000001}, "number"),
        ({"caller": "1" * 65}, "caller"),
        ({"direction": "up"}, "direction"),
        ({"started_at": "2026-09-21T15:00:00"}, "started_at"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "2263-01-01T00:00:00+00:00"}, "started_at"),
        ({"started_at": "1969-12-31T00:00:00+00:00"}, "started_at"),
        ({"outcome": "hung_up"}, "outcome"),
        ({"talk_seconds": -1}, "talk_seconds"),
        ({"ring_seconds": 1.5}, "ring_seconds"),
        ({"colour": "red"}, "colour"),
    ):
        values: dict[str, Any] = CALL | changes
        body = {name: value for name, value in values.items() if value is not ...}
        check(await pbx.send(body), 400, "malformed", field)
    for content in (b"", b"{", b"[]", b"\xff"):
        check(await pbx.send(content), 400, "malformed")
    assert tables() == before


async def test_the_same_delivery_twice_is_one_row(
    pbx: Pbx, clock: SetClock, tables: Callable[[], Tables]
) -> None:
    first = await pbx.send()
    before = tables()
    again = await pbx.send()
    clock.forward(hours=1)
    later = await pbx.send()
    assert first.json() == again.json() == later.json()
    assert tables() == before


async def test_another_body_under_the_same_key_is_a_second_telling_of_the_call(
    pbx: Pbx, clock: SetClock, told: Callable[[], list[Fact]]
) -> None:
    await pbx.send()
    clock.forward(minutes=1)
    await pbx.send(CALL | {"talk_seconds": 94})
    first, second = told()
    assert isinstance(first, Call) and isinstance(second, Call)
    assert (first.key, first.call) == (second.key, second.call)
    assert first.id() != second.id()
    assert (first.talk_seconds, second.talk_seconds) == (93, 94)
    assert first.told_at < second.told_at


async def test_the_same_key_of_another_connection_is_another_call(
    pbx: Pbx,
    client: httpx.AsyncClient,
    database: Engine,
    site: Opened,
    clock: SetClock,
    told: Callable[[], list[Fact]],
) -> None:
    new = NewSite("Other", ("https://b.example",), "UTC", "RU", "+74951234568", ("+74950000009",))
    other = store.open_site(database, clock, site.account, new)
    await pbx.send()
    await Pbx(client, other, clock).send()
    assert len({call.call for call in told() if isinstance(call, Call)}) == 2


@pytest.mark.parametrize(
    ("told_number", "number"),
    [
        ("+7 495 000-00-99", "+74950000099"),
        ("8 (495) 000-00-99", "+74950000099"),
        ("no number at all", "no number at all"),
        ("112", "112"),
    ],
)
async def test_an_unknown_number_is_a_fact_in_one_spelling(
    pbx: Pbx, site: Opened, told: Callable[[], list[Fact]], told_number: str, number: str
) -> None:
    response = await pbx.send(CALL | {"number": told_number})
    assert response.status_code == 202
    assert response.json() == {"call": None, "unknown_number": True, "holders": []}
    (fact,) = told()
    assert isinstance(fact, UnknownNumber)
    assert (fact.number, fact.caller, fact.connection) == (number, "+79167654321", site.hook)
    assert (fact.account, fact.site) == (site.account, site.site)


async def test_another_accounts_number_is_unknown(
    client: httpx.AsyncClient, database: Engine, site: Opened, clock: SetClock
) -> None:
    account = store.open_account(database, clock, "Rival")
    new = NewSite("Rival", ("https://b.example",), "UTC", "RU", "+74951234568", ("+74950000009",))
    rival = Pbx(client, store.open_site(database, clock, account, new), clock)
    assert (await rival.send()).json()["unknown_number"]
    assert not (await rival.send(CALL | {"number": "+74950000009"})).json()["unknown_number"]


async def test_a_call_is_whose_the_number_was_when_it_rang(
    client: httpx.AsyncClient, pbx: Pbx, database: Engine, clock: SetClock
) -> None:
    """The number goes to a rival; each account is shown the calls of its own time alone."""
    account = store.open_account(database, clock, "Rival")
    new = NewSite("Rival", ("https://b.example",), "UTC", "RU", "+74951234568", ("+74950000009",))
    opened = store.open_site(database, clock, account, new)
    rival = Pbx(client, opened, clock)
    moved = Micros(clock.now() - HOUR)

    def move(connection: pool.Store) -> None:
        theirs = pool.owner(connection, "+74950000009", moved)
        assert theirs is not None and theirs.pool is not None
        pool.move(connection, number="+74950000001", pool=theirs.pool, now=moved)

    Writer(database).immediate(move)
    for before, whose in ((1, pbx), (0, rival)):
        at = {"started_at": utc(moved - before).isoformat(), "call": f"c-{before}"}
        for sender in (pbx, rival):
            answer = (await sender.send(CALL | at)).json()
            assert answer["unknown_number"] == (sender is not whose)


async def test_a_withheld_or_garbled_caller_never_costs_the_call(
    pbx: Pbx, told: Callable[[], list[Fact]]
) -> None:
    callers = (None, "", "anonymous", "+49 1234 5678 901 2345", "sip:ann@pbx", "\0")
    for index, caller in enumerate(callers):
        body = CALL | {"call": f"c-{index}", "caller": caller}
        assert (await pbx.send(body)).status_code == 202
    assert [fact.caller for fact in told() if isinstance(fact, Call)] == [None] * len(callers)


@given(st.text(st.sampled_from("+0123456789 ()-x"), max_size=64), st.sampled_from(["RU", "DE"]))
def test_what_is_read_as_a_phone_fits_a_fact(caller: str, region: str) -> None:
    call = Call(
        account=1, site=1, occurred_at=Micros(HOUR), source_id="1", key="1",
        call=UUID(int=1), told_at=Micros(HOUR), number="+74950000001",
        caller=phone.parse(caller, region), outcome="missed",
    )  # fmt: skip
    assert decode("call", encode(call)) == call
