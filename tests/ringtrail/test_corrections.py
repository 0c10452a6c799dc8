"""The ways in for corrections and rules: HTTP with a session and a key, and the command line."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient

from attribution.leads.listing import corrections
from dashboards.gate import COOKIE
from ringtrail import store
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import SystemClock
from ringtrail.core.facts import Call, Fact, Visit
from ringtrail.core.inbox import put
from ringtrail.core.models import Role
from ringtrail.core.settings import Settings
from ringtrail.core.warehouse import Query, Row
from ringtrail.platform import Platform
from ringtrail.server import create_app

CALL, VISIT = UUID(int=1), UUID(int=2)
PATH = "/api/v1/corrections"
NUMBER = "+442079460101"


class Shop:
    """A platform with one call of one site, and a visit before it."""

    def __init__(self, home: Path) -> None:
        self.platform = Platform(Settings(home=home))
        engine, clock = self.platform.engine, SystemClock()
        account = store.open_account(engine, clock, "Shop")
        new = store.NewSite(
            "Shop", ("https://a.example",), "Europe/London", "GB", "+442079460100", (NUMBER,)
        )
        opened = store.open_site(engine, clock, account, new)
        self.account, self.key = account, opened.site_key
        own: dict[str, Any] = {"account": account, "site": opened.site, "occurred_at": clock.now()}
        self.load(
            Visit(**own, source_id="v", visit=VISIT, visitor=UUID(int=3), landing="/", rule="r",
                  source="google", medium="cpc", channel="Paid Search"),
            Call(**own, source_id="c", key="c", call=CALL, told_at=1, number=NUMBER,
                 caller="+447700900001", outcome="answered", talk_seconds=50),
        )  # fmt: skip

    def load(self, *facts: Fact) -> None:
        if facts:
            now = self.platform.clock.now()
            self.platform.writer.immediate(lambda inbox: put(inbox, facts, now))
        self.platform.loader.run()

    def key_of(self, role: Role) -> dict[str, str]:
        made = store.add_key(self.platform.engine, SystemClock(), self.account, "test", role)
        return {"authorization": f"Bearer {made}"}

    def session_of(self, email: str, role: Role) -> dict[str, str]:
        engine, clock = self.platform.engine, SystemClock()
        store.add_user(engine, clock, self.account, email, email, "a long password", role)
        cookie = self.platform.auth.sign_in(email, "a long password")
        return {"cookie": f"{COOKIE}={cookie}"}

    def rows(self, text: str) -> list[Row]:
        return self.platform.warehouse.rows(Query("asked", text))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest_asyncio.fixture
async def client(shop: Shop) -> AsyncIterator[AsyncClient]:
    # The platform's loader is run by hand.
    shop.platform.writer.start()
    transport = ASGITransport(create_app(shop.platform))
    async with AsyncClient(transport=transport, base_url="http://test") as opened:
        yield opened
    shop.platform.writer.stop()
    shop.platform.close()


def flagged(**said: Any) -> dict[str, Any]:
    return {"of": "call", "event": str(CALL), "why": "a test", "flag": "test", **said}


async def test_a_key_says_who_decides(client: AsyncClient, shop: Shop) -> None:
    key = shop.key_of(Role.manager)
    nameless = await client.post(PATH, json=flagged(), headers=key)
    assert (nameless.status_code, nameless.json()["error"]["code"]) == (400, "by")
    taken = await client.post(PATH, json=flagged(by="Ann"), headers=key)
    assert taken.status_code == 202
    shop.load()
    assert shop.rows("SELECT decided_by, excluded FROM newest_correction, mart_call") == [
        {"decided_by": "Ann", "excluded": "test"}
    ]
    undone = {"correction": taken.json()["correction"], "why": "no", "by": "Bob"}
    assert (await client.post(f"{PATH}/undo", json=undone, headers=key)).status_code == 202
    shop.load()
    assert shop.rows("SELECT undone_by, excluded FROM newest_correction, mart_call") == [
        {"undone_by": "Bob", "excluded": None}
    ]
    again = await client.post(f"{PATH}/undo", json=undone, headers=key)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "correction")


async def test_what_was_corrected_is_listed(client: AsyncClient, shop: Shop) -> None:
    key = shop.key_of(Role.manager)
    first = await client.post(PATH, json=flagged(by="Ann"), headers=key)
    shop.load()
    second = await client.post(PATH, json=flagged(by="Bob", flag="none"), headers=key)
    source = {"flag": None, "source": "leaflet", "medium": "print"}
    third = await client.post(PATH, json=flagged(by="Cid", **source), headers=key)
    undone = {"correction": third.json()["correction"], "why": "no", "by": "Dan"}
    shop.load()
    await client.post(f"{PATH}/undo", json=undone, headers=key)
    shop.load()

    async def listed(**asked: str) -> list[dict[str, Any]]:
        answer = await client.get(PATH, params=asked, headers=key)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        found: list[dict[str, Any]] = answer.json()["corrections"]
        return found

    told = await listed()
    assert [one["correction"] for one in told] == [
        made.json()["correction"] for made in (third, second, first)
    ]
    assert [(one["action"], one["counts"], one["undone_by"]) for one in told] == [
        ("source", False, "Dan"), ("flag", True, None), ("flag", False, None),
    ]  # fmt: skip
    assert told == await listed(event=str(CALL))
    assert await listed(event=str(UUID(int=9))) == []
    malformed = await client.get(PATH, params={"event": "one"}, headers=key)
    assert (malformed.status_code, malformed.json()["error"]["field"]) == (400, "event")


async def test_who_is_who_is_listed_with_what_was_taken_back(
    client: AsyncClient, shop: Shop
) -> None:
    key = shop.key_of(Role.manager)
    phone, mail = "phone:+447700900001", "email:ann@a.example"
    body = {"action": "merge", "one": phone, "other": mail, "why": "one card", "by": "Ann"}
    made = (await client.post(f"{PATH}/person", json=body, headers=key)).json()["correction"]
    shop.load()
    (before,) = (await client.get(PATH, headers=key)).json()["persons"]
    assert (before["decision"], before["undone_by"]) == (made, None)
    said = ("action", "one", "other", "why", "decided_by")
    assert [before[name] for name in said] == ["merge", phone, mail, "one card", "Ann"]
    undone = {"correction": made, "why": "no", "by": "Bob"}
    assert (await client.post(f"{PATH}/undo", json=undone, headers=key)).status_code == 202
    shop.load()
    (after,) = (await client.get(PATH, headers=key)).json()["persons"]
    assert after == before | {"undone_by": "Bob"}
    of_a_call = await client.get(PATH, params={"event": str(CALL)}, headers=key)
    assert of_a_call.json()["persons"] == []


async def test_the_list_is_for_those_who_may_correct_in_the_account(
    client: AsyncClient, shop: Shop
) -> None:
    await client.post(PATH, json=flagged(by="Ann"), headers=shop.key_of(Role.manager))
    shop.load()
    assert (await client.get(PATH)).status_code == 401
    masked = await client.get(PATH, headers=shop.key_of(Role.employee))
    assert (masked.status_code, masked.json()["error"]["code"]) == (403, "role")
    engine, clock = shop.platform.engine, SystemClock()
    rival = store.open_account(engine, clock, "Rival")
    key = store.add_key(engine, clock, rival, "test", Role.manager)
    answer = await client.get(PATH, headers={"authorization": f"Bearer {key}"})
    assert answer.json() == {"corrections": [], "persons": []}
    scope = Scoped(shop.account, (99,), "manager")
    assert corrections(shop.platform.warehouse, scope) == []


async def test_with_a_session_one_decides_in_ones_own_name(client: AsyncClient, shop: Shop) -> None:
    session = shop.session_of("ann@a.example", Role.marketer)
    foreign = await client.post(PATH, json=flagged(by="Bob"), headers=session)
    assert (foreign.status_code, foreign.json()["error"]["code"]) == (400, "by")
    assert (await client.post(PATH, json=flagged(), headers=session)).status_code == 202
    shop.load()
    assert shop.rows("SELECT decided_by FROM fact_correction") == [{"decided_by": "ann@a.example"}]


async def test_another_sites_page_cannot_correct(client: AsyncClient, shop: Shop) -> None:
    """A form and a beacon can send what is called text, with the cookie, and nothing else."""
    session = shop.session_of("ann@a.example", Role.marketer)
    headers = session | {"content-type": "text/plain"}
    answer = await client.post(PATH, content=json.dumps(flagged()), headers=headers)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "content-type")


async def test_who_may_not(client: AsyncClient, shop: Shop) -> None:
    assert (await client.post(PATH, json=flagged(by="Ann"))).status_code == 401
    bad = {"authorization": "Bearer no"}
    assert (await client.post(PATH, json=flagged(by="Ann"), headers=bad)).status_code == 401
    key = shop.key_of(Role.accountant)
    answer = await client.post(PATH, json=flagged(by="Ann"), headers=key)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "role")


async def test_what_is_no_correction(client: AsyncClient, shop: Shop) -> None:
    key = shop.key_of(Role.manager)
    for body, status, field in (
        (flagged(by="A", flag="noise"), 400, "flag"),
        (flagged(by="A", event="one"), 400, "event"),
        (flagged(by="A", match="nobody"), 400, "action"),
        (flagged(by="A", why=""), 400, "why"),
        (flagged(by="A", colour="red"), 400, "colour"),
        (flagged(by="A", event=str(UUID(int=9))), 404, "event"),
    ):
        answer = await client.post(PATH, json=body, headers=key)
        assert (answer.status_code, answer.json()["error"]["field"]) == (status, field)
    broken = {"content-type": "application/json"} | key
    assert (await client.post(PATH, content=b"{", headers=broken)).status_code == 400
    shop.load()
    assert shop.rows("FROM fact_correction") == []


async def test_persons_are_decided_about(client: AsyncClient, shop: Shop) -> None:
    body = {"action": "merge", "one": "phone:+447700900001", "other": f"cookie:{UUID(int=3)}",
            "why": "she said so", "by": "Ann", "since": "2026-11-01T00:00:00Z"}  # fmt: skip
    answer = await client.post(f"{PATH}/person", json=body, headers=shop.key_of(Role.manager))
    assert answer.status_code == 202
    shop.load()
    assert len(shop.rows("SELECT DISTINCT person FROM mart_person")) == 1


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ringtrail", *arguments],
        env={"RINGTRAIL_HOME": str(home), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def test_the_command_line(shop: Shop, tmp_path: Path) -> None:
    shop.platform.close()
    why = ("--why", "she said so", "--by", "Ann")
    told = run(tmp_path, "correct", "call", str(CALL), "--source", "google/cpc/spring/1", *why)
    assert told.returncode == 0, told.stderr
    both = run(tmp_path, "correct", "call", str(CALL), "--flag", "spam", "--match", "nobody", *why)
    assert (both.returncode, "say one of" in both.stderr) == (1, True)
    unknown = run(tmp_path, "correct", "contact", str(CALL), "--qualified", "yes", *why)
    assert (unknown.returncode, "no contact of the account" in unknown.stderr) == (1, True)
    usage = run(tmp_path, "correct", "call", str(CALL), "--source", "google", *why)
    assert (usage.returncode, "is not like" in usage.stderr) == (2, True)
    stop = run(tmp_path, "correct", "person", "stop", "phone:+447700900001", *why)
    assert stop.returncode == 0, stop.stderr
    rules = run(
        tmp_path, "site", "rules", shop.key, "--from", "2026-01-01", "--target-seconds", "40",
        "--hours", "mon-fri 09:00-18:00", "--hours", "sat 10:00-24:00", "--test", "07700 900002",
    )  # fmt: skip
    assert rules.returncode == 0, rules.stderr

    platform = Platform(Settings(home=tmp_path))
    platform.loader.run()

    def rows(text: str) -> list[Row]:
        return platform.warehouse.rows(Query("asked", text))

    assert rows("SELECT source, medium, campaign, corrected FROM mart_call") == [
        {"source": "google", "medium": "cpc", "campaign": "spring/1", "corrected": "source"}
    ]
    assert rows("SELECT target, in_hours IS NULL AS unknown FROM mart_mark") == [
        {"target": True, "unknown": False}
    ]
    hours = rows("SELECT hours FROM fact_site_rule WHERE rule = 'hours'")[0]["hours"]
    assert json.loads(hours) == {str(day): "09:00-18:00" for day in range(1, 6)} | {
        "6": "10:00-24:00"
    }
    assert rows("SELECT phone, use, from_day FROM fact_own_phone") == [
        {"phone": "+447700900002", "use": "test", "from_day": date(2026, 1, 1)}
    ]
    assert rows("SELECT action, decided_by FROM newest_person_decision") == [
        {"action": "stop", "decided_by": "Ann"}
    ]
    platform.close()
    list_and_undo(tmp_path, told.stdout.strip())


def list_and_undo(home: Path, correction: str) -> None:
    every = run(home, "correct", "list").stdout.splitlines()
    assert len(every) == 4, every
    assert every[0].endswith("  person stop phone:+447700900001"), every
    assert every[1].startswith("    Ann, ")
    listed = run(home, "correct", "list", "--event", str(CALL))
    assert listed.stdout.startswith(
        f"{correction}  call {CALL}: source google/cpc/spring/1\n    Ann, "
    ), listed.stderr
    assert listed.stdout.endswith(" UTC: she said so\n")
    assert "Nothing was" in run(home, "correct", "list", "--event", str(VISIT)).stdout
    undo = run(home, "correct", "undo", correction, "--why", "no", "--by", "Bob")
    assert undo.returncode == 0, undo.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say what changes"),
        (("--hours", "monday 09:00-18:00"), "neither a day"),
        (("--hours", "fri-mon 09:00-18:00"), "ends before it begins"),
        (("--hours", "mon 18:00-09:00"), "no spans"),
        (("--hours", "mon"), "no spans"),
        (("--hours", "mon 09:00-18:00", "--hours", "mon-fri 09:00-18:00"), "given twice"),
        (("--test", "12"), "no phone number"),
        (("--test", "07700 900002", "--internal", "+447700900002"), "given twice"),
        (("--lead-days", "0"), "greater than or equal to 1"),
    ],
)
def test_rules_that_cannot_be(
    shop: Shop, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    shop.platform.close()
    done = run(tmp_path, "site", "rules", shop.key, "--from", "2026-01-01", *arguments)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.replace("│", "").split())
