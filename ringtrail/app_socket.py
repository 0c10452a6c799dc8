"""The running app as the command line reaches it: over the Unix socket that its owner alone opens.

Called by commands that need the warehouse, which one process alone may open. Nothing serves: they
get None and open it themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from ringtrail.core.settings import Settings


@contextmanager
def running(settings: Settings) -> Iterator[httpx.Client | None]:
    """A client of the app that serves these stores, or None."""
    if not settings.socket.exists():
        yield None
        return
    # One that was killed leaves its socket behind.
    transport = httpx.HTTPTransport(uds=str(settings.socket))
    with httpx.Client(transport=transport, base_url="http://ringtrail", timeout=60) as client:
        try:
            client.get("/healthz")
        except httpx.ConnectError:
            yield None
            return
        yield client


def told(answer: httpx.Response) -> str:
    """The message of the running app's error."""
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"the running app answered {answer.status_code}; read its log"
