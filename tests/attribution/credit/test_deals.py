"""A deal's changes are divided among the visits before its first sale, at their days' rates."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from ringtrail.core.clock import Micros, utc
from ringtrail.core.facts import Fact, SiteDescribed
from ringtrail.core.money_facts import Deal, Rate
from tests.attribution.credit.shop import NOW, Shop

HOURS = 3_600.0
PHONE = "+447700900777"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    yield opened
    opened.close()


def deal(shop: Shop, key: str, before: float, amount: str | None, told: int = 0, **of: Any) -> Deal:
    at = Micros(NOW - int(before * 1_000_000))
    values: dict[str, Any] = {
        "status": "won", "currency": "EUR", "amount": None if amount is None else Decimal(amount),
        "margin": None,
    }  # fmt: skip
    return Deal(
        account=shop.account, site=shop.site, occurred_at=at, source_id=f"{key}{before}{told}{of}",
        key=key, told_at=Micros(NOW + told), connection="crm", **(values | of),
    )  # fmt: skip


def rate(shop: Shop, base: str, quote: str, value: str, before: float) -> Rate:
    at = Micros(NOW - int(before * 1_000_000))
    return Rate(
        account=shop.account, site=0, occurred_at=at, source_id=f"{base}{quote}{at}",
        key=f"{base}{quote}{at}", told_at=at, day=utc(at).date(), base=base, quote=quote,
        rate=Decimal(value), teller="ecb",
    )  # fmt: skip


def site(shop: Shop, currency: str | None, turn: int = 1) -> SiteDescribed:
    return SiteDescribed(
        account=shop.account, site=shop.site, occurred_at=Micros(NOW + turn), name="Shop",
        source_id=f"site{turn}", timezone="Europe/London", currency=currency,
    )  # fmt: skip


def sales(shop: Shop) -> list[tuple[Any, ...]]:
    """counts, value, margin, currency and problem of each change, oldest first."""
    rows = shop.rows("FROM mart_conversion WHERE kind = 'deal' ORDER BY occurred_at, currency")
    return [tuple(row[name] for name in ("counts", "value", "margin", "currency", "problem"))
            for row in rows]  # fmt: skip


def worth(shop: Shop, model: str = "linear") -> dict[str, float]:
    """What each channel gets of the deals' revenue."""
    rows = shop.rows(
        f"SELECT channel, sum(value * weight_{model})::DOUBLE AS value FROM mart_credit "
        "JOIN mart_traffic USING (account, traffic) WHERE kind = 'deal' GROUP BY channel"
    )
    return {row["channel"]: row["value"] for row in rows}


def test_a_sale_is_divided_among_the_visits_before_it(shop: Shop) -> None:
    shop.deliver(
        site(shop, "EUR"), shop.visit("v1", "ann", 9 * HOURS),
        shop.visit("v2", "ann", 8 * HOURS, 2), shop.contact("f", 7 * HOURS, "ann"),
        shop.visit("v3", "ann", 2 * HOURS, 1),
        deal(shop, "d", 3 * HOURS, "100.10", margin=Decimal("30"), contact=contact_of(shop)),
    )  # fmt: skip
    assert sales(shop) == [(1, Decimal("100.10"), Decimal("30"), "EUR", None)]
    assert worth(shop) == pytest.approx({"Paid Search": 50.05, "Email": 50.05})
    assert worth(shop, "last") == pytest.approx({"Paid Search": 0, "Email": 100.10})


def contact_of(shop: Shop) -> str:
    """What a CRM calls the contact of the form `f`: Ringtrail's own id."""
    return str(shop.contact("f", 0, None).contact)


def test_a_refund_is_taken_from_the_visits_of_the_sale(shop: Shop) -> None:
    """Also from a visit that lies too far before the refund, and not from one after the sale."""
    sold, back = 5 * 24 * HOURS, 1 * HOURS
    shop.deliver(
        site(shop, "EUR"), shop.visit("v1", "ann", sold + 89.9 * 24 * HOURS),
        shop.contact("f", sold + HOURS, "ann"), shop.visit("v2", "ann", sold - HOURS, 1),
        deal(shop, "d", sold, "100", contact=contact_of(shop)),
    )  # fmt: skip
    shop.deliver(deal(shop, "d", back, "100", contact=contact_of(shop), status="lost"))
    assert [one[:2] for one in sales(shop)] == [(1, Decimal(100)), (0, Decimal(-100))]
    assert worth(shop) == {"Paid Search": 0}
    days = shop.rows("SELECT day, value FROM mart_credit WHERE kind = 'deal' ORDER BY day")
    assert [row["day"] for row in days] == [
        utc(Micros(NOW - int(before * 1_000_000))).date() for before in (sold, back)
    ]  # fmt: skip


def test_a_deal_of_nobody_credits_nobody(shop: Shop) -> None:
    shop.deliver(site(shop, "EUR"), shop.visit("v1", "ann", HOURS), deal(shop, "d", 60, "7"))
    assert worth(shop) == {"Unattributed": 7}


def test_a_sale_of_nothing_counts(shop: Shop) -> None:
    shop.deliver(site(shop, "EUR"), deal(shop, "d", 60, "0"), deal(shop, "e", 50, None),
                 deal(shop, "f", 40, "5", status="open"))  # fmt: skip
    assert sales(shop) == [(1, 0, None, "EUR", None), (1, 0, None, "EUR", None)]
    assert shop.rows("SELECT sum(counts * weight_first) AS n FROM mart_credit")[0]["n"] == 2


def test_money_takes_the_rate_of_its_day(shop: Shop) -> None:
    day = 24 * HOURS
    shop.deliver(
        site(shop, "EUR"), rate(shop, "USD", "EUR", "0.9", 10 * day),
        rate(shop, "EUR", "USD", "1.25", 2 * day),
        deal(shop, "d", 9 * day, "100", currency="USD", margin=Decimal(10)),
        deal(shop, "d", 1 * day, "60", currency="USD", margin=Decimal(10)),
        deal(shop, "e", 40 * day, "100", currency="USD"),
    )  # fmt: skip
    assert sales(shop) == [
        (1, None, None, "EUR", "no_rate"), (1, Decimal(90), Decimal(9), "EUR", None),
        (0, Decimal(-32), 0, "EUR", None),
    ]  # fmt: skip


def test_a_margin_that_is_not_told_is_unknown(shop: Shop) -> None:
    shop.deliver(
        site(shop, "EUR"), deal(shop, "d", 90, "100", margin=Decimal(30)),
        deal(shop, "d", 80, "100"), deal(shop, "d", 70, "60"), deal(shop, "d", 60, "60"),
        deal(shop, "e", 50, "7"), deal(shop, "e", 40, "7", status="lost"),
        deal(shop, "f", 30, "0", margin=Decimal(0)), deal(shop, "f", 20, "0", status="lost"),
    )  # fmt: skip
    assert [one[:3] for one in sales(shop)] == [
        (1, 100, 30), (0, 0, None), (0, -40, None), (1, 7, None), (0, -7, None), (1, 0, 0),
    ]  # fmt: skip


def test_a_margin_told_late_is_that_of_the_sale(shop: Shop) -> None:
    shop.deliver(site(shop, "EUR"), deal(shop, "d", 90, "100"))
    assert sales(shop) == [(1, 100, None, "EUR", None)]
    shop.deliver(deal(shop, "d", 80, "100", margin=Decimal(30)))
    assert sales(shop) == [(1, 100, 30, "EUR", None)]
    shop.deliver(deal(shop, "d", 70, "100"), deal(shop, "d", 60, "100", margin=Decimal(25)))
    assert [one[:3] for one in sales(shop)] == [(1, 100, 30), (0, 0, -5)]
    shop.deliver(deal(shop, "d", 50, "100", status="lost"),
                 deal(shop, "d", 40, "9", currency="USD"))  # fmt: skip
    assert [one[:3] for one in sales(shop)][2:] == [(0, -100, -25), (0, None, None)]


def test_a_rate_and_a_currency_told_later_change_the_figures(shop: Shop) -> None:
    shop.deliver(deal(shop, "d", 60, "100", currency="USD"), deal(shop, "e", 50, "1"))
    assert sales(shop) == [(1, None, None, None, "no_currency")] * 2
    shop.deliver(site(shop, "EUR"))
    assert sales(shop) == [(1, None, None, "EUR", "no_rate"), (1, 1, None, "EUR", None)]
    shop.deliver(rate(shop, "USD", "EUR", "0.5", 60))
    assert [one[1] for one in sales(shop)] == [50, 1]
    assert worth(shop) == {"Unattributed": 51}


def test_the_only_currency_of_all_deals_is_the_sites(shop: Shop) -> None:
    shop.deliver(deal(shop, "d", 60, "100", currency="GBP"))
    assert sales(shop) == [(1, 100, None, "GBP", None)]
    shop.deliver(deal(shop, "e", 50, "1"))
    assert sales(shop) == [(1, None, None, None, "no_currency")] * 2


def test_a_correction_of_a_moment_replaces_its_conversion(shop: Shop) -> None:
    shop.deliver(site(shop, "EUR"), deal(shop, "d", 60, "100"))
    shop.deliver(deal(shop, "d", 60, "100", told=1, status="lost"))
    assert sales(shop) == []
    assert shop.rows("FROM mart_credit") == shop.rows("FROM mart_share") == []


def test_ten_thousand_touches_of_one_journey(shop: Shop) -> None:
    shop.deliver(*(shop.visit(f"v{n}", "ann", 60 + n, n % 3) for n in range(10_000)))
    shop.deliver(site(shop, "EUR"), shop.contact("f", 59, "ann"),
                 deal(shop, "d", 50, "0", contact=contact_of(shop)),
                 deal(shop, "d", 40, "20", contact=contact_of(shop)))  # fmt: skip
    rows = shop.rows("SELECT conversion, count(*) AS n, sum(weight_linear) AS whole, "
                     "sum(weight_time_decay) AS decayed FROM mart_credit GROUP BY ALL")  # fmt: skip
    assert [row["n"] for row in rows] == [10_000] * 4
    for row in rows:
        assert [row["whole"], row["decayed"]] == pytest.approx([1, 1], abs=1e-9)


TOLD = st.lists(
    st.tuples(
        st.sampled_from(["deal", "deal", "deal", "visit", "contact", "rate", "site"]),
        st.integers(0, 2), st.sampled_from([1, 2, 15, 40, 95]), st.sampled_from(["0", "5", "7.77"]),
        st.sampled_from(["won", "won", "lost", "open"]), st.sampled_from(["EUR", "EUR", "USD"]),
    ),
    min_size=2, max_size=16,
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(told=TOLD, size=st.integers(1, 6), again=st.booleans())
def test_increments_equal_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[Any, ...]], size: int, again: bool
) -> None:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    try:
        facts = [fact(shop, turn, one) for turn, one in enumerate(told)]
        batches = [facts[start : start + size] for start in range(0, len(facts), size)]
        for batch in batches + (batches if again else []):
            shop.deliver(*batch)
        kept_up = shop.marts()
        shop.upkeep.rebuild()
        assert kept_up == shop.marts()
    finally:
        shop.close()


def fact(shop: Shop, turn: int, one: tuple[Any, ...]) -> Fact:
    kind, who, days, amount, status, currency = one
    before = days * 24 * HOURS + turn
    if kind == "visit":
        return shop.visit(f"v{turn}", f"p{who}", before, turn % 3)
    if kind == "contact":
        form = shop.contact(f"f{turn}", before, f"p{who}")
        return structs.replace(form, phone=f"{PHONE[:-1]}{who}")
    if kind == "rate":
        return rate(shop, "USD", "EUR", f"0.{who + 1}", before)
    if kind == "site":
        return site(shop, currency, turn)
    return deal(shop, f"d{who}", before, amount, turn, status=status, currency=currency,
                phone=f"{PHONE[:-1]}{who}")  # fmt: skip
