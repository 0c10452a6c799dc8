"""A told report says later by which cause each of its figures is another now."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4, uuid5

import pytest

from attribution.replay import Asked, ThenAndNow, tell, then_and_now, told
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import SECOND, Micros, utc
from ringtrail.core.errors import Refused
from ringtrail.core.facts import Identified, SiteDescribed
from ringtrail.core.lead_facts import Correction
from ringtrail.core.money_facts import Deal, Rate, Spend
from ringtrail.core.warehouse import Query, Transaction, Warehouse
from tests.attribution.credit.shop import NOW, SPACE, Shop

TODAY = utc(NOW).date()
FIGURES = ("visits", "calls", "contacts", "leads", "deals", "revenue", "margin", "cost")


class Desk(Shop):
    """A shop whose reports are told."""

    @property
    def scope(self) -> Scoped:
        return Scoped(self.account, (self.site,), "owner")

    def tell(self, basis: str = "sale", model: str = "linear") -> UUID:
        asked = Asked(TODAY - timedelta(days=40), TODAY, model, basis)  # type: ignore[arg-type]
        return tell(self.warehouse, self.scope, asked, at=NOW, to="the board")[0].report

    def since(self, report: UUID) -> ThenAndNow:
        found = then_and_now(self.warehouse, self.scope, report)
        assert found is not None
        for name in FIGURES:
            moved = sum(getattr(one.change, name) for one in found.differences)
            gap = getattr(found.now, name) - getattr(found.then, name)
            assert moved == pytest.approx(gap, abs=1e-9), name
        return found

    def causes(self, report: UUID) -> set[str]:
        return {one.cause for one in self.since(report).differences}

    def euros(self) -> SiteDescribed:
        return SiteDescribed(**self._said("site-euro", 0), name="Shop", timezone="Europe/London",
                             currency="EUR")  # fmt: skip

    def spend(self, cost: str, told_at: int = 0) -> Spend:
        said = self._said(f"spend:{cost}", 86_400)
        return Spend(**said, key="s", told_at=NOW + told_at, connection="ads",
                     day=TODAY - timedelta(days=1), source="google", medium="cpc", currency="EUR",
                     cost=Decimal(cost))  # fmt: skip

    def deal(self, amount: str, before: float, currency: str = "EUR", told_at: int = 0) -> Deal:
        said = self._said(f"deal:{amount}:{before}", before)
        return Deal(**said, key="d", told_at=NOW + told_at, connection="crm", status="won",
                    amount=Decimal(amount), currency=currency, phone="+447700900123")  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    opened.deliver(opened.euros(), opened.visit("v1", "ann", 50_000),
                   opened.visit("v2", "ann", 3_000, 2), opened.lease("v2", 3_000),
                   opened.call("c", 2_900), opened.visit("v3", "bob", 20_000))  # fmt: skip
    yield opened
    opened.close()


def test_nothing_happened_since(desk: Desk) -> None:
    found = desk.since(desk.tell())
    assert found.differences == ()
    assert found.then == found.now
    assert (found.then.visits, found.then.calls) == (3, 1)
    assert found.told.version == found.version_now


def test_writers_go_on_while_a_report_is_computed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is of the load that it was computed on, whatever was loaded before it was kept."""
    computed = Event()
    snapshot = Warehouse.snapshot

    @contextmanager
    def watched(warehouse: Warehouse) -> Iterator[Transaction]:
        with snapshot(warehouse) as transaction:
            yield transaction
        computed.set()

    monkeypatch.setattr(Warehouse, "snapshot", watched)
    with ThreadPoolExecutor(1) as other:
        with desk.warehouse.transaction():
            telling = other.submit(desk.tell)
            assert computed.wait(60)
            desk.deliver(desk.call("c2", 2_000, 1))
            assert told(desk.warehouse, desk.scope) == []
        report = telling.result()
    found = desk.since(report)
    assert found.told.load == found.load_now - 1
    assert (found.then.calls, found.now.calls) == (1, 2)
    assert {one.cause for one in found.differences} == {"late_call"}


def test_a_call_that_came_late(desk: Desk) -> None:
    report = desk.tell()
    desk.deliver(desk.call("c2", 2_000, 1))
    found = desk.since(report)
    assert {one.cause for one in found.differences} == {"late_call"}
    assert (found.then.calls, found.now.calls) == (1, 2)


def test_a_contact_that_came_late(desk: Desk) -> None:
    report = desk.tell()
    desk.deliver(desk.contact("f", 19_000, "bob"))
    assert desk.causes(report) == {"late_contact"}


def test_a_lead_that_began_earlier_than_was_known(desk: Desk) -> None:
    report = desk.tell()
    desk.deliver(desk.contact("f", 2_950, "ann"))
    found = desk.since(report)
    assert {one.cause for one in found.differences} == {"late_contact"}
    assert (found.then.leads, found.now.leads) == (1, 1)


def test_a_visit_that_came_late_moves_visits_and_credit(desk: Desk) -> None:
    report = desk.tell()
    desk.deliver(desk.visit("v4", "ann", 40_000, 1))
    found = desk.since(report)
    assert {one.cause for one in found.differences} == {"late_visit"}
    assert {one.channel for one in found.differences} == {"Paid Search", "Direct", "Email"}
    assert found.now.visits - found.then.visits == 1
    assert found.now.calls == pytest.approx(found.then.calls)


def test_a_call_to_a_static_number_that_came_late(desk: Desk) -> None:
    desk.deliver(desk.flyer(90_000), desk.contact("f", 1_000, "ann"))
    report = desk.tell()
    desk.deliver(desk.call("s1", 2_000, 3))
    found = desk.since(report)
    assert {one.cause for one in found.differences} == {"late_call", "late_visit"}
    moved = {one.channel: one.change.contacts for one in found.differences
             if one.cause == "late_visit"}  # fmt: skip
    assert moved["Offline"] == pytest.approx(1 / 3)


def test_spend_that_was_told_anew(desk: Desk) -> None:
    desk.deliver(desk.spend("10.01"))
    report = desk.tell()
    desk.deliver(desk.spend("12.02", told_at=1))
    found = desk.since(report)
    assert {one.cause for one in found.differences} == {"spend"}
    assert (found.then.cost, found.now.cost) == (10.01, 12.02)


def test_a_deal_that_changed_and_one_that_came_late(desk: Desk) -> None:
    empty = desk.tell()
    desk.deliver(desk.deal("100", 1_000))
    assert "late_deal" in desk.causes(empty)
    report = desk.tell()
    desk.deliver(desk.deal("60", 500))
    found = desk.since(report)
    assert {one.cause for one in found.differences} == {"deal"}
    assert (found.then.revenue, found.now.revenue) == (100, 60)


def test_a_rate_that_came_late(desk: Desk) -> None:
    desk.deliver(desk.deal("100", 1_000, "USD"))
    report = desk.tell()
    assert desk.since(report).then.revenue == 0
    said = desk._said("rate", 86_400) | {"site": 0}
    desk.deliver(Rate(**said, key="r", told_at=NOW, day=TODAY, base="USD", quote="EUR",
                      rate=Decimal("0.9"), teller="bank"))  # fmt: skip
    found = desk.since(report)
    assert {one.cause for one in found.differences} == {"rate"}
    assert found.now.revenue == 90


def test_two_cookies_that_turn_out_to_be_one_person(desk: Desk) -> None:
    report = desk.tell()
    for visit, visitor in (("v2", "ann"), ("v3", "bob")):
        desk.deliver(Identified(**desk._said(f"known:{visit}", 100), visit=uuid5(SPACE, visit),
                                visitor=uuid5(SPACE, visitor), customer="4711"))  # fmt: skip
    found = desk.since(report)
    assert {one.cause for one in found.differences} == {"merge"}
    assert found.now.calls == pytest.approx(found.then.calls)


def test_a_correction_by_hand(desk: Desk) -> None:
    report = desk.tell()
    desk.deliver(_spam(desk))
    found = desk.since(report)
    assert {one.cause for one in found.differences} == {"correction"}
    assert (found.then.calls, found.now.calls) == (1, 0)


def test_data_that_was_erased(desk: Desk) -> None:
    report = desk.tell()
    with desk.warehouse.transaction() as transaction:
        transaction.run(Query("erase", "DELETE FROM fact_call"))
    desk.upkeep.rebuild()
    assert "erasure" in desk.causes(report)


def test_money_of_two_currencies_is_not_added_up(desk: Desk) -> None:
    second = desk.site + 1
    said = desk._said("pounds", 0) | {"site": second}
    desk.deliver(SiteDescribed(**said, name="Other", timezone="UTC", currency="GBP"))
    both = Scoped(desk.account, (desk.site, second), "owner")
    asked = Asked(TODAY - timedelta(days=40), TODAY)
    with pytest.raises(Refused, match="EUR and GBP"):
        tell(desk.warehouse, both, asked, at=NOW, to="")
    assert told(desk.warehouse, both) == []
    kept, _ = tell(desk.warehouse, both, replace(asked, site=desk.site), at=NOW, to="")
    assert (kept.sites, kept.currency) == ((desk.site,), "EUR")
    with pytest.raises(Refused, match="no site"):
        tell(desk.warehouse, both, replace(asked, site=second + 1), at=NOW, to="")


def test_who_may_see_it(desk: Desk) -> None:
    report = desk.tell()
    other = Scoped(desk.account + 1, (desk.site,), "owner")
    elsewhere = Scoped(desk.account, (desk.site + 1,), "owner")
    assert then_and_now(desk.warehouse, other, report) is None
    assert then_and_now(desk.warehouse, elsewhere, report) is None
    assert told(desk.warehouse, other) == []
    assert [one.told_to for one in told(desk.warehouse, desk.scope)] == ["the board"]


@pytest.mark.parametrize("asked", [
    Asked(TODAY, TODAY, "markov"),
    Asked(TODAY, TODAY - timedelta(days=1)),
    Asked(TODAY, TODAY, "linear", "moon"),  # type: ignore[arg-type]
])  # fmt: skip
def test_what_is_not_known_is_refused_and_not_kept(desk: Desk, asked: Asked) -> None:
    with pytest.raises(Refused):
        tell(desk.warehouse, desk.scope, asked, at=NOW, to="")
    assert told(desk.warehouse, desk.scope) == []


def _spam(desk: Desk) -> Correction:
    at = Micros(NOW + SECOND)
    return Correction(**desk._said("spam", 0), key="k", correction=uuid4(), told_at=at,
                      decided_at=at, of="call", event=uuid5(SPACE, "c"), action="flag",
                      flag="spam", decided_by="ann@shop.example", why="a robot")  # fmt: skip
