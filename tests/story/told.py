"""What a running platform tells of its calls: as CSV over HTTP, and by the command line."""

import csv
import io
import subprocess
import sys
import time

import httpx

from tests.story.shop import Shop

SECONDS = 5
"""How soon after its end a call must be told."""


def rows(shop: Shop) -> list[dict[str, str]]:
    """The calls as a program with a key receives them."""
    answer = httpx.get(
        f"{shop.origin}/api/v1/calls.csv", headers={"Authorization": f"Bearer {shop.key}"}
    )
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def eventually(shop: Shop, campaign: str, count: int = 1) -> list[dict[str, str]]:
    """The calls of a campaign, once `count` stand there; within SECONDS."""
    deadline = time.monotonic() + SECONDS
    while True:
        found = [row for row in rows(shop) if row["campaign"] == campaign]
        if len(found) >= count:
            return found
        assert time.monotonic() < deadline, f"{len(found)} of {count} calls after {SECONDS} s"
        time.sleep(0.02)


def exported(shop: Shop) -> list[dict[str, str]]:
    """The calls as `ringtrail export calls` writes them, beside the running platform."""
    told = subprocess.run(
        [sys.executable, "-m", "ringtrail", "export", "calls", "--format", "csv", "--out", "-",
         "--account", str(shop.site.account)],
        env=shop.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return list(csv.DictReader(io.StringIO(told.stdout)))
