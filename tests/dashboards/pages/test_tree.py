"""The table's rows add up at every level."""

from dashboards.pages.acquisition.tree import add, grow
from dashboards.pages.delta import of_count, of_share
from dashboards.reading import AcquisitionRow

ROWS = [
    AcquisitionRow(5, 1, channel="paid_search", source="google", medium="cpc", campaign="A"),
    AcquisitionRow(7, 2, channel="paid_search", source="google", medium="cpc", campaign="B"),
    AcquisitionRow(9, 9, channel="paid_search", source="yandex", medium="cpc"),
    AcquisitionRow(3, 0, channel="direct"),
]


def test_levels_add_up_and_the_most_calls_come_first() -> None:
    branches = grow(ROWS)
    assert [branch.label for branch in branches] == ["paid_search", "direct"]
    assert branches[1].children == []
    assert [child.label for child in branches[0].children] == ["yandex / cpc", "google / cpc"]
    for branch in branches:
        if branch.children:
            assert add(child.totals for child in branch.children) == branch.totals
    assert add(branch.totals for branch in branches) == add(ROWS)


def test_small_changes_are_not_news() -> None:
    assert of_count(10, 0) is None
    assert of_share(None, 0.5, 100) is None
    few, many = of_count(20, 10), of_count(200, 100)
    assert few is not None
    assert many is not None
    assert "flat" in str(few)
    assert "up" in str(many)
