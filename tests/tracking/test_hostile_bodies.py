"""Bodies that fit the description of /v1 and bodies that break it, made by schemathesis: none ends
in a 500, and one that is refused leaves no trace in any table."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.generation import GenerationMode
from sqlalchemy import Engine
from starlette.applications import Starlette

import tracking
from ringtrail import openapi
from ringtrail.core.clock import SetClock
from ringtrail.core.database import Writer
from ringtrail.store import Opened
from tests.conftest import Tables
from tests.tracking.conftest import CHROME, LIMIT

ORIGIN = "https://shop.example"
PATHS = ("/v1/visit", "/v1/beat", "/v1/leave", "/v1/event")
MANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def described() -> Any:
    """The description that /api/openapi.json gives."""
    app = FastAPI()
    openapi.describe(app)
    return schemathesis.openapi.from_dict(app.openapi())


DESCRIBED = described()


class Asked:
    """Sends bodies of strangers to the intake; each is a request of its own."""

    def __init__(self, app: Starlette, tables: Callable[[], Tables], site: Opened) -> None:
        self._app = app
        self._tables = tables
        self._site = site
        self.statuses: set[int] = set()

    def send(self, path: str, body: Any) -> None:
        if isinstance(body, dict) and isinstance(body.get("site"), str):
            body = body | {"site": self._site.site_key}
        content = body if isinstance(body, bytes) else json.dumps(body, default=str).encode()
        before = self._tables()
        status = asyncio.run(self._post(path, content))
        self.statuses.add(status)
        assert status in (200, 202, 204, 400, 413, 429), (path, content)
        if status >= 400:
            assert self._tables() == before, (path, content)

    async def _post(self, path: str, content: bytes) -> int:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://r.example") as client:
            headers = {"origin": ORIGIN, "user-agent": CHROME}
            return (await client.post(path, content=content, headers=headers)).status_code


@pytest.fixture
def asked(
    database: Engine, clock: SetClock, tables: Callable[[], Tables], site: Opened
) -> Iterator[Asked]:
    writer = Writer(database)
    writer.start()
    app = Starlette(routes=tracking.routes(writer, clock, max_body=LIMIT))
    yield Asked(app, tables, site)
    writer.stop()


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_fits_is_taken_or_refused(asked: Asked, path: str) -> None:
    @MANY
    @given(DESCRIBED[path]["POST"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def run(case: Case[Any]) -> None:
        asked.send(path, case.body)

    run()
    assert asked.statuses & {200, 202, 204}, "no body was taken"


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_breaks_the_contract_is_refused(asked: Asked, path: str) -> None:
    @MANY
    @given(DESCRIBED[path]["POST"].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def run(case: Case[Any]) -> None:
        asked.send(path, case.body)

    run()
    assert 400 in asked.statuses


TEXTS = st.text(max_size=300) | st.sampled_from(["\0", "\ud800", "http://[", "%00%ff", "é" * 300])


@pytest.mark.parametrize("path", ["/v1/visit", "/v1/event"])
def test_texts_of_strangers_are_taken(asked: Asked, clock: SetClock, path: str) -> None:
    """Where the form is right and only what people write is wild."""

    @MANY
    @given(st.lists(TEXTS, min_size=6, max_size=6), st.sampled_from(["form", "chat", "custom"]))
    def run(texts: list[str], kind: str) -> None:
        now = clock.now() // 1000
        url = f"{ORIGIN}/?utm_source={texts[0]}&gclid={texts[1]}"
        body: dict[str, Any] = {
            "event_id": str(uuid4()), "site": "x", "at": now, "sent_at": now, "kind": kind,
            "url": url, "title": texts[2], "referrer": texts[3][:200], "page": texts[3][:200],
            "client_ids": {"ga": texts[4][:255]},
            "fields": {"phone": texts[2], "email": texts[3], "name": texts[4], "message": texts[5]},
        }  # fmt: skip
        asked.send(path, body)

    run()
    assert asked.statuses & {200, 202}
