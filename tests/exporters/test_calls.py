"""Calls as CSV from a real warehouse, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from attribution import Reports
from attribution.leads.corrections import CorrectionBody, Decider, decide
from exporters.exports import CALLS
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import MINUTE, Micros
from ringtrail.core.facts import (
    Call,
    Fact,
    LeaseOpened,
    NumberOwned,
    PoolDescribed,
    SiteDescribed,
    Visit,
)
from ringtrail.core.warehouse import Warehouse
from tests.exporters.conftest import NIGHT, NOON, Load

MONDAY, TUESDAY = date(2026, 9, 21), date(2026, 9, 22)
MANAGER = Scoped(1, (1,), "manager")
Export = Callable[..., list[dict[str, str]]]


def site(account: int, zone: str) -> SiteDescribed:
    return SiteDescribed(
        account=account, site=account, occurred_at=NOON, source_id="site", name="Shop",
        timezone=zone,
    )  # fmt: skip


def call(index: int, at: Micros, account: int = 1, caller: str | None = "+79167654321") -> Call:
    return Call(
        account=account, site=account, occurred_at=at, source_id=str(index), key=f"pbx:{index}",
        call=UUID(int=account * 1000 + index), told_at=at, number=f"+749500000{index:02}",
        caller=caller, outcome="answered", ring_seconds=5, talk_seconds=65,
    )  # fmt: skip


def visit(index: int, campaign: str, content: str = "plain") -> list[Fact]:
    """A visit with this campaign that holds the number of call `index`."""
    own: dict[str, Any] = {
        "account": 1,
        "site": 1,
        "occurred_at": Micros(NOON - MINUTE),
        "source_id": str(index),
    }
    return [
        Visit(
            **own, visit=UUID(int=index + 1), visitor=UUID(int=index + 501),
            landing="https://shop.example/", source="yandex", medium="cpc", campaign=campaign,
            content=content, term=None, channel="Paid Search", click_id_type="gclid",
            click_id="AbC", rule="utm",
        ),
        LeaseOpened(
            **own, lease=UUID(int=index + 901), visit=UUID(int=index + 1), pool=1,
            number=f"+749500000{index:02}",
        ),
    ]  # fmt: skip


@pytest.fixture
def export(warehouse: Warehouse) -> Export:
    """The rows of an export, read back by a CSV reader."""

    def rows(
        scope: Scoped = MANAGER, since: date = MONDAY, until: date = TUESDAY
    ) -> list[dict[str, str]]:
        text = "".join(CALLS.csv(Reports(warehouse), scope, since, until))
        assert text.endswith("\r\n")
        return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    return rows


def test_without_calls_the_header_stands_alone(warehouse: Warehouse, export: Export) -> None:
    text = "".join(CALLS.csv(Reports(warehouse), MANAGER, MONDAY, TUESDAY))
    assert text == ",".join(CALLS.columns) + "\r\n"
    assert export() == []


def test_a_call_with_its_advertisement(load: Load, export: Export) -> None:
    load([site(1, "Europe/Moscow"), *visit(1, "autumn"), call(1, NOON)])
    (row,) = export()
    assert (row["started_at"], row["outcome"]) == ("2026-09-21T12:00:00+03:00", "answered")
    assert (row["caller"], row["number"]) == ("+79167654321", "+74950000001")
    assert (row["ring_seconds"], row["talk_seconds"], row["first_time"]) == ("5", "65", "true")
    assert (row["source"], row["campaign"], row["gclid"]) == ("yandex", "autumn", "AbC")
    assert (row["match"], row["term"], row["direction"]) == ("lease", "", "inbound")


def test_what_hands_decided_stands_in_columns_of_its_own(
    load: Load, export: Export, warehouse: Warehouse
) -> None:
    load([site(1, "Europe/Moscow"), *visit(1, "autumn"), *(call(n, NOON) for n in range(1, 4))])
    decider = Decider(MANAGER, "ann@shop.example", NOON)

    def correct(of: int, **said: Any) -> None:
        body = CorrectionBody(of="call", event=call(of, NOON).call, why="heard it", **said)
        load([decide(warehouse, decider, body)[1]])

    before = export()[0]
    assert 0.9 < float(before["probability"]) < 1
    correct(1, match="nobody")
    correct(2, flag="self_test")
    correct(3, source="leaflet", medium="print")
    told = {row["call"]: row for row in export()}
    assert [
        tuple(told[str(call(n, NOON).call)][name] for name in CALLS.columns[-3:])
        for n in range(1, 4)
    ] == [("", "", "match"), ("", "self_test", ""), ("", "", "source")]


def test_a_call_is_of_the_pool_and_branch_that_its_number_was_in(
    load: Load, export: Export
) -> None:
    def owned(pool: int, since: int, until: int | None, account: int = 1) -> NumberOwned:
        return NumberOwned(
            account=account, site=account, occurred_at=NOON, source_id=f"{pool}:{since}:{until}",
            number="+74950000001", role="pool", pool=pool, since=since, until=until,
        )  # fmt: skip

    def pool(number: int, at: Micros, name: str, branch: str | None, own: int = 1) -> PoolDescribed:
        return PoolDescribed(
            account=own, site=own, occurred_at=at, source_id=f"{number}:{at}", pool=number,
            name=name, original="+74951234567", branch=None if branch is None else 1,
            branch_name=branch,
        )  # fmt: skip

    moved, later = Micros(NOON + MINUTE), Micros(NOON + 2 * MINUTE)
    calls = [call(1, at) for at in (Micros(moved - 1), moved)]
    calls[1] = msgspec.structs.replace(calls[1], source_id="b", key="b", call=UUID(int=9))
    load([
        site(1, "Europe/Moscow"), *calls, call(2, NOON),
        owned(5, 0, None), owned(5, 0, moved), owned(6, moved, None), owned(7, 0, None, 2),
        pool(5, NOON, "City", "North"), pool(5, later, "City", "South"),
        pool(6, NOON, "Village", "North"), pool(6, later, "Village", None),
        pool(5, later, "Rival's", "Rival's", 2),
    ])  # fmt: skip
    told = {row["call"]: (row["pool"], row["branch"]) for row in export()}
    # A pool that was named anew counts under its new branch, one that left its branch under none.
    assert told == {
        str(calls[0].call): ("City", "South"),
        str(calls[1].call): ("Village", ""),
        str(call(2, NOON).call): ("", ""),
    }


CELLS = [
    ("=HYPERLINK(\"http://evil.example\",1)", True),
    ("+1+cmd|' /C calc'!A0", True),
    ("+7 495", True),
    ("-2+3", True),
    ("@SUM(1)", True),
    ("\t=1", True),
    ("\r=1", True),
    ("\n=1", True),
    ("\uff1d1+1", True),
    ("+74950000001", False),
    ("autumn=1", False),
    ('say "hi", then\nleave\r\nat once', False),
    ("a,b;c", False),
    ("'quoted'", False),
    ("осень–2026 🍂", False),
]  # fmt: skip


def test_formulas_are_neutralised_and_all_else_survives(load: Load, export: Export) -> None:
    facts: list[Fact] = [site(1, "Europe/Moscow")]
    for index, (text, _) in enumerate(CELLS):
        facts += [*visit(index, text, content=text), call(index, NOON)]
    load(facts)
    rows = {row["number"]: row for row in export()}
    assert len(rows) == len(CELLS)
    for index, (text, dangerous) in enumerate(CELLS):
        row = rows[f"+749500000{index:02}"]
        expected = "'" + text if dangerous else text
        assert (row["campaign"], row["content"]) == (expected, expected)


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        *(
            (role, "+79167654321")
            for role in ("administrator", "manager", "marketer", "group_head")
        ),
        *((role, "+7 916 ***-**-21") for role in ("employee", "accountant")),
    ],
)
def test_who_may_see_the_caller(load: Load, export: Export, role: str, shown: str) -> None:
    load([site(1, "Europe/Moscow"), call(1, NOON), call(2, NOON, caller=None)])
    rows = export(Scoped(1, (1,), role))
    assert {row["number"]: row["caller"] for row in rows} == {
        "+74950000001": shown,
        "+74950000002": "",
    }
    assert ("9167654321" in repr(rows)) is (shown == "+79167654321")


def test_days_are_the_sites_own_and_until_is_inclusive(load: Load, export: Export) -> None:
    load([site(1, "Europe/Moscow"), call(1, NOON), call(2, NIGHT)])
    monday = [row["started_at"] for row in export(until=MONDAY)]
    assert monday == ["2026-09-21T12:00:00+03:00"]
    tuesday = [row["started_at"] for row in export(since=TUESDAY)]
    assert tuesday == ["2026-09-22T00:30:00+03:00"]
    assert [row["started_at"] for row in export()] == monday + tuesday
    assert export(since=date(2026, 9, 23), until=date(2026, 9, 30)) == []


def test_only_the_askers_account_and_sites(load: Load, export: Export) -> None:
    load([site(1, "Europe/Moscow"), site(2, "UTC"), call(1, NOON), call(1, NOON, account=2)])
    assert [row["call"] for row in export(Scoped(1, (1, 2), "manager"))] == [str(UUID(int=1001))]
    (other,) = export(Scoped(2, (1, 2), "manager"))
    assert other["started_at"] == "2026-09-21T09:00:00+00:00"
    assert export(Scoped(1, (), "manager")) == export(Scoped(1, (2,), "manager")) == []
