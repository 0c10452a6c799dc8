"""Requests of the public contract and its refusals, as tests send and expect them."""

import json
from collections.abc import Callable
from typing import Any

import httpx

ORIGIN = "https://shop.example"
PATHS = ("/v1/visit", "/v1/beat", "/v1/leave", "/v1/event")
Bodies = Callable[..., dict[str, Any]]


async def post(
    client: httpx.AsyncClient, path: str, body: object, origin: str | None = ORIGIN
) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "text/plain;charset=UTF-8"}
    return await client.post(
        path, content=content, headers=headers | ({"origin": origin} if origin else {})
    )


async def refused(response: httpx.Response, status: int, code: str, field: str | None) -> None:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert (error.pop("code"), error.pop("field")) == (code, field)
    assert error.pop("message")
    assert error == {}
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    # Only a foreign page may not read why.
    allowed = response.headers.get("access-control-allow-origin")
    assert allowed == (None if code == "origin" else ORIGIN)
