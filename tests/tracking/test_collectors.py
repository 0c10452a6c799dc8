"""A page view that reaches two collectors at once, as one does that was sent again too early."""

from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import Engine, event

from ringtrail.core.facts import LeaseOpened, Page, Visit
from tests.tracking.browser import Browser, count
from tests.tracking.contract import ORIGIN, Bodies, post
from tracking.schemas import VisitBody


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
async def test_the_later_collector_gives_the_answer_of_the_first(
    database: Engine, browser: Browser, client: httpx.AsyncClient, body: Bodies
) -> None:
    """The first answers after the second has looked for an answer; then the visit is withdrawn."""
    browser.open()
    sent = body(visit=str(browser.visit), visitor=str(browser.visitor), url=f"{ORIGIN}/cart")
    first: list[bytes | None] = []

    def overtake(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT current_visit") and not first:
            first.append(None)
            first[0] = browser.send(msgspec.convert(sent, VisitBody))
            browser.run(browser.body(consent={"state": "denied"}))

    event.listen(database, "before_cursor_execute", overtake)
    second = await post(client, "/v1/visit", sent)
    assert first == [second.content]
    assert [count(database, kind) for kind in (Visit, Page, LeaseOpened)] == [1, 2, 1]
