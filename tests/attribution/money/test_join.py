"""Each spend row finds its visits once, and no cost is lost or counted twice on the way."""

import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.attribution.money.house import DAY, House, Spent

NAMES = ("Brand London", "brand-london", "brand_london", "Implants", "123456", "77", None)
IDS = ("123456", "77", None)
SOURCES = ("google", "Google", "yandex")
SPENDS = st.builds(
    Spent,
    cost=st.decimals(-1000, 100_000, places=4).map(str),
    campaign=st.sampled_from(NAMES),
    campaign_id=st.sampled_from(IDS),
    source=st.sampled_from(SOURCES),
    medium=st.sampled_from(("cpc", "display")),
    currency=st.sampled_from(("EUR", "USD")),
    day=st.sampled_from((DAY, DAY + timedelta(1))),
    key=st.sampled_from(tuple("abcdefgh")),
    connection=st.sampled_from(("ads", "more")),
    site=st.sampled_from((1, 2)),
)
VISITS = st.tuples(
    st.sampled_from((*NAMES, "123456|Implants")), st.sampled_from(SOURCES),
    st.sampled_from(("cpc", "display")), st.sampled_from(("Paid Search", "Display")),
    st.sampled_from((1, 2)),
)  # fmt: skip
ALIASES = st.tuples(
    st.sampled_from(("*", "123456", "Implants")),
    st.sampled_from(("{campaign_id}|{campaign}", "{campaign}", "braces", None)),
)


@given(
    spends=st.lists(SPENDS, max_size=12),
    visits=st.lists(VISITS, max_size=8, unique=True),
    aliases=st.lists(ALIASES, max_size=3),
)
# Two sites have visits of one campaign: an account's dictionary has it once all the same.
@example(
    spends=[Spent("0.0001", "Brand London", key="a")],
    visits=[("Brand London", "google", "cpc", "Paid Search", site) for site in (1, 2)],
    aliases=[],
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_cost_shown_is_the_cost_told_to_the_cent(
    spends: list[Spent],
    visits: list[tuple[str | None, str, str, str, int]],
    aliases: list[tuple[str, str | None]],
) -> None:
    # A key is of one site, connection and day: so the importer makes them.
    told = [replace(row, key=f"{row.key}{row.site}{row.connection}{row.day}") for row in spends]
    newest = {row.key: row for row in told}
    expected: dict[tuple[int, object, str], Decimal] = defaultdict(Decimal)
    for row in newest.values():
        expected[row.site, row.day, row.currency] += Decimal(row.cost)
    with tempfile.TemporaryDirectory() as home:
        house = House(Path(home) / "w.duckdb")
        for campaign, source, medium, channel, site in visits:
            house.visits(campaign, source, medium, channel, site=site)
        for of, campaign in aliases:
            house.alias(of, campaign)
        house.spend(told)
        house.refresh()
        first = house.rows("FROM mart_cost")
        found: dict[tuple[int, object, str], Decimal] = defaultdict(Decimal)
        for priced in first:
            found[priced["site"], priced["day"], priced["currency"]] += priced["cost"]
        traffic = house.rows("FROM mart_traffic")
        house.refresh()
        assert house.rows("FROM mart_cost") == first
        assert house.rows("FROM mart_traffic") == traffic
        house.close()
    assert {key: cost for key, cost in found.items() if cost} == {
        key: cost for key, cost in expected.items() if cost
    }


def test_a_campaign_is_found_by_its_id_then_by_its_name(house: House) -> None:
    house.visits("123456789")
    house.visits("implants-london")
    house.spend([
        Spent("1", "Implants London", campaign_id="123456789"),
        Spent("2", "Implants  London"),
        Spent("3", "Braces"),
    ])  # fmt: skip
    assert house.joined() == {
        "Implants London": ("id", "Paid Search", "google", "123456789"),
        "Implants  London": ("name", "Paid Search", "google", "implants-london"),
        "Braces": ("none", "Paid Search", "google", "Braces"),
    }


def test_a_long_id_is_found_under_another_source_and_a_short_one_is_not(house: House) -> None:
    house.visits("123456", source="instagram", channel="Paid Social")
    house.visits("77", source="instagram", channel="Paid Social")
    house.spend([
        Spent("1", campaign_id="123456", source="facebook"),
        Spent("1", campaign_id="77", source="facebook"),
    ])  # fmt: skip
    found = house.joined()
    assert found["123456"] == ("id", "Paid Social", "instagram", "123456")
    assert found["77"][0] == "none"


def test_a_name_is_not_found_under_another_source(house: House) -> None:
    house.visits("brand", source="yandex")
    house.spend([Spent("1", "brand")])
    assert house.joined()["brand"][0] == "none"


def test_a_template_builds_what_visits_carry(house: House) -> None:
    house.visits("77|Implants")
    house.spend([Spent("1", "Implants", campaign_id="77"), Spent("1", "Braces", campaign_id="78")])
    house.alias("*", "{campaign_id}|{campaign}")
    found = house.joined()
    assert found["Implants"] == ("template", "Paid Search", "google", "77|Implants")
    assert found["Braces"] == ("none", "Paid Search", "google", "Braces")


def test_an_alias_comes_before_what_is_found_and_can_be_taken_away(house: House) -> None:
    house.visits("123456")
    house.visits("autumn", source="newsletter", medium="email", channel="Email")
    house.spend([Spent("1", "Implants", campaign_id="123456")])
    house.alias("Implants", "autumn", source="newsletter", medium="email")
    assert house.joined()["Implants"] == ("alias", "Email", "newsletter", "autumn")
    house.alias("Implants", None)
    assert house.joined()["Implants"] == ("id", "Paid Search", "google", "123456")


def test_an_alias_of_no_visits_has_the_channel_that_they_would_have(house: House) -> None:
    house.spend([Spent("1", "Implants")])
    house.alias("Implants", "implants", source="facebook", medium="paid_social")
    assert house.joined()["Implants"] == ("alias", "Paid Social", "facebook", "implants")


def test_later_visits_do_not_move_a_cost(house: House) -> None:
    house.visits("123456", medium="search", visits=1)
    house.spend([Spent("1", campaign_id="123456")])
    house.refresh()
    before = house.rows("FROM mart_cost")
    house.visits("123456", medium="video", channel="Paid Video", day=DAY + timedelta(1), visits=99)
    house.refresh()
    assert house.rows("FROM mart_cost") == before != []


def test_spend_without_visits_and_paid_visits_without_spend_are_rows(house: House) -> None:
    house.visits("brand")
    house.visits("braces")
    house.visits("letter", source="newsletter", medium="email", channel="Email")
    house.spend(
        [Spent("10.50", "brand"), Spent("5", "radio"), Spent("7", "autumn", currency="USD")]
    )
    house.site("EUR")
    house.refresh()
    found = [
        (row["gap"], row["campaign"], row["visits"], row["cost"], row["currency"],
         row["reporting_cost"])
        for row in house.ask("gaps")
    ]  # fmt: skip
    assert found == [
        ("spend_without_visits", "autumn", 0, Decimal("7.0000"), "USD", None),
        ("spend_without_visits", "radio", 0, Decimal("5.0000"), "EUR", Decimal("5.0000")),
        ("paid_visits_without_spend", "braces", 3, None, None, None),
    ]


def test_another_account_is_not_read(house: House) -> None:
    house.visits("brand", account=2)
    house.spend([Spent("3", "brand"), Spent("4", "brand", account=2)])
    house.refresh()
    assert [row["gap"] for row in house.ask("gaps")] == ["spend_without_visits"]
    assert house.ask("gaps", account=2) == []
    assert house.ask("problems", account=3) == []
