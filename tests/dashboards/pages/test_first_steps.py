"""What an account without visits or calls is told, by role."""

import pytest

from dashboards.pages.first_steps import first_steps
from dashboards.person import origin
from dashboards.reading import Begun, Scoped, Setup
from tests.dashboards.conftest import FakeSites, person_of


class NoSites(FakeSites):
    """A reader without a site."""

    async def setups(self, scope: Scoped) -> list[Setup]:
        return []


@pytest.mark.parametrize(
    ("begun", "script", "calls"),
    [
        (Begun(visits=False, calls=False), True, True),
        (Begun(visits=True, calls=False), False, True),
        (Begun(visits=False, calls=True), True, False),
    ],
)
async def test_only_what_is_missing_is_asked_for(begun: Begun, script: bool, calls: bool) -> None:
    token = origin.set("https://ringtrail.example")
    try:
        shown = str(await first_steps(FakeSites(), person_of("manager"), begun))
    finally:
        origin.reset(token)
    assert ("https://ringtrail.example/ringtrail.js" in shown) is script
    assert ("POST https://ringtrail.example/hooks/hook-slug" in shown) is calls


async def test_nothing_is_said_once_both_have_come() -> None:
    done = Begun(visits=True, calls=True)
    assert await first_steps(FakeSites(), person_of("manager"), done) is None


async def test_a_masked_role_is_not_shown_the_webhook() -> None:
    begun = Begun(visits=True, calls=False)
    shown = str(await first_steps(FakeSites(), person_of("employee"), begun))
    assert "administrator" in shown
    assert "hook-slug" not in shown


async def test_an_account_without_a_site_is_told_how_to_add_one() -> None:
    begun = Begun(visits=False, calls=False)
    assert "ringtrail site add" in str(await first_steps(NoSites(), person_of("manager"), begun))
