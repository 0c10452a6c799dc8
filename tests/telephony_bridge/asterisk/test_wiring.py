"""A platform with a PBX: its calls reach the warehouse, and it tells how the journal does."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ringtrail import doctor, server, store
from ringtrail.core.clock import Micros, SetClock
from ringtrail.core.settings import Settings
from ringtrail.core.warehouse import Query
from ringtrail.doctor import Finding
from ringtrail.platform import Platform
from tests.telephony_bridge.asterisk.conftest import OURS
from tests.telephony_bridge.asterisk.lines import START, end, ring
from tests.telephony_bridge.lab import until

KEY = f"rt1-{START}.2"
SITE = store.NewSite(
    "Shop", ("https://shop.example",), "Europe/Moscow", "RU", "+74951234567", (OURS,)
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home", database_url="", warehouse_url="",
        pbx_home=Path("/pbx"), pbx_root=tmp_path / "root", pbx_manager="127.0.0.1:1",
    )  # fmt: skip


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    platform = Platform(settings, SetClock(Micros((START + 60) * 1_000_000)))
    account = store.open_account(platform.engine, platform.clock, "Tyres")
    store.open_site(platform.engine, platform.clock, account, SITE)
    platform.start()
    yield platform
    platform.stop()


class Inside(httpx.BaseTransport):
    """Asks the application itself, without a socket."""

    def __init__(self, platform: Platform) -> None:
        self._app = server.create_app(platform)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport) as client:
                answer = await client.get(request.url)
            return httpx.Response(answer.status_code, content=answer.content)

        return asyncio.run(ask())


def findings(settings: Settings, platform: Platform) -> dict[str, Finding]:
    with httpx.Client(transport=Inside(platform), base_url="http://app") as client:
        return {found.subject: found for found in doctor.examine(settings, client)}


def test_calls_reach_the_warehouse(settings: Settings, platform: Platform) -> None:
    found = findings(settings, platform)
    assert (found["call journal"].state, found["call journal"].told) == (
        "warning",
        "there is none yet",
    )
    assert found["routes"].state == "warning"
    assert found["app"].state == "ok"

    journal = settings.pbx_journal
    assert journal is not None
    journal.parent.mkdir(parents=True)
    journal.write_bytes(ring(KEY, START, OURS, trunk="") + b"\n")
    assert findings(settings, platform)["call journal"].state == "ok"
    with journal.open("ab") as file:
        file.write(end(KEY, START + 9, OURS, "ANSWER", "9000", "7000", trunk="") + b"\n")
    query = Query("calls", "SELECT number, outcome, talk_seconds FROM fact_call")
    rows = until(lambda: platform.warehouse.rows(query), "the call is in the warehouse")
    assert [tuple(row.values()) for row in rows] == [(OURS, "answered", 7)]


def test_a_journal_that_cannot_be_read_is_a_failure(settings: Settings, platform: Platform) -> None:
    """A file stands where its folder should."""
    journal = settings.pbx_journal
    assert journal is not None
    journal.parent.parent.mkdir(parents=True)
    journal.parent.write_text("")
    until(
        lambda: (state := platform.state().journal) and not state.reading,
        "the failure is noticed",
    )
    found = findings(settings, platform)
    assert found["call journal"].state == "failure"
    assert found["app"].state == "ok"


def test_without_a_pbx_nothing_is_told_of_one(settings: Settings) -> None:
    platform = Platform(settings.model_copy(update={"pbx_home": None}))
    try:
        assert platform.state().journal is None
        assert "call journal" not in findings(settings, platform)
        assert not (settings.home / "pbx-secret").exists()
    finally:
        platform.close()
