"""Contacts as CSV from a real warehouse: the newest telling, its source, and who may see whom."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from attribution import Reports
from exporters.exports import CONTACTS
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import MINUTE, Micros
from ringtrail.core.facts import Contact, SiteDescribed, Visit
from ringtrail.core.warehouse import Warehouse
from tests.exporters.conftest import NIGHT, NOON, Load

MANAGER = Scoped(1, (1,), "manager")
MOSCOW = SiteDescribed(
    account=1, site=1, occurred_at=NOON, source_id="site", name="Shop", timezone="Europe/Moscow"
)
Export = Callable[..., list[dict[str, str]]]


@pytest.fixture
def export(warehouse: Warehouse) -> Export:
    def rows(
        scope: Scoped = MANAGER,
        since: date = date(2026, 9, 21),
        until: date = date(2026, 9, 22),
    ) -> list[dict[str, str]]:
        text = "".join(CONTACTS.csv(Reports(warehouse), scope, since, until))
        return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    return rows


def contact(index: int, at: int = NOON, told: str = "", **changes: Any) -> Contact:
    values: dict[str, Any] = {
        "account": 1, "site": 1, "occurred_at": at, "source_id": f"{index}:{told}",
        "key": str(index), "contact": UUID(int=index), "told_at": at, "way": "form",
        "vendor": "cf7", "phone": "+79167654321", "email": "ann@example.com", "name": "Ann",
        "message": "=cmd()", "fields": {"size": "XL"},
    }  # fmt: skip
    return Contact(**(values | changes))


def test_a_contact_with_the_source_of_its_visit(load: Load, export: Export) -> None:
    visit = Visit(
        account=1, site=1, occurred_at=NOON, source_id="visit", visit=UUID(int=77),
        visitor=UUID(int=78), landing="https://shop.example/", source="yandex", medium="cpc",
        channel="Paid Search", rule="utm", campaign="autumn",
    )  # fmt: skip
    load([MOSCOW, visit, contact(1, visit=UUID(int=77)), contact(2, at=NIGHT)])
    first, second = export()
    assert (first["started_at"], first["way"], first["vendor"]) == (
        "2026-09-21T12:00:00+03:00", "form", "cf7",
    )  # fmt: skip
    assert (first["phone"], first["email"], first["name"], first["message"]) == (
        "+79167654321", "ann@example.com", "Ann", "'=cmd()",
    )  # fmt: skip
    assert (first["source"], first["campaign"], first["fields"]) == (
        "yandex", "autumn", '{"size":"XL"}',
    )  # fmt: skip
    assert (second["source"], second["started_at"]) == ("", "2026-09-22T00:30:00+03:00")
    assert len(export(until=date(2026, 9, 21))) == 1


def test_the_newest_telling_counts(load: Load, export: Export) -> None:
    later = contact(1, told="2", told_at=Micros(NOON + MINUTE), name="Anna", vendor="tilda")
    load([MOSCOW, later, contact(1)])
    (row,) = export()
    assert (row["name"], row["vendor"]) == ("Anna", "tilda")


@pytest.mark.parametrize("role", ["employee", "accountant"])
def test_who_may_not_see_people(load: Load, export: Export, role: str) -> None:
    load([MOSCOW, contact(1)])
    (row,) = export(Scoped(1, (1,), role))
    assert (row["phone"], row["email"]) == ("+7 916 ***-**-21", "a***@example.com")
    assert {row["name"], row["message"], row["fields"]} == {"***"}
    assert export()[0]["phone"] == "+79167654321"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\uff1d"])
def test_a_masked_cell_is_no_formula_either(load: Load, export: Export, first: str) -> None:
    load([MOSCOW, contact(1, email=f"{first}1@evil.example")])
    (row,) = export(Scoped(1, (1,), "employee"))
    assert row["email"] == f"'{first}***@evil.example"


def test_only_the_askers_account_and_sites(load: Load, export: Export) -> None:
    load([MOSCOW, contact(1), contact(1, account=2), contact(2, site=2)])
    assert len(export()) == 1
    assert len(export(Scoped(1, (1, 2), "manager"))) == 2
    assert export(Scoped(1, (), "manager")) == export(Scoped(2, (1, 2), "manager"))[1:] == []
