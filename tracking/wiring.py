"""Routes of the website intake; called by `ringtrail.server`."""

from pathlib import Path

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ringtrail.core.clock import MINUTE, Clock
from ringtrail.core.database import Writer
from tracking.api import Handler, Intake, preflight
from tracking.client import Clients
from tracking.hit import Ledgers
from tracking.network import Network
from tracking.pace import PagePace
from tracking.script import NAMES, serve
from tracking.share import Shares


def routes(
    writer: Writer,
    clock: Clock,
    *,
    max_body: int,
    trusted_proxies: tuple[Network, ...] = (),
    geo_database: Path | None = None,
    network_share: float = 1.0,
    address_rate: int = 0,
    site_rate: int = 0,
    contact_window: int = 10 * MINUTE,
    script_version: str = "",
) -> list[Route]:
    """The script and its requests; NotConfigured for a file that is not there."""
    clients = Clients(trusted_proxies, geo_database)
    intake = Intake(
        writer,
        clock,
        clients,
        Ledgers(
            Shares(network_share),
            pace=PagePace(address_rate, site_rate),
            signs=PagePace(address_rate, site_rate),
        ),
        max_body=max_body,
        contact_window=contact_window,
    )
    hot = {
        "/v1/visit": intake.visit,
        "/v1/beat": intake.beat,
        "/v1/leave": intake.leave,
        "/v1/event": intake.event,
    }
    return [
        *(Route(f"/{name}.js", serve(name, script_version), methods=["GET"]) for name in NAMES),
        *(Route(path, _Bare(handler), methods=["POST"]) for path, handler in hot.items()),
        *(Route(path, preflight, methods=["OPTIONS"]) for path in hot),
    ]


class _Bare:
    """A handler without Starlette's layers for exceptions: it raises none that they know."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._handler(Request(scope, receive))
        await response(scope, receive, send)
