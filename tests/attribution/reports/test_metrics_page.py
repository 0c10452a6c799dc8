"""The page of metrics says of each what the registry says, and of nothing else."""

from typing import get_args

from attribution.answers import DateBasis
from attribution.reports.catalogue import REPORTS
from attribution.reports.registry import DIMENSIONS, METRICS
from tests.house.test_docs import named, quoted, rows

PAGE = "metrics.md"


def test_each_metric_stands_on_the_page_as_it_is() -> None:
    told = {
        quoted(row[0])[0]: (row[1], row[2], row[3])
        for heading in ("Counts", "Calls and pools", "Credit", "Money", "Ratios")
        for row in rows(PAGE, heading)
        if quoted(row[0]) and len(row) == 5
    }
    assert told == {one.name: (one.title, one.format, one.good) for one in METRICS.values()}


def test_a_ratio_is_told_by_what_it_is_of() -> None:
    for row in [*rows(PAGE, "Ratios"), *rows(PAGE, "Money")]:
        name = quoted(row[0])
        if name and METRICS[name[0]].of:
            assert set(quoted(row[4])) == set(METRICS[name[0]].of), name[0]


def test_each_dimension_and_report_stands_on_the_page() -> None:
    assert sorted(named(PAGE, "Dimensions")) == sorted(DIMENSIONS)
    titles = [word for row in rows(PAGE, "Dimensions") for word in row[1].split(", ")]
    assert sorted(titles) == sorted(one.title for one in DIMENSIONS.values())
    assert set(REPORTS) <= set(named(PAGE, "Reports by name"))
    assert set(get_args(DateBasis)) <= set(named(PAGE, "Credit"))
