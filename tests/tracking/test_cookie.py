"""The visitor's cookie by the server, where the page and Ringtrail share a host."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from ringtrail.core.clock import SetClock
from ringtrail.store import Opened
from tracking.cookie import visitor_cookie

ANN = UUID(int=7)
SHOP = "https://www.shop.example"
KEPT = f"ringtrail={ANN}; Max-Age=34560000; Path=/; SameSite=Lax"


@pytest.mark.parametrize(
    ("origin", "host", "origins", "cookie"),
    [
        (SHOP, "www.shop.example", [SHOP], f"{KEPT}; Secure; Domain=shop.example"),
        (SHOP, "www.shop.example", [SHOP, "https://pay.shop.example"],
         f"{KEPT}; Secure; Domain=shop.example"),
        ("http://pay.shop.example", "pay.shop.example", ["http://pay.shop.example"],
         f"{KEPT}; Domain=pay.shop.example"),
        # Two domains have none in common that a browser would take.
        (SHOP, "www.shop.example", [SHOP, "https://shop.test"],
         f"{KEPT}; Secure; Domain=shop.example"),
        ("http://localhost:8000", "localhost", ["http://localhost:8000"], KEPT),
        ("http://192.0.2.7", "192.0.2.7", ["http://192.0.2.7"], KEPT),
        (SHOP, "calls.example", [SHOP], None),
        (SHOP, "shop.example", [SHOP], None),
        ("", "www.shop.example", [SHOP], None),
        (SHOP, None, [SHOP], None),
    ],
)  # fmt: skip
def test_where_it_is_set(
    origin: str, host: str | None, origins: list[str], cookie: str | None
) -> None:
    assert visitor_cookie(ANN, origin, host, origins) == cookie


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
        return answer.json()["visitor"], answer.headers.get("set-cookie")

    visitor, cookie = await visit("shop.example")
    assert cookie is not None and cookie.startswith(f"ringtrail={visitor}; ")
    assert (await visit("calls.example"))[1] is None
    assert (await visit("shop.example", webdriver=True)) == (None, None)
    assert (await visit("shop.example", mode="cookieless")) == (None, None)
    assert (await visit("shop.example", consent={"state": "denied"})) == (None, None)
