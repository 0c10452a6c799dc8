"""A call's evidence: who held its number, what they looked at, and how the call was divided."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from attribution import Reports
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import DAY, MINUTE, Micros
from ringtrail.core.facts import Call, Fact, LeaseClosed, LeaseOpened, Page, SiteDescribed, Visit
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


async def test_holders_pages_and_shares_of_a_call(tmp_path: Path) -> None:
    warehouse = opened(tmp_path, [*told(1), *told(2)])
    reports = Reports(warehouse)
    found = await reports.evidence(Scoped(1, (1,), "owner"), RING)
    assert found is not None
    assert (found.caller, found.number, found.match) == ("+447700900121", NUMBER, "ambiguous")
    assert found.started_at.utcoffset() is not None
    assert str(found.started_at.tzinfo) == "Asia/Tokyo"
    assert found.started_at.timestamp() == pytest.approx(NOW / 1e6)
    assert [(one.got_it, one.source, one.page) for one in found.holders] == [
        (True, "(direct)", "http://a.example/prices"),
        (False, "partner", "http://a.example/bob"),
    ]
    assert found.holders[0].left_at is None
    left = found.holders[1].left_at
    assert left is not None
    assert left.timestamp() == pytest.approx((NOW - 15 * MINUTE) / 1e6)
    assert [(one.source, one.called, one.landing) for one in found.journey] == [
        ("letter", False, "http://a.example/old"),
        ("partner", False, "http://a.example/bob"),
        ("(direct)", True, "http://a.example/ann"),
        ("(unknown)", False, None),
    ]
    # The call is not surely hers: what falls to her is divided among her visits.
    hers, his = (one.probability for one in found.holders)
    assert hers > his > 0
    nobodys = 1 - hers - his
    for model, expected in {
        "last_non_direct": [hers, his, 0, nobodys],
        "last": [0, his, hers, nobodys],
        "linear": [hers / 2, his, hers / 2, nobodys],
    }.items():
        shares = [one.weights[model] for one in found.journey]
        assert shares == pytest.approx(expected, abs=1e-9), model
    other = await reports.evidence(Scoped(2, (1, 2), "owner"), RING)
    assert other is not None
    assert other.caller == "+447700900122"
    assert (len(other.holders), len(other.journey)) == (2, 4)
    for nobody in (Scoped(1, (2,), "owner"), Scoped(1, (), "owner"), Scoped(3, (1, 2), "owner")):
        assert await reports.evidence(nobody, RING) is None
    assert await reports.evidence(Scoped(1, (1,), "owner"), UUID(int=1)) is None
    warehouse.close()
