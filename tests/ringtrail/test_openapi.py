"""Every plain route is described, for programs and for people, without a request to elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from starlette.routing import Route

from ringtrail.core.settings import Settings
from ringtrail.openapi import OPERATIONS
from ringtrail.platform import Platform
from ringtrail.server import create_app

# Operations of the machine and of this machine's own command line; docs/operations.md has them.
UNDESCRIBED = {
    "/healthz", "/readyz", "/metrics", "/api/docs", "/api/openapi.json",
    "/api/v1/attribution/fit", "/api/v1/attribution/fits", "/api/v1/attribution/rebuild",
    "/api/v1/pool/hours", "/api/v1/pool/visits",
    "/api/v1/pool/health",
    "/api/v1/sources/reclassify",
    "/api/{rest:path}",
}  # fmt: skip


@pytest.fixture
def application(tmp_path: Path) -> Iterator[FastAPI]:
    platform = Platform(Settings(home=tmp_path))
    yield create_app(platform)
    platform.close()


def test_every_plain_route_is_described(application: FastAPI) -> None:
    served = {
        (method.lower(), route.path)
        for route in application.routes
        if isinstance(route, Route) and route.path not in UNDESCRIBED
        for method in route.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert served == {(described.method, described.path) for described in OPERATIONS}


async def test_the_page_names_each_operation_and_loads_nothing(application: FastAPI) -> None:
    transport = ASGITransport(application)
    async with AsyncClient(transport=transport, base_url="http://ringtrail") as client:
        page = (await client.get("/api/docs")).text
        document = (await client.get("/api/openapi.json")).json()
    for described in OPERATIONS:
        assert described.path in page
        assert described.method in document["paths"][described.path]
    assert "X-Ringtrail-Signature" in page
    assert re.findall(r"(?:src|href)=[\"']?(\S+?)[\"'>]", page) == ["/api/openapi.json"]
    visit = document["components"]["schemas"]["VisitBody"]
    assert set(visit["required"]) == {"event_id", "site", "at", "sent_at", "url"}
