"""A report's intervals: of each level from its own deals, only when asked for."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from attribution import Reports, routes
from attribution.reports.intervals import price, rate, share
from ringtrail.core.clock import SetClock
from ringtrail.core.warehouse import Query, Warehouse
from tests.attribution.reports.one_sum import Sum, gained
from tests.attribution.reports.test_credited_traffic import EVER, NOW, OWNER, opened
from tests.attribution.reports.test_money import CALLS, FACTS, bought, described, spent

SINCE, UNTIL = (day.isoformat() for day in EVER)
METRICS = "calls,answered,answer_rate,call_rate,leads,cpl,cost_per_call,romi_revenue,romi_margin"
BOUGHT = [*bought("400", "90")[:7], *bought("100", "25")[7:]]
BACK = bought("300", "60", after=9)[:2]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    cost = [spent(1, "brand-london", "10.10"), spent(2, "implants-london", "33.33")]
    facts = [*FACTS, described(1, "GBP"), *BOUGHT, *BACK, *cost]
    opening = opened(tmp_path_factory.mktemp("intervals"), facts)
    yield opening
    opening.close()


async def answered(warehouse: Warehouse, name: str, **query: str) -> Response:
    app = Starlette(routes=routes(warehouse, SetClock(NOW), lambda request: OWNER))
    transport = ASGITransport(app)
    async with AsyncClient(transport=transport, base_url="http://ringtrail") as client:
        told = urlencode({"since": SINCE, "until": UNTIL, **query})
        return await client.get(f"/api/v1/reports/{name}?{told}")


async def asked(warehouse: Warehouse, name: str = "acquisition", **query: str) -> Any:
    found = await answered(warehouse, name, **query)
    assert found.status_code == 200, found.text
    return found.json()


def written(interval: object) -> dict[str, object]:
    """As JSON has it: an amount is text."""
    ends = {name: getattr(interval, name) for name in ("low", "high", "small")}
    return {name: str(end) if isinstance(end, Decimal) else end for name, end in ends.items()}


async def test_the_totals_have_the_intervals_of_their_counts_and_deals(
    warehouse: Warehouse,
) -> None:
    totals = (await asked(warehouse, metrics=METRICS + ",cost,visits,deals", intervals="true"))[
        "totals"
    ]
    found = totals["intervals"]
    cost, calls = Decimal(totals["cost"]), totals["calls"]
    assert set(found) == {"answer_rate", "call_rate", "cpl", "cost_per_call", "romi_revenue",
                          "romi_margin"}  # fmt: skip
    assert found["answer_rate"] == pytest.approx(written(share(totals["answered"], calls)))
    assert found["call_rate"] == pytest.approx(written(rate(calls, totals["visits"])))
    assert found["cost_per_call"] == written(price(cost, calls))
    assert found["cpl"] == written(price(cost, totals["leads"]))
    # By hand: seven deals of 400, the others of 100, two that went down from 400 to 300.
    others, deals = len(BOUGHT) - 7, totals["deals"]
    assert deals == pytest.approx(len(CALLS))
    for name, large, small, back in (("revenue", 400, 100, 100), ("margin", 90, 25, 30)):
        whole = Sum(
            7 * large + others * small - 2 * back,
            7 * large**2 + others * small**2 + 2 * back**2, -2.0 * back, 2.0 * back**2,
            paid=name == "revenue",
        )  # fmt: skip
        interval = gained(whole, deals, cost)
        assert interval is not None and interval.small == (deals < 10)
        assert found[f"romi_{name}"] == pytest.approx(written(interval))
        assert interval.low < totals[f"romi_{name}"] < (interval.high or 0)


@pytest.mark.parametrize("model", ["last_non_direct", "linear"])
async def test_a_row_has_those_of_its_own_credit(warehouse: Warehouse, model: str) -> None:
    found = await asked(warehouse, by="channel", metrics="romi_revenue,cost", model=model,
                  intervals="true")  # fmt: skip
    text = f"""SELECT channel, sum(w * value) AS amount, sum(w * value * value) AS squares,
      sum(w * value) FILTER (value < 0) AS back, sum(w * value * value) FILTER (value < 0) AS backs,
      sum(w * counts) AS deals
      FROM (SELECT *, weight_{model} AS w FROM mart_credit WHERE account = 1 AND kind = 'deal')
      JOIN mart_traffic USING (account, traffic) GROUP BY channel"""
    by_channel = {row["channel"]: row for row in warehouse.rows(Query("credit", text))}
    seen = 0
    for row in found["rows"]:
        if row["romi_revenue"] is None:
            assert row["intervals"] == {}
            continue
        of = by_channel[row["channel"]]
        whole = Sum(of["amount"], of["squares"], of["back"] or 0.0, of["backs"] or 0.0, True)
        interval = gained(whole, of["deals"], Decimal(row["cost"]))
        assert row["intervals"]["romi_revenue"] == pytest.approx(written(interval))
        seen += 1
    assert seen == 1


async def test_they_are_told_only_when_asked_for_and_on_the_way_down(warehouse: Warehouse) -> None:
    plain = await asked(warehouse, metrics="cpl")
    assert "intervals" not in plain["totals"]
    assert all("intervals" not in row for row in plain["rows"])
    assert "squares" not in plain["sql"].split("GROUP BY GROUPING SETS")[1]
    told = await asked(warehouse, metrics="cpl", intervals="true")
    assert [column["name"] for column in told["columns"]] == ["channel", "cpl"]
    assert set(told["rows"][0]) == {"channel", "cpl", "intervals", "drill"}
    assert "intervals=true" in told["rows"][0]["drill"]["deeper"]
    assert "intervals" not in plain["rows"][0]["drill"]["deeper"]


async def test_every_report_can_be_asked_for_them(warehouse: Warehouse) -> None:
    calls = (await asked(warehouse, "calls", intervals="true"))["totals"]
    assert set(calls["intervals"]) == {"answer_rate", "attributed_rate"}
    assert (await asked(warehouse, "conversions", intervals="true"))["totals"]["intervals"] == {}


async def test_neither_yes_nor_no_is_refused(warehouse: Warehouse) -> None:
    refused = await answered(warehouse, "calls", intervals="perhaps")
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "intervals")


async def test_the_page_is_told_the_same(warehouse: Warehouse) -> None:
    page = await Reports(warehouse).money(OWNER, *EVER, model="linear", basis="sale")
    metrics = "cpl,romi_revenue,romi_margin"
    told = await asked(warehouse, metrics=metrics, model="linear", intervals="true")
    assert set(page.totals.intervals) == set(metrics.split(","))
    for name, interval in page.totals.intervals.items():
        assert told["totals"]["intervals"][name] == pytest.approx(written(interval))
    by_channel = {row["channel"]: row["intervals"] for row in told["rows"]}
    for row in page.rows:
        if row.level == 0:
            assert set(row.intervals) == set(by_channel[row.channel])
