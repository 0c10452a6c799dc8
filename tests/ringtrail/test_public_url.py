"""An installation that is reached by HTTPS alone sends its cookies by HTTPS alone."""

from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from ringtrail import store
from ringtrail.core.clock import SystemClock
from ringtrail.core.models import Role
from ringtrail.core.settings import Settings
from ringtrail.platform import Platform
from ringtrail.server import add_dashboards, create_app


@pytest.mark.parametrize(
    ("url", "secure"), [("https://calls.example.com", True), ("http://calls.example.com", False)]
)
async def test_the_session_cookie(tmp_path: Path, url: str, secure: bool) -> None:
    platform = Platform(Settings(home=tmp_path, public_url=url))
    account = store.open_account(platform.engine, SystemClock(), "Tyres")
    store.add_user(
        platform.engine, SystemClock(), account, "ann@example.com", "Ann", "secret", Role.manager
    )
    gate = add_dashboards(create_app(platform), platform)
    form = {"email": "ann@example.com", "password": "secret"}
    async with AsyncClient(transport=ASGITransport(gate), base_url=url) as client:
        answer = await client.post("/app/sign-in", data=form)
    platform.close()
    assert answer.status_code == 303
    assert ("; secure" in answer.headers["set-cookie"].lower()) is secure
