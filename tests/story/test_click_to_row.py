"""The story: an ad click in a real browser, a call to the number shown, an exported row."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
from playwright.sync_api import Browser

from tests.story.shop import STRANGE, Shop
from tests.story.told import eventually, exported, rows
from tests.story.visitor import PERSON, line_of, sign_in, visit


def call(running: Shop, number: str, caller: str, *, age: float = 0) -> httpx.Response:
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
    mac = hmac.new(running.site.hook_secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return httpx.post(
        f"{running.origin}/hooks/{running.site.hook}",
        content=body,
        headers={
            "X-Ringtrail-Timestamp": stamp,
            "X-Ringtrail-Signature": "sha256=" + mac.hexdigest(),
        },
    )


def test_each_of_two_visitors_is_found_by_the_call_to_their_number(
    browser: Browser, running: Shop
) -> None:
    comers = (
        ("implants", "CjOne", "+447700900001"),
        ("aligners", "CjTwo", "+447700900002"),
    )
    numbers = [visit(browser, running, campaign, gclid) for campaign, gclid, _ in comers]
    assert len(set(numbers)) == 2
    for number, (_, _, caller) in zip(numbers, comers, strict=True):
        assert call(running, number, caller).status_code == 202

    for number, (campaign, gclid, caller) in zip(numbers, comers, strict=True):
        (row,) = eventually(running, campaign)
        assert (row["source"], row["gclid"]) == ("google", gclid)
        assert (row["number"], row["caller"]) == (number, caller)
        assert row["match"] == "lease"
        assert row["lease"]
    assert {row["gclid"] for row in exported(running)} == {"CjOne", "CjTwo"}

    log = sign_in(browser, running)
    for campaign, _, _ in comers:
        line_of(log, campaign)


def test_what_breaks_the_contract_is_refused_and_stores_nothing(running: Shop) -> None:
    body = {"event_id": str(uuid4()), "site": running.site.site_key, "at": 1, "sent_at": 1}
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
    unknown = call(running, STRANGE, "+447700900003")
    assert unknown.json()["unknown_number"] is True
    assert rows(running) == []


def test_the_same_event_gets_the_same_answer(running: Shop) -> None:
    body = {
        "event_id": str(uuid4()), "site": running.site.site_key, "at": 1, "sent_at": 1,
        "url": f"{running.origin}/demo/",
    }  # fmt: skip
    answers = {
        httpx.post(
            f"{running.origin}/v1/visit",
            json=body,
            headers={"Origin": running.origin, "User-Agent": PERSON},
        ).content
        for _ in range(3)
    }
    assert len(answers) == 1
