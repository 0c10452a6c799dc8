"""What the story knows of the platform that runs for it."""

import time
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class Running:
    """Where the platform is and what a user of it was told."""

    origin: str
    hook: str
    secret: str
    key: str
    site: str
    account: int
    environment: dict[str, str]
    pid: int


def until_ready(origin: str) -> None:
    """Return once the platform answers; it has 30 s."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{origin}/healthz").raise_for_status()
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the platform did not start")
