"""When a platform that was started in a process of its own can be asked."""

import time

import httpx


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
