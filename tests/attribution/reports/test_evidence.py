"""A call's evidence: who may have called, what they looked at, and how the call was divided."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from attribution import Reports, Upkeep
from attribution.answers import Judged
from attribution.leads.corrections import CorrectionBody, Decider, decide
from ingest import Loader
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import DAY, MINUTE, Micros, SetClock
from ringtrail.core.database import open_engine
from ringtrail.core.facts import Call, Fact, LeaseClosed, LeaseOpened, Page, SiteDescribed, Visit
from ringtrail.core.inbox import put
from ringtrail.core.warehouse import Warehouse
from tests.attribution.reports.test_credited_traffic import NOW, opened

SPACE = UUID(int=9)
NUMBER = "+442079460101"


def told(account: int) -> list[Fact]:
    """A call while two visits held the number; both accounts tell the same, by the same ids."""

    def said(name: str, before: int) -> dict[str, Any]:
        return {"account": account, "site": account, "occurred_at": Micros(NOW - before),
                "source_id": name}  # fmt: skip

    def visit(name: str, visitor: str, before: int, source: str) -> Visit:
        return Visit(**said(name, before), visit=uuid5(SPACE, name), visitor=uuid5(SPACE, visitor),
                     landing=f"http://a.example/{name}", source=source, medium="m",
                     channel="Direct" if source == "(direct)" else "Email", rule="utm")  # fmt: skip

    def lease(visit: str, before: int) -> LeaseOpened:
        return LeaseOpened(**said(f"l-{visit}", before), lease=uuid5(SPACE, f"l-{visit}"),
                           visit=uuid5(SPACE, visit), pool=1, number=NUMBER)  # fmt: skip

    def page(visit: str, before: int, path: str) -> Page:
        return Page(**said(path, before), visit=uuid5(SPACE, visit),
                    url=f"http://a.example/{path}")  # fmt: skip

    return [
        SiteDescribed(**said("site", 9 * DAY), name="Shop", timezone="Asia/Tokyo"),
        visit("old", "ann", 3 * DAY, "letter"),
        visit("ann", "ann", 10 * MINUTE, "(direct)"),
        visit("bob", "bob", 20 * MINUTE, "partner"),
        lease("bob", 20 * MINUTE),
        lease("ann", 10 * MINUTE),
        LeaseClosed(**said("closed", -10 * MINUTE), lease=uuid5(SPACE, "l-bob"), number=NUMBER,
                    last_seen=Micros(NOW - 15 * MINUTE),
                    held_until=Micros(NOW + 10 * MINUTE)),  # fmt: skip
        page("ann", 8 * MINUTE, "prices"),
        page("ann", -MINUTE, "thanks"),
        Call(**said("ring", 0), key="ring", call=uuid5(SPACE, "ring"), told_at=NOW, number=NUMBER,
             caller=f"+44770090012{account}", outcome="answered"),  # fmt: skip
    ]  # fmt: skip


RING = uuid5(SPACE, "ring")


def load(home: Path, warehouse: Warehouse, fact: Fact) -> None:
    engine = open_engine(f"sqlite:///{home / 'a.sqlite3'}")
    with engine.execution_options(writes=True).begin() as store:
        put(store, [fact], NOW)
    Loader(engine, warehouse, SetClock(NOW)).run()
    Upkeep(warehouse).catch_up()
    engine.dispose()


async def test_holders_pages_and_shares_of_a_call(tmp_path: Path) -> None:
    warehouse = opened(tmp_path, [*told(1), *told(2)])
    reports = Reports(warehouse)
    found = await reports.evidence(Scoped(1, (1,), "owner"), RING)
    assert found is not None
    assert (found.caller, found.number, found.match) == ("+447700900121", NUMBER, "ambiguous")
    assert found.started_at.utcoffset() is not None
    assert str(found.started_at.tzinfo) == "Asia/Tokyo"
    assert found.started_at.timestamp() == pytest.approx(NOW / 1e6)
    assert found.probability == pytest.approx(80 / 90)
    assert [(one.got_it, one.source, one.page) for one in found.holders] == [
        (True, "(direct)", "http://a.example/prices"),
        (False, "partner", "http://a.example/bob"),
    ]
    ann, bob = found.holders
    assert (ann.terms, ann.on_site, ann.seconds) == ({"on_site": 8e-5}, True, 600.0)
    assert (bob.terms, bob.on_site, bob.seconds) == ({"after": 4e-6}, False, 900.0)
    assert [ann.probability, bob.probability] == pytest.approx([80 / 90, 4 / 90])
    assert ann.left_at is None
    assert bob.left_at is not None
    assert bob.left_at.timestamp() == pytest.approx((NOW - 15 * MINUTE) / 1e6)
    judged = found.judged
    assert judged is not None
    assert judged.nobody == pytest.approx(6 / 90)
    assert replace(judged, nobody=0.0) == Judged(
        0.0, {"background": 6e-6}, "assumed", False, "assumed", 0.0, None
    )
    assert [(one.source, one.called, one.landing) for one in found.journey] == [
        ("letter", False, "http://a.example/old"),
        ("partner", False, "http://a.example/bob"),
        ("(direct)", True, "http://a.example/ann"),
        ("(unknown)", False, None),
    ]
    given = {
        "last_non_direct": [80, 4, 0, 6], "last": [0, 4, 80, 6], "linear": [40, 4, 40, 6],
    }  # fmt: skip
    for model, shares in given.items():
        assert [90 * one.weights[model] for one in found.journey] == pytest.approx(shares)
    other = await reports.evidence(Scoped(2, (1, 2), "owner"), RING)
    assert other is not None
    assert other.caller == "+447700900122"
    assert (len(other.holders), len(other.journey)) == (2, 4)
    for nobody in (Scoped(1, (2,), "owner"), Scoped(1, (), "owner"), Scoped(3, (1, 2), "owner")):
        assert await reports.evidence(nobody, RING) is None
    assert await reports.evidence(Scoped(1, (1,), "owner"), UUID(int=1)) is None
    warehouse.close()


async def test_what_was_decided_about_a_call(tmp_path: Path) -> None:
    warehouse = opened(tmp_path, [*told(1), *told(2)])
    reports, scope = Reports(warehouse), Scoped(1, (1,), "manager")

    def correct(minute: int, **said: Any) -> UUID:
        body = CorrectionBody(of="call", event=RING, why="heard it", **said)
        decider = Decider(scope, "ann@a.example", Micros(NOW + minute * MINUTE))
        correction, fact = decide(warehouse, decider, body)
        load(tmp_path, warehouse, fact)
        return correction

    untouched = await reports.evidence(scope, RING)
    assert untouched is not None
    assert (untouched.excluded, untouched.corrected, untouched.corrections) == (None, None, [])
    correct(1, flag="spam")
    flag = correct(2, flag="self_test")
    match = correct(3, match="nobody")
    found = await reports.evidence(scope, RING)
    assert found is not None
    assert (found.excluded, found.corrected, found.match) == ("self_test", "match", "none")
    assert [(one.correction, one.action, one.visit) for one in found.corrections] == [
        (match, "match", None), (flag, "flag", None),
    ]  # fmt: skip
    newest = found.corrections[0]
    assert (newest.decided_by, newest.why) == ("ann@a.example", "heard it")
    assert newest.decided_at.timestamp() == pytest.approx((NOW + 3 * MINUTE) / 1e6)
    assert str(newest.decided_at.tzinfo) == "Asia/Tokyo"
    assert found.journey == []
    other = await reports.evidence(Scoped(2, (2,), "manager"), RING)
    assert other is not None
    assert (other.excluded, other.corrections) == (None, [])

    days = (found.started_at.date(), found.started_at.date())

    async def logged(outcome: str | None) -> list[tuple[str | None, str | None]]:
        page = await reports.calls(scope, *days, start=0, stop=9, sort=None, outcome=outcome)
        return [(row.excluded, row.corrected) for row in page.rows]

    assert await logged("excluded") == await logged(None) == [("self_test", "match")]
    assert await logged("missed") == []
    assert (await reports.acquisition(scope, *days)).excluded == {"self_test": 1}
    correct(4, flag="none")
    assert await logged("excluded") == []
    assert (await reports.acquisition(scope, *days)).excluded == {}
    warehouse.close()


async def test_signs_of_spam_are_told(tmp_path: Path) -> None:
    (call,) = [fact for fact in told(1) if isinstance(fact, Call)]
    silent = msgspec.structs.replace(
        call, caller=None, outcome="abandoned", talk_seconds=0, ring_seconds=2
    )
    facts = [fact for fact in told(1) if not isinstance(fact, Call)]
    warehouse = opened(tmp_path, [*facts, silent])
    found = await Reports(warehouse).evidence(Scoped(1, (1,), "owner"), RING)
    assert found is not None
    assert found.reasons == ["withheld_silent", "gone_at_once"]
    assert found.excluded is None
    warehouse.close()
