"""Reports by name: what they answer adds up on the way down, and nobody reads of others."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from attribution import Reports, routes
from attribution.reports.answering import answer
from attribution.reports.catalogue import REPORTS
from attribution.reports.pool_health import pool_health
from attribution.reports.registry import DIMENSIONS, METRICS
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import DAY, Micros, SetClock, utc
from ringtrail.core.facts import Call, Fact, SiteDescribed, UnknownNumber
from ringtrail.core.lead_facts import Correction, OwnPhone
from ringtrail.core.warehouse import Query, Warehouse
from ringtrail.demo import month
from ringtrail.demo.money import Books
from tests.attribution.reports.test_credited_traffic import EVER, NOW, NUMBERS, opened

SINCE, UNTIL = (day.isoformat() for day in EVER)
READERS = {
    "owner": Scoped(1, (1,), "owner"),
    "agency": Scoped(1, (1, 3), "owner"),
    "other": Scoped(2, (2,), "owner"),
    "employee": Scoped(1, (1,), "employee"),
    "stranger": Scoped(3, (1, 2, 3), "owner"),
}


def told(account: int, site: int) -> list[Fact]:
    """Some days of a clinic, what its advertising cost and what its callers bought."""
    described = SiteDescribed(
        account=account, site=site, occurred_at=Micros(NOW - 40 * DAY), source_id=f"site {site}",
        name="Clinic", timezone="Europe/London", currency="GBP",
    )  # fmt: skip
    unknown = [
        UnknownNumber(
            account=account, site=site, occurred_at=Micros(NOW - DAY * day),
            source_id=f"{site} {day}", number=f"+44207946077{day % 2}", connection="trunk:1",
        )
        for day in range(1, 4)
    ]  # fmt: skip
    numbers = tuple(number.replace("946", f"94{site}") for number in NUMBERS)
    books = Books(account, site, NOW, seed=site)
    days = month.facts(account, site, numbers, NOW, days=4, seed=site, visits_a_day=300)
    heard = list(books.listen(days))
    calls = [fact for fact, _ in heard if isinstance(fact, Call) and fact.caller]
    # The clinic's own phone rings in, two callers are patients to be.
    own = OwnPhone(
        account=account, site=0, occurred_at=Micros(NOW - 39 * DAY), source_id=f"own {site}",
        key=f"own {site}", told_at=Micros(NOW - 39 * DAY), phone=str(calls[0].caller),
        use="internal", from_day=EVER[0],
    )  # fmt: skip
    good = [
        Correction(
            account=account, site=site, occurred_at=NOW, source_id=f"good {call.call}",
            key=f"good {call.call}", correction=UUID(int=int(call.call) // 3), told_at=NOW,
            decided_at=NOW, of="call", event=call.call, action="qualify", qualified=True,
            decided_by="ann@a.example", why="asked for an implant",
        )
        for call in calls[1:3]
    ]  # fmt: skip
    return [
        described,
        *unknown,
        own,
        *good,
        *(fact for fact, _ in heard),
        *(fact for fact, _ in books.facts()),
    ]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    facts = [*told(1, 1), *told(2, 2), *told(1, 3)]
    opening = opened(tmp_path_factory.mktemp("reports"), facts)
    yield opening
    opening.close()


@pytest.fixture
async def client(warehouse: Warehouse) -> AsyncIterator[AsyncClient]:
    app = Starlette(
        routes=routes(
            warehouse,
            SetClock(NOW),
            lambda request: READERS.get(request.headers.get("who", "")),
        )
    )
    async with AsyncClient(
        transport=ASGITransport(app), base_url="http://ringtrail", headers={"who": "owner"}
    ) as one:
        yield one


def address(name: str, **query: object) -> str:
    asked = {"since": SINCE, "until": UNTIL, **query}
    return f"/api/v1/reports/{name}?{urlencode(asked, doseq=True)}"


async def asked(client: AsyncClient, name: str, who: str = "owner", **query: object) -> Any:
    answered = await client.get(address(name, **query), headers={"who": who})
    assert answered.status_code == 200, answered.text
    return answered.json()


async def test_acquisition_is_what_the_page_shows(
    client: AsyncClient, warehouse: Warehouse
) -> None:
    page = await Reports(warehouse).acquisition(READERS["owner"], *EVER)
    money = await Reports(warehouse).money(READERS["owner"], *EVER, model="linear", basis="sale")
    found = await asked(client, "acquisition", model="linear")
    for name in ("visits", "calls", "answered", "missed", "first_time"):
        assert found["totals"][name] == getattr(page.totals, name)
    assert found["totals"]["cost"] == str(money.totals.cost)
    assert money.totals.cost is not None
    assert found["totals"]["currency"] == "GBP"
    assert found["totals"]["revenue"] == str(money.totals.revenue)
    rows = warehouse.rows(
        Query(
            "sold", "SELECT sum(revenue) AS revenue FROM deal_change WHERE account = 1 AND site = 1"
        )
    )
    assert money.totals.revenue == rows[0]["revenue"] > 0
    assert found["versions"]["model"] == money.version
    assert [column["name"] for column in found["columns"]] == [
        *REPORTS["acquisition"].by, *REPORTS["acquisition"].metrics,
    ]  # fmt: skip
    cost = next(column for column in found["columns"] if column["name"] == "cost")
    assert cost == {
        "name": "cost", "title": "Cost", "kind": "metric", "format": "money", "good": "down",
        "rolls_up": "sum", "dated": "spend",
    }  # fmt: skip


async def test_every_row_opens_and_its_parts_add_up(client: AsyncClient) -> None:
    followed: set[str] = set()
    sums = ("visits", "calls", "missed", "credited")

    async def open_row(row: dict[str, Any], depth: int) -> None:
        deeper = row["drill"].get("deeper")
        if deeper is None:
            return
        below = (await client.get(deeper)).json()
        followed.add(",".join(below["by"]))
        for name in sums:
            assert below["totals"][name] == pytest.approx(row[name])
            assert sum(one[name] for one in below["rows"]) == pytest.approx(row[name])
        assert below["totals"]["cost"] == row["cost"]
        assert float(below["totals"]["revenue"]) == pytest.approx(float(row["revenue"]), abs=0.001)
        for one in below["rows"][:2]:
            await open_row(one, depth + 1)

    found = await asked(client, "acquisition")
    assert len(found["rows"]) > 3
    for row in found["rows"]:
        await open_row(row, 1)
        calls = (await client.get(row["drill"]["calls"])).json()
        # One that is left out is in the list, and counts for nothing.
        assert sum(one["calls"] for one in calls["rows"]) == row["calls"]
        assert len(calls["rows"]) == row["calls"] + calls["totals"]["excluded"]
        credited = (await client.get(row["drill"]["conversions"])).json()
        assert credited["totals"]["credited"] == pytest.approx(row["credited"])
        assert credited["totals"]["revenue"] == row["revenue"]
        deals = [one for one in credited["rows"] if one["kind"] == "deal"]
        assert sum(one["deals"] for one in deals) == pytest.approx(row["deals"])
    assert followed == {"source,medium", "campaign", "day"}


async def test_the_statement_answers_the_same_by_itself(
    client: AsyncClient, warehouse: Warehouse
) -> None:
    found = await asked(client, "acquisition", by="day,channel", channel=["Paid Search", "Direct"])
    values = found["parameters"]
    assert values["of_channel"] == ["Paid Search", "Direct"]
    values |= {"since": date.fromisoformat(SINCE), "until": date.fromisoformat(UNTIL)}
    rows = warehouse.rows(Query("again", found["sql"]), values)
    again = msgspec.json.decode(msgspec.json.encode(rows))
    names = [column["name"] for column in found["columns"]]
    # A sum of parts comes out the same but for the order in which it was added up.
    assert len(again[1:]) == len(found["rows"])
    for row, told in zip(again[1:], found["rows"], strict=True):
        assert [row[name] for name in names] == pytest.approx([told[name] for name in names])
    assert {row["channel"] for row in found["rows"]} == {"Paid Search", "Direct"}
    assert found["versions"]["load"] == again[0]["load_position"] > 0


@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_by_every_dimension(warehouse: Warehouse, name: str) -> None:
    report = REPORTS[name]
    metrics = ",".join(report.known)
    whole = answer(warehouse, READERS["owner"], name, [
        ("since", SINCE), ("until", UNTIL), ("by", ""), ("metrics", metrics)])  # fmt: skip
    assert whole.rows == []
    assert set(whole.totals) == set(report.known)
    for dimension in report.dimensions:
        found = answer(warehouse, READERS["owner"], name, [
            ("since", SINCE), ("until", UNTIL), ("by", dimension), ("metrics", metrics),
            ("limit", "10000")])  # fmt: skip
        assert found.rows, f"{name} by {dimension}"
        assert found.totals == pytest.approx(whole.totals)
        for metric in found.columns[1:]:
            if metric.rolls_up == "sum" and whole.totals[metric.name] is not None:
                parts = [row[metric.name] for row in found.rows if row[metric.name] is not None]
                assert float(sum(parts)) == pytest.approx(
                    float(whole.totals[metric.name]), abs=0.01
                ), f"{metric.name} of {name} by {dimension}"


def test_every_metric_and_dimension_is_of_a_report() -> None:
    assert {name for one in REPORTS.values() for name in one.known} == set(METRICS)
    assert {name for one in REPORTS.values() for name in one.dimensions} == set(DIMENSIONS)


async def test_calls_are_the_days_calls(client: AsyncClient, warehouse: Warehouse) -> None:
    metrics = "calls,answered,missed,first_time,attributed,wait_seconds,talk_seconds,excluded"
    days = await asked(client, "acquisition", by="day,channel,campaign", metrics=metrics)
    calls = await asked(client, "calls", by="day,channel,campaign", metrics=metrics)

    def counted(found: Any) -> list[Any]:
        kept = [row for row in found["rows"] if row["calls"] or row["excluded"]]
        rows = [{**row, "drill": None} for row in kept]
        return sorted(rows, key=repr)

    assert counted(days) == counted(calls)
    assert counted(calls)
    left_out = await asked(client, "excluded")
    assert [(row["reason"], row["kind"]) for row in left_out["rows"]] == [("internal", "call")]
    excluded = left_out["totals"]["excluded"]
    assert excluded == days["totals"]["excluded"] == calls["totals"]["excluded"] > 0
    page = await Reports(warehouse).acquisition(READERS["owner"], *EVER)
    assert sum(page.excluded.values()) == excluded


async def test_leads_that_were_qualified_are_told_apart(client: AsyncClient) -> None:
    calls = await asked(client, "calls", metrics="qualified")
    assert calls["totals"]["qualified"] == 2
    found = await asked(
        client, "acquisition", metrics="leads,qualified_leads,qualified_rate,cpql,cost"
    )
    told = found["totals"]
    assert 0 < told["qualified_leads"] <= 2 + 1e-9 < told["leads"]
    assert told["qualified_rate"] == pytest.approx(told["qualified_leads"] / told["leads"])
    assert float(told["cpql"]) == pytest.approx(
        float(told["cost"]) / told["qualified_leads"], abs=1e-4
    )


async def test_pools_and_unknown_numbers_are_what_others_say(
    client: AsyncClient, warehouse: Warehouse
) -> None:
    health = pool_health(warehouse, READERS["agency"], *EVER)
    found = await asked(client, "pools", "agency", by="site,pool")
    names = {"numbers": "numbers", "peak": "peak", "pool_visits": "visits", "pool_calls": "calls"}
    assert sorted(tuple(row[name] for name in names) for row in found["rows"]) == sorted(
        tuple(row[name] for name in names.values()) for row in health
    )
    assert found["totals"]["peak"] == max(row["peak"] for row in health)
    unknown = await Reports(warehouse).unknown_numbers(READERS["owner"], *EVER)
    told = await asked(client, "unknown_numbers")
    assert [(row["number"], row["unknown_calls"]) for row in told["rows"]] == [
        (one.number, one.calls) for one in unknown
    ]
    assert [one.calls for one in unknown] == [2, 1]


@pytest.mark.parametrize("name", REPORTS)
async def test_an_account_and_a_site_see_their_own_only(client: AsyncClient, name: str) -> None:
    whole = await asked(client, name, "agency", by="site")
    parts = [await asked(client, name, "agency", by="site", site=site) for site in (1, 3)]
    assert [row["site"] for part in parts for row in part["rows"]] == [1, 3]
    strip = [[{**row, "drill": None} for row in one["rows"]] for one in (whole, *parts)]
    assert sorted(strip[0], key=lambda row: row["site"]) == [*strip[1], *strip[2]]
    own = await asked(client, name, "owner", by="site")
    assert [{**row, "drill": None} for row in own["rows"]] == strip[1]
    other = await asked(client, name, "other", by="site")
    assert [row["site"] for row in other["rows"]] == [2]
    # Whoever names sites of others is asked for the account, with and without their traffic.
    everything = ",".join(REPORTS[name].known)
    for by in (REPORTS[name].by, ("site",), ()):
        stranger = await asked(client, name, "stranger", by=",".join(by), metrics=everything)
        assert stranger["rows"] == []
        assert not any(value for value in stranger["totals"].values())


async def test_a_call_is_found_by_the_time_that_is_told(client: AsyncClient) -> None:
    """Senders tell whole seconds, milliseconds and microseconds; JSON writes them with a T."""
    found = await asked(client, "calls", by="call,started_at", limit=10_000)
    times = {len(row["started_at"]): row for row in found["rows"]}
    ending = {row["started_at"][-1]: row for row in found["rows"] if "." in row["started_at"]}
    assert times and "0" in ending
    for row in (*times.values(), *ending.values()):
        deeper = (await client.get(row["drill"]["deeper"])).json()
        assert deeper["totals"]["calls"] == row["calls"]
        told = await asked(client, "calls", by="call", started_at=row["started_at"])
        assert row["call"] in {one["call"] for one in told["rows"]}
    nothing = await asked(client, "calls", by="call", started_at="")
    assert nothing["rows"] == []


async def test_a_masked_role_sees_no_caller(client: AsyncClient) -> None:
    query: dict[str, Any] = {"by": "call,caller,number", "limit": 10_000}
    seen = await asked(client, "calls", **query)
    masked = await asked(client, "calls", "employee", **query)
    whole = {row["call"]: row["caller"] for row in seen["rows"]}
    assert any(whole.values())
    for row in masked["rows"]:
        caller = whole[row["call"]]
        if caller is not None:
            assert "•" in row["caller"] or "*" in row["caller"]
            assert caller not in str(row)
        assert row["number"].startswith("+44")
    refused = await client.get(
        address("calls", caller=next(filter(None, whole.values()))), headers={"who": "employee"}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "masked")


async def test_a_limit_says_that_there_is_more(client: AsyncClient) -> None:
    whole = await asked(client, "calls", by="call")
    some = await asked(client, "calls", by="call", limit=3)
    assert (len(some["rows"]), some["more"], whole["more"]) == (3, True, False)
    assert some["totals"] == whole["totals"]
    exact = await asked(client, "calls", by="call", limit=len(whole["rows"]))
    assert exact["more"] is False


@pytest.mark.parametrize(
    ("name", "query", "status", "field", "says"),
    [
        ("nothing", {}, 404, None, "acquisition"),
        ("acquisition", {"metrics": "visits,magic"}, 400, "metrics", "romi_margin"),
        ("acquisition", {"metrics": ""}, 400, "metrics", "romi_margin"),
        ("acquisition", {"by": "planet"}, 400, "by", "campaign"),
        ("acquisition", {"by": "caller"}, 400, "by", "campaign"),
        ("calls", {"metrics": "romi_margin"}, 400, "metrics", "answer_rate"),
        ("acquisition", {"model": "markov"}, 400, "model", "last_non_direct"),
        ("acquisition", {"basis": "moon"}, 400, "basis", "touch"),
        ("acquisition", {"planet": "earth"}, 400, "planet", "campaign"),
        ("acquisition", {"limit": "0"}, 400, "limit", "10000"),
        ("acquisition", {"limit": "9" * 20}, 400, "limit", "10000"),
        ("acquisition", {"format": "xml"}, 400, "format", "json"),
        ("acquisition", {"since": "yesterday"}, 400, "since", "2026-11-23"),
        ("acquisition", {"since": "2100-01-01"}, 400, "since", "until"),
        ("acquisition", {"site": "2"}, 404, "site", "1"),
        ("acquisition", {"site": ""}, 404, "site", "1"),
        ("calls", {"started_at": "noon"}, 400, "started_at", "2026-11-23T09:30:00"),
        ("calls", {"started_at": "2026-11-23T09:30:00Z"}, 400, "started_at", "of the site"),
    ],
)
async def test_what_does_not_exist_is_refused_with_what_does(
    client: AsyncClient, name: str, query: dict[str, str], status: int, field: str | None, says: str
) -> None:
    answered = await client.get(address(name, **query))
    error = answered.json()["error"]
    assert (answered.status_code, error["field"]) == (status, field)
    assert says in error["message"]


@pytest.mark.parametrize("told", [{}, {"until": "2026-03-31"}, {"since": "2026-03-01"}])
async def test_the_last_31_days_count_if_none_are_told(
    client: AsyncClient, told: dict[str, str]
) -> None:
    """A site in the east may be a day ahead, so tomorrow is the last of them."""
    answered = await client.get("/api/v1/reports/calls", params=told)
    assert answered.status_code == 200, answered.text
    until = date.fromisoformat(told.get("until", str(utc(NOW).date() + timedelta(days=1))))
    since = told.get("since", str(until - timedelta(days=31)))
    assert (answered.json()["since"], answered.json()["until"]) == (since, str(until))


async def test_nobody_is_told_to_sign_in(client: AsyncClient) -> None:
    answered = await client.get(address("acquisition"), headers={"who": "nobody"})
    assert (answered.status_code, answered.json()["error"]["code"]) == (401, "key")


async def test_values_are_never_part_of_the_statement(client: AsyncClient) -> None:
    nasty = "x') OR 1=1 --"
    found = await asked(client, "acquisition", channel=nasty)
    assert found["rows"] == []
    assert nasty not in found["sql"]
    for name in ("by", "metrics", "model", "basis"):
        answered = await client.get(address("acquisition", **{name: nasty}))
        assert answered.status_code == 400


async def test_no_campaign_is_a_value_to_look_for(client: AsyncClient) -> None:
    found = await asked(client, "acquisition", by="campaign")
    none = next(row for row in found["rows"] if row["campaign"] is None)
    only = await asked(client, "acquisition", by="campaign", campaign="")
    assert [row["campaign"] for row in only["rows"]] == [None]
    assert only["totals"]["visits"] == none["visits"] > 0
