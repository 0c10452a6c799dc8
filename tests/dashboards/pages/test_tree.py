"""The table's rows add up at every level."""

from decimal import Decimal

from dashboards.pages.acquisition.tree import add, grow
from dashboards.pages.delta import of_amount, of_count, of_share
from dashboards.reading import AcquisitionRow, MoneyRow

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


def test_a_cost_that_rises_is_bad_and_a_spend_that_does_is_neither() -> None:
    more, less = Decimal(20), Decimal(10)
    assert "delta down" in str(of_amount(more, less, 100, "down"))
    assert "delta up" in str(of_amount(less, more, 100, "down"))
    assert "delta up" in str(of_amount(more, less, 100, "up"))
    assert "delta flat" in str(of_amount(more, less, 100, "neutral"))
    assert "delta flat" in str(of_amount(more, less, 5, "up"))
    for before in (None, Decimal(0), Decimal(-1)):
        assert of_amount(more, before, 100, "up") is None


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


def test_money_stands_at_its_level_also_where_nothing_else_was_counted() -> None:
    money = [
        MoneyRow(1.75, cost=Decimal(30), level=0, channel="paid_search"),
        MoneyRow(1.75, cost=Decimal(30), level=1, channel="paid_search", source="google",
                 medium="cpc"),
        MoneyRow(0.25, cost=Decimal(10), level=2, channel="paid_search", source="google",
                 medium="cpc", campaign="A"),
        MoneyRow(1.5, cost=Decimal(20), level=2, channel="paid_search", source="google",
                 medium="cpc", campaign="B"),
        MoneyRow(2.25, level=0, channel="email"),
        MoneyRow(2.25, level=1, channel="email", source="letter", medium="email"),
        MoneyRow(2.25, level=2, channel="email", source="letter", medium="email"),
    ]  # fmt: skip
    branches = grow(ROWS, ("credited", True), None, money)
    assert [(one.label, one.money.credited) for one in branches] == [
        ("email", 2.25),
        ("paid_search", 1.75),
        ("direct", 0.0),
    ]
    google = branches[1].children[0]
    assert (google.label, google.money.cost) == ("google / cpc", Decimal(30))
    assert [(one.label, one.money.cost) for one in google.children] == [
        ("B", Decimal(20)),
        ("A", Decimal(10)),
    ]
    assert branches[0].totals == add([])


def test_rows_sort_by_money_and_what_has_none_stays_last() -> None:
    costs = {"paid_search": Decimal(30), "email": Decimal(0), "direct": None}
    rows = [AcquisitionRow(5, 2, channel=channel) for channel in costs]
    money = [
        MoneyRow(cost=cost, level=level, channel=channel, source="" if level else None,
                 medium="" if level else None)
        for channel, cost in costs.items() for level in (0, 1, 2)
    ]  # fmt: skip
    for descending, names in (
        (True, ["paid_search", "email", "direct"]),
        (False, ["email", "paid_search", "direct"]),
    ):
        for column in ("cost", "call_cost"):
            branches = grow(rows, (column, descending), None, money)
            assert [branch.label for branch in branches] == names


def test_two_sources_of_one_shown_name_are_two_rows() -> None:
    rows = [
        AcquisitionRow(5, 1, channel="referral", source="a", medium="(unknown)"),
        AcquisitionRow(5, 2, channel="referral", source="a", medium=""),
    ]
    (referral,) = grow(rows)
    assert [child.label for child in referral.children] == ["a", "a"]
    assert len({child.path for child in referral.children}) == 2
