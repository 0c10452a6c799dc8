"""The public contract over HTTP: what is answered, what is refused, and that a refusal leaves no
trace in any table."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import httpx
import pytest

from ringtrail.core.clock import MINUTE, SECOND, SetClock
from ringtrail.store import Opened
from tests.conftest import Tables
from tests.tracking.conftest import LIMIT
from tests.tracking.contract import ORIGIN, PATHS, Bodies, post, refused


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_no_json_object_is_malformed(
    client: httpx.AsyncClient, site: Opened, tables: Callable[[], Tables], path: str
) -> None:
    before = tables()
    for content in (b"", b"{", b"[]", b"null", b"\xff", b'{"event_id": "\xff"}', b"[" * 4000):
        response = await post(client, path, content)
        assert (response.status_code, response.json()["error"]["code"]) == (400, "malformed")
    assert tables() == before


WRONG: tuple[tuple[str, str, object], ...] = (
    *((path, name, ...) for path in PATHS for name in ("event_id", "site", "at", "sent_at")),
    *((path, "event_id", "x") for path in PATHS),
    *((path, "at", -1) for path in PATHS),
    *((path, "sent_at", "now") for path in PATHS),
    *((path, "site", "") for path in PATHS),
    *((path, "site", "a\0") for path in PATHS),
    ("/v1/visit", "url", ...),
    ("/v1/visit", "url", "ftp://shop.example"),
    ("/v1/visit", "url", "https://shop.example/\0"),
    ("/v1/visit", "referrer", "https://a.example\0/"),
    ("/v1/visit", "visitor", "ann"),
    ("/v1/visit", "language", "x" * 256),
    ("/v1/visit", "screen", [1]),
    ("/v1/visit", "screen[1]", [1, 10**300]),
    ("/v1/visit", "screen[0]", [-1, 1]),
    ("/v1/beat", "visit", ...),
    ("/v1/beat", "leases[1]", [str(uuid4()), "x"]),
    ("/v1/beat", "leases", [str(uuid4())] * 33),
    ("/v1/leave", "visit", None),
)


async def test_a_field_that_is_wrong_is_named(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables]
) -> None:
    before = tables()
    for path, field, value in WRONG:
        response = await post(client, path, body(**{field.partition("[")[0]: value}))
        await refused(response, 400, "malformed", field)
    assert tables() == before


@pytest.mark.parametrize("path", PATHS)
async def test_an_unknown_site_is_not_found(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables], path: str
) -> None:
    before = tables()
    await refused(await post(client, path, body(site="unknown")), 404, "site", "site")
    assert tables() == before


@pytest.mark.parametrize("path", PATHS)
async def test_a_foreign_origin_is_forbidden(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables], path: str
) -> None:
    before = tables()
    for origin in (
        None, "null", "https://evil.example", "http://shop.example", "https://shop.example:444",
        "https://shop.example.evil.example", "https://www.shop.example", "https://shop.example/",
    ):  # fmt: skip
        await refused(await post(client, path, body(), origin), 403, "origin", None)
    assert tables() == before


@pytest.mark.parametrize("path", PATHS)
async def test_a_body_is_read_no_further_than_its_limit(
    client: httpx.AsyncClient, site: Opened, tables: Callable[[], Tables], path: str
) -> None:
    before, sent = tables(), 0

    async def long() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1024
            yield b" " * 1024

    response = await client.post(path, content=long(), headers={"origin": ORIGIN})
    await refused(response, 413, "size", None)
    assert sent == LIMIT + 1024
    assert tables() == before


async def test_a_body_as_large_as_its_limit_is_taken(
    client: httpx.AsyncClient, body: Bodies
) -> None:
    content = json.dumps(body()).encode().ljust(LIMIT)
    assert (await post(client, "/v1/visit", content)).status_code == 200
    assert (await post(client, "/v1/visit", content + b" ")).status_code == 413


@pytest.mark.parametrize(
    ("origin", "kind"),
    [
        (ORIGIN, "text/plain;charset=UTF-8"),
        (ORIGIN, None),
        ("https://www.shop.example:8443", "application/json"),
    ],
)
async def test_a_visit_is_answered_to_its_own_origin_whatever_the_content_type(
    client: httpx.AsyncClient, body: Bodies, origin: str, kind: str | None
) -> None:
    headers = {"origin": origin} | ({"content-type": kind} if kind else {})
    response = await client.post("/v1/visit", content=json.dumps(body()), headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == origin
    assert response.headers["vary"] == "origin"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "application/json"
    assert set(response.json()) == {"visitor", "visit", "beat_every", "numbers", "cookie"}


async def test_the_same_event_is_answered_alike_even_at_once(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables]
) -> None:
    same = body()
    first, *others = await asyncio.gather(*(post(client, "/v1/visit", same) for _ in range(5)))
    stored = tables()
    others.append(await post(client, "/v1/visit", same))
    assert {(answer.status_code, answer.content) for answer in others} == {(200, first.content)}
    assert (len(stored["lease"]), len(stored["current_visit"])) == (1, 1)
    assert tables() == stored


async def opened(client: httpx.AsyncClient, body: Bodies) -> tuple[str, str]:
    """A visit and its lease."""
    answer = (await post(client, "/v1/visit", body(visit=None))).json()
    return answer["visit"], answer["numbers"][0]["lease"]


async def test_a_beat_moves_visit_and_lease_and_is_no_fact(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables], clock: SetClock
) -> None:
    visit, lease = await opened(client, body)
    before = tables()
    clock.forward(minutes=20)
    page = f"{ORIGIN}/cart?email=a"
    response = await post(client, "/v1/beat", body(visit=visit, leases=[lease], page=page))
    assert (response.status_code, response.json()) == (200, {})
    assert response.headers["access-control-allow-origin"] == ORIGIN
    after = tables()
    assert after["inbox"] == before["inbox"]
    assert clock.now() in after["current_visit"][0] and clock.now() in after["lease"][0]
    assert clock.now() + 1500 * SECOND in after["lease"][0]
    assert f"'{ORIGIN}/cart'" in repr(after["lease"][0])


async def test_a_beat_of_a_lost_lease_is_answered_with_another_number(
    client: httpx.AsyncClient, body: Bodies, clock: SetClock
) -> None:
    visit, lease = await opened(client, body)
    clock.forward(minutes=25)
    others = [await opened(client, body) for _ in range(2)]
    clock.forward(minutes=25)
    response = await post(client, "/v1/beat", body(visit=visit, leases=[lease]))
    (number,) = response.json()["numbers"]
    assert number["lease"] not in (None, lease, *(other for _, other in others))
    assert (number["original"], number["overflow"]) == ("+74951234567", False)


@pytest.mark.parametrize("path", ["/v1/beat", "/v1/leave"])
async def test_a_foreign_visit_is_answered_and_changes_nothing(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables], path: str
) -> None:
    _, lease = await opened(client, body)
    before = tables()
    response = await post(client, path, body(leases=[lease]))
    assert response.status_code == (200 if path == "/v1/beat" else 204)
    assert tables() == before


async def test_leaving_starts_the_cooldown(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables], clock: SetClock
) -> None:
    visit, lease = await opened(client, body)
    before = tables()
    clock.forward(minutes=1)
    response = await post(client, "/v1/leave", body(visit=visit, leases=[lease]))
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["access-control-allow-origin"] == ORIGIN
    after = tables()
    assert after["inbox"] == before["inbox"]
    assert clock.now() + 10 * MINUTE in after["lease"][0]


async def test_beats_that_come_twice_and_late_hold_one_number(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables], clock: SetClock
) -> None:
    visit, lease = await opened(client, body)
    before = tables()
    told = [(path, body(visit=visit, leases=[lease])) for path in ("/v1/beat", "/v1/leave") * 2]
    first, leave, second, last = told
    for path, one in (first, leave, leave, second, first, last, first):
        clock.forward(seconds=20)
        # Whatever the browser's clock says of when it was.
        one |= {"at": 9e15, "sent_at": 0} if one is second[1] else {}
        assert (await post(client, path, one)).status_code in (200, 204)
    after = tables()
    assert after["inbox"] == before["inbox"]
    assert (len(after["lease"]), len(after["current_visit"])) == (1, 1)
    # The last that was heard is a page that is seen.
    assert clock.now() + 1500 * SECOND in after["lease"][0]


async def test_two_tabs_of_one_visit_share_its_number(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables], clock: SetClock
) -> None:
    first = (await post(client, "/v1/visit", body(visit=None))).json()
    same = {"visit": first["visit"], "visitor": first["visitor"]}
    other = (await post(client, "/v1/visit", body(**same, url=f"{ORIGIN}/cart"))).json()
    assert other == first
    leases = [number["lease"] for number in first["numbers"]]
    await post(client, "/v1/leave", body(visit=first["visit"], leases=leases))
    clock.forward(seconds=30)
    # One tab is closed, the other is still seen.
    await post(client, "/v1/beat", body(visit=first["visit"], leases=leases))
    assert clock.now() + 1500 * SECOND in tables()["lease"][0]


@pytest.mark.parametrize("path", ["/v1/beat", "/v1/leave"])
async def test_a_consent_taken_back_ends_the_visit(
    client: httpx.AsyncClient, body: Bodies, tables: Callable[[], Tables], clock: SetClock,
    path: str,
) -> None:  # fmt: skip
    visit, lease = await opened(client, body)
    clock.forward(minutes=1)
    denied = {"state": "denied", "source": "own"}
    await post(client, path, body(visit=visit, consent=denied))
    after = tables()
    assert after["current_visit"] == []
    assert clock.now() + 10 * MINUTE in after["lease"][0]
    clock.forward(minutes=1)
    # Another tab that has not heard of it keeps nothing.
    response = await post(client, "/v1/beat", body(visit=visit, leases=[lease]))
    assert response.json() == {}
    assert tables() == after


@pytest.mark.parametrize("path", PATHS)
async def test_a_preflight_lets_json_through(
    client: httpx.AsyncClient, site: Opened, tables: Callable[[], Tables], path: str
) -> None:
    before = tables()
    asked = {"access-control-request-method": "POST", "origin": ORIGIN}
    response = await client.options(path, headers=asked)
    assert (response.status_code, response.content) == (204, b"")
    told = {
        name.removeprefix("access-control-"): value
        for name, value in response.headers.items()
        if name.startswith("access-control-")
    }
    assert told == {
        "allow-origin": ORIGIN,
        "allow-headers": "content-type",
        "allow-methods": "POST",
        "max-age": "86400",
    }
    assert response.headers["vary"] == "origin"
    assert tables() == before


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_but_post_is_taken(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 405


async def test_the_script_is_sent_once(client: httpx.AsyncClient) -> None:
    first = await client.get("/ringtrail.js")
    tag = first.headers["etag"]
    assert first.status_code == 200
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["cache-control"] == "public, max-age=300"
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = await client.get("/ringtrail.js", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    other = await client.get("/ringtrail.js", headers={"if-none-match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)
