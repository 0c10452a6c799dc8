"""The table's rows add up at every level."""

from dashboards.pages.acquisition.tree import add, grow, order
from dashboards.pages.delta import of_count, of_share
from dashboards.reading import AcquisitionRow, CreditedTraffic

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


def test_an_order_goes_through_every_level_and_the_undefined_stays_last() -> None:
    rows = [
        AcquisitionRow(0, 5, channel="phone_book"),
        AcquisitionRow(10, 1, channel="email", source="a", medium="email"),
        AcquisitionRow(10, 4, channel="email", source="b", medium="email"),
        AcquisitionRow(10, 9, channel="direct"),
    ]
    for descending, names, below in (
        (True, ["direct", "email", "phone_book"], ["b / email", "a / email"]),
        (False, ["email", "direct", "phone_book"], ["a / email", "b / email"]),
    ):
        branches = grow(rows, ("call_rate", descending))
        assert [branch.label for branch in branches] == names
        email = next(branch for branch in branches if branch.label == "email")
        assert [child.label for child in email.children] == below


def test_channels_sort_by_their_change() -> None:
    branches = grow(ROWS, ("change", False), {"paid_search": 24, "direct": 1})
    assert [branch.label for branch in branches] == ["direct", "paid_search"]


def test_credit_adds_up_also_where_nothing_else_was_counted() -> None:
    credited = [
        CreditedTraffic("paid_search", "google", "cpc", "A", 0.25),
        CreditedTraffic("paid_search", "google", "cpc", "B", 1.5),
        CreditedTraffic("email", "letter", "email", None, 2.25),
    ]
    branches = grow(ROWS, ("credited", True), None, credited)
    assert [(one.label, one.credited) for one in branches] == [
        ("email", 2.25),
        ("paid_search", 1.75),
        ("direct", 0.0),
    ]
    google = branches[1].children[0]
    assert (google.label, google.credited) == ("google / cpc", 1.75)
    assert [(one.label, one.credited) for one in google.children] == [("B", 1.5), ("A", 0.25)]
    assert branches[0].totals == add([])


def test_an_order_that_names_no_column_is_the_usual_one() -> None:
    assert order(("account; --", True)) == order(None) == ("calls", True)
