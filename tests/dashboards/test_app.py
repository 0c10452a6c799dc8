"""Callbacks are coroutines, layouts serialise, scopes come from the session."""

import inspect
import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from dash._utils import to_json

from dashboards.pages.acquisition import page as acquisition
from dashboards.pages.call_log import page as call_log
from dashboards.person import NobodySignedIn, signed_in
from tests.dashboards.conftest import CALL, TODAY, FakeSites, House, person_of

OWNER = {"cookie": "ringtrail_session=owner"}


def _json(part: object) -> str:
    shown: str = to_json(part)  # type: ignore[no-untyped-call]
    return shown


def test_every_server_callback_is_a_coroutine(house: House) -> None:
    found = 0
    for callback in house.dash.callback_map.values():
        function = callback.get("callback")
        if function is not None:
            found += 1
            assert inspect.iscoroutinefunction(function), callback
    assert found >= 2


@pytest.mark.asyncio
@pytest.mark.parametrize("query", [{}, {"days": "7", "metric": "visits"}, {"since": "x' OR 1"}])
async def test_layouts_serialise(house: House, query: dict[str, str]) -> None:
    token = signed_in.set(person_of("owner"))
    try:
        for page in (acquisition, call_log):
            layout = page.layout(house.reports, FakeSites(), lambda _: TODAY)
            assert len(_json(await layout(**query))) > 1_000
    finally:
        signed_in.reset(token)


@pytest.mark.asyncio
async def test_a_layout_without_a_person_refuses(house: House) -> None:
    with pytest.raises(NobodySignedIn):
        await acquisition.layout(house.reports, FakeSites(), lambda _: TODAY)()


@pytest.mark.asyncio
async def test_a_broken_report_is_said_on_the_page(house: House) -> None:
    token = signed_in.set(person_of("owner"))
    house.reports.broken = True
    try:
        shown = _json(await acquisition.layout(house.reports, FakeSites(), lambda _: TODAY)())
    finally:
        house.reports.broken = False
        signed_in.reset(token)
    assert "could not be read" in shown
    assert "the warehouse is away" not in shown


def _block(request: dict[str, Any], asked: dict[str, Any], outcome: str | None) -> dict[str, Any]:
    output = "..calls.getRowsResponse...calls-count.children...calls-nothing.hidden.."
    return {
        "output": output,
        "outputs": [
            {"id": "calls", "property": "getRowsResponse"},
            {"id": "calls-count", "property": "children"},
            {"id": "calls-nothing", "property": "hidden"},
        ],
        "inputs": [{"id": "calls", "property": "getRowsRequest", "value": request}],
        "changedPropIds": ["calls.getRowsRequest"],
        "state": [
            {"id": "asked", "property": "data", "value": asked},
            {"id": "outcome", "property": "value", "value": outcome},
        ],
    }


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("role", "caller"), [("owner", "+7 495 123-45-67"), ("employee", "+7 495 ***-**-67")]
)
async def test_rows_are_scoped_whitelisted_and_masked(
    house: House, browser: httpx.AsyncClient, role: str, caller: str
) -> None:
    body = _block(
        {"startRow": 0, "endRow": 99_999, "sortModel": [{"colId": "caller; --", "sort": "desc"}]},
        {"since": "2026-11-01", "until": "2027-11-01", "account": 99, "role": "owner"},
        "answered' OR 1",
    )
    answer = await browser.post(
        "/app/_dash-update-component",
        json=body,
        headers={"cookie": f"ringtrail_session={role}"},
    )
    assert answer.status_code == 200
    shown = json.loads(answer.text)["response"]["calls"]["getRowsResponse"]["rowData"][0]
    assert shown["caller"] == caller
    assert house.reports.scopes[-1] == person_of(role).scope
    _, until, start, stop, sort, outcome = house.reports.asked[-1]
    assert (until, start, stop, sort, outcome) == (TODAY, 0, 100, None, None)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("call", "status"), [(CALL, 200), (UUID(int=6), 204), ("x' OR 1", 204), (None, 204)]
)
async def test_the_evidence_of_a_call_is_scoped_and_masked(
    house: House, browser: httpx.AsyncClient, call: object, status: int
) -> None:
    parts = ("opened", "title", "children")
    body = {
        "output": f"..{'...'.join(f'call-drawer.{part}' for part in parts)}..",
        "outputs": [{"id": "call-drawer", "property": part} for part in parts],
        "inputs": [{"id": "call-asked", "property": "data", "value": {"call": str(call)}}],
        "changedPropIds": ["call-asked.data"],
    }
    answer = await browser.post(
        "/app/_dash-update-component",
        json=body,
        headers={"cookie": "ringtrail_session=employee"},
    )
    assert answer.status_code == status
    if status == 200:
        shown = json.loads(answer.text)["response"]["call-drawer"]
        assert shown["title"] == "+7 495 ***-**-67, 23 Nov 2026, 12:05"
        assert "1234567" not in answer.text
        assert house.reports.scopes[-1] == person_of("employee").scope


@pytest.mark.asyncio
async def test_bundles_are_compressed_and_only_registered_ones(
    house: House, browser: httpx.AsyncClient
) -> None:
    page = await browser.get("/app/acquisition", headers=OWNER)
    source = page.text.split("/app/_dash-component-suites/dash/deps/react@")[1].split('"')[0]
    address = f"/app/_dash-component-suites/dash/deps/react@{source}"
    answer = await browser.get(address, headers={**OWNER, "accept-encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    for path in ("dash/dash.py", "os/path", "dash/%2e%2e/dash.py"):
        missing = await browser.get(f"/app/_dash-component-suites/{path}", headers=OWNER)
        assert missing.status_code == 404
