"""The visitor's cookie: by the server where the page and Ringtrail share a host, else its text."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from ringtrail.core.clock import SetClock
from ringtrail.store import Opened
from tracking.cookie import share_host, visitor_cookie

ANN = UUID(int=7)
SHOP = "https://www.shop.example"
KEPT = f"ringtrail={ANN}; Max-Age=34560000; Path=/; SameSite=Lax"


@pytest.mark.parametrize(
    ("origin", "others", "attributes"),
    [
        (SHOP, [], "; Secure; Domain=shop.example"),
        (SHOP, ["https://pay.shop.example"], "; Secure; Domain=shop.example"),
        ("https://pay.shop.example", [SHOP], "; Secure; Domain=shop.example"),
        ("https://pay.shop.example", ["https://de.shop.example", "https://shop.test"],
         "; Secure; Domain=shop.example"),
        ("http://pay.shop.example", [], "; Domain=pay.shop.example"),
        # Two domains have none in common that a browser would take.
        (SHOP, ["https://shop.test"], "; Secure; Domain=shop.example"),
        ("https://shop.co.uk", ["https://other.co.uk"], "; Secure; Domain=shop.co.uk"),
        ("https://www.shop.com.au", [], "; Secure; Domain=shop.com.au"),
        ("https://m.shop.de", ["https://shop.de"], "; Secure; Domain=shop.de"),
        ("https://a.b.github.io", [], "; Secure; Domain=a.b.github.io"),
        ("http://localhost:8000", [], ""),
        ("http://192.0.2.7", ["http://198.51.2.7"], ""),
        ("http://[2001:db8::7]", [], ""),
    ],
)  # fmt: skip
def test_the_widest_domain_that_the_site_has(
    origin: str, others: list[str], attributes: str
) -> None:
    assert visitor_cookie(ANN, origin, frozenset((origin, *others))) == KEPT + attributes


@pytest.mark.parametrize(
    ("origin", "host", "shared"),
    [
        (SHOP, "www.shop.example", True),
        ("http://localhost:8000", "localhost", True),
        (SHOP, "calls.example", False),
        (SHOP, "shop.example", False),
        ("", "www.shop.example", False),
        (SHOP, None, False),
    ],
)
def test_which_pages_share_a_host_with_ringtrail(
    origin: str, host: str | None, shared: bool
) -> None:
    assert share_host(origin, host) is shared


async def test_it_comes_with_the_answer_to_a_visit(
    client: httpx.AsyncClient, site: Opened, clock: SetClock
) -> None:
    async def visit(host: str, **changes: Any) -> tuple[Any, str | None]:
        now = clock.now() // 1000
        body = {
            "event_id": str(uuid4()), "site": site.site_key, "at": now, "sent_at": now,
            "url": "https://shop.example/", "consent": {"state": "granted"},
        }  # fmt: skip
        headers = {"origin": "https://shop.example", "host": host}
        answer = await client.post("/v1/visit", json=body | changes, headers=headers)
        assert answer.status_code == 200
        return answer.json(), answer.headers.get("set-cookie")

    first, header = await visit("shop.example")
    assert header == first["cookie"]
    assert header is not None and header.startswith(f"ringtrail={first['visitor']}; ")
    for_the_script, header = await visit("calls.example")
    assert for_the_script["cookie"] and header is None
    nobody = ({"webdriver": True}, {"mode": "cookieless"}, {"consent": {"state": "denied"}})
    for changes in nobody:
        answer, header = await visit("shop.example", **changes)
        assert (answer["visitor"], "cookie" in answer, header) == (None, False, None)
