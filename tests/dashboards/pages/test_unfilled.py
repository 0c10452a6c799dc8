"""The notice about macros that no advertising system filled in."""

from dashboards.pages.acquisition.page import read
from dashboards.pages.acquisition.unfilled import notice
from dashboards.period import asked
from dashboards.reading import Scoped, Unfilled
from tests.dashboards.conftest import TODAY, FakeReports, FakeSites, person_of


def test_it_names_the_first_and_counts_the_others() -> None:
    assert notice([]) is None
    found = [Unfilled(f"utm_{index}", "{{x}}") for index in range(5)]
    text = str(notice(found))
    assert "utm_0={{x}}" in text
    assert "utm_2={{x}}" in text
    assert "utm_3" not in text
    assert " and 2 more" in text
    assert "more" not in str(notice(found[:3]))


class BrokenSites(FakeSites):
    """The store is away."""

    async def unfilled(self, scope: Scoped) -> list[Unfilled]:
        raise RuntimeError("away")


async def test_it_stands_above_the_report_and_cannot_break_it() -> None:
    who, now = person_of("manager"), asked({}, TODAY)
    shown = str(await read(FakeReports(), FakeSites(), who, now))
    assert "utm_campaign={campaignid}" in shown
    without = str(await read(FakeReports(), BrokenSites(), who, now))
    assert "campaignid" not in without
    assert "kpis" in without
