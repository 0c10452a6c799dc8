"""The story: an ad click in a real browser, a call to the number shown, an exported row."""

import csv
import hashlib
import hmac
import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.story.platform import Running

CHROMIUM = Path("/usr/bin/chromium")
LEASED = re.compile(r"020 7946 010\d")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        yield started
        started.close()


def visit(browser: Browser, running: Running, campaign: str, gclid: str) -> tuple[Page, str]:
    """Come from an ad; returns the open page and the number it shows (E.164)."""
    page = browser.new_context().new_page()
    page.goto(
        f"{running.origin}/demo/?utm_source=google&utm_medium=cpc"
        f"&utm_campaign={campaign}&gclid={gclid}"
    )
    link = page.locator("header a[href^='tel:']").first
    expect(link).to_have_attribute("href", re.compile(r"tel:\+44207946010\d"))
    expect(page.locator("header")).to_contain_text(LEASED)
    return page, (link.get_attribute("href") or "").removeprefix("tel:")


def call(running: Running, number: str, caller: str, *, age: float = 0) -> httpx.Response:
    """A PBX tells of a call through the signed webhook."""
    body = json.dumps(
        {
            "call": str(uuid4()),
            "number": number,
            "caller": caller,
            "started_at": (datetime.fromtimestamp(time.time(), UTC)).isoformat(),
            "outcome": "answered",
            "ring_seconds": 7,
            "talk_seconds": 95,
        }
    ).encode()
    stamp = str(int(time.time() - timedelta(seconds=age).total_seconds()))
    mac = hmac.new(running.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return httpx.post(
        f"{running.origin}/hooks/{running.hook}",
        content=body,
        headers={
            "X-Ringtrail-Timestamp": stamp,
            "X-Ringtrail-Signature": "sha256=" + mac.hexdigest(),
        },
    )


def rows(running: Running) -> list[dict[str, str]]:
    answer = httpx.get(
        f"{running.origin}/api/v1/calls.csv", headers={"Authorization": f"Bearer {running.key}"}
    )
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def eventually(running: Running, count: int) -> dict[str, dict[str, str]]:
    """The exported calls by caller, once `count` stand there; at most 5 s."""
    deadline = time.monotonic() + 5
    while len(found := rows(running)) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} calls after 5 s"
    return {row["caller"]: row for row in found}


def test_each_of_two_visitors_is_found_by_the_call_to_their_number(
    browser: Browser, running: Running
) -> None:
    (_first, one), (_second, two) = (
        visit(browser, running, "implants", "CjOne"),
        visit(browser, running, "aligners", "CjTwo"),
    )
    assert one != two
    assert call(running, one, "+447700900001").status_code == 202
    assert call(running, two, "+447700900002").status_code == 202

    found = eventually(running, 2)
    for caller, campaign, gclid in (
        ("+447700900001", "implants", "CjOne"),
        ("+447700900002", "aligners", "CjTwo"),
    ):
        row = found[caller]
        assert (row["source"], row["campaign"], row["gclid"]) == ("google", campaign, gclid)
        assert row["match"] == "lease"
        assert row["lease"]

    told = subprocess.run(
        [sys.executable, "-m", "ringtrail", "export", "calls", "--format", "csv", "--out", "-"],
        env=running.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert {row["gclid"] for row in csv.DictReader(io.StringIO(told))} == {"CjOne", "CjTwo"}

    page = browser.new_context().new_page()
    page.goto(f"{running.origin}/app/call-log")
    page.fill("input[name=email]", "ann@story.example")
    page.fill("input[name=password]", "correct horse")
    page.click("button[type=submit]")
    expect(page.get_by_text("aligners").first).to_be_visible()
    expect(page.get_by_text("implants").first).to_be_visible()


def test_what_breaks_the_contract_is_refused_and_stores_nothing(running: Running) -> None:
    body = {"event_id": str(uuid4()), "site": running.site, "at": 1, "sent_at": 1}
    seen = {**body, "url": f"{running.origin}/demo/"}

    def post(path: str, content: object, origin: str = running.origin) -> tuple[int, str]:
        answer = httpx.post(
            f"{running.origin}/v1/{path}",
            content=content if isinstance(content, bytes) else json.dumps(content),
            headers={"Origin": origin},
        )
        return answer.status_code, answer.json()["error"]["code"]

    assert post("visit", {**seen, "site": "nobody"}) == (404, "site")
    assert post("visit", seen, "https://foreign.example") == (403, "origin")
    assert post("visit", b"{") == (400, "malformed")
    assert post("visit", {**seen, "url": 7}) == (400, "malformed")
    assert post("visit", b" " * 70_000) == (413, "size")
    assert call(running, "+442079460101", "+447700900003", age=900).status_code == 403
    unknown = call(running, "+442079460777", "+447700900003")
    assert unknown.json()["unknown_number"] is True
    assert rows(running) == []


def test_the_same_event_gets_the_same_answer(running: Running) -> None:
    body = {
        "event_id": str(uuid4()), "site": running.site, "at": 1, "sent_at": 1,
        "url": f"{running.origin}/demo/",
    }  # fmt: skip
    answers = {
        httpx.post(
            f"{running.origin}/v1/visit", json=body, headers={"Origin": running.origin}
        ).content
        for _ in range(3)
    }
    assert len(answers) == 1
