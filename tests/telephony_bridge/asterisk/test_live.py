"""Real SIP calls, through Kamailio and Asterisk to a phone, while a bridge runs beside them."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from numbers_pool import Card
from numbers_pool import store as pool
from ringtrail import store as accounts
from ringtrail.core.clock import SystemClock
from ringtrail.core.facts import Call, Fact, UnknownNumber, decode
from ringtrail.core.models import InboxRow, LiveCall
from telephony_bridge import Pbx
from telephony_bridge.plan import store as plan
from tests.telephony_bridge.asterisk.conftest import FOREIGN, OURS
from tests.telephony_bridge.caller import failing
from tests.telephony_bridge.lab import SECRET, Lab, until

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
CARD = Card("yandex", "cpc", "autumn", None, "paid_search", "/tyres", "/tyres")
VISIT = UUID(int=7)
BUSY, RINGING, HALL = "+74950000011", "+74950000012", "+74950000013"
Run = Callable[..., Any]


@pytest.fixture
def lab(database: Engine, site: accounts.Opened) -> Iterator[Lab]:
    """A line with four routed numbers and a hall that rings for all others."""
    with Lab(ring_seconds=5) as lab:
        phones = {
            user: plan.add_destination(
                database, account=site.account, name=user, uri=lab.phone(user)
            ).id
            for user in ("main", "busy", "noanswer", "fast")
        }
        plan.add_trunk(
            database, site=site.site, name="Carrier", addresses=[lab.carrier],
            default=phones["fast"],
        )  # fmt: skip
        for number, user in ((OURS, "main"), (BUSY, "busy"), (RINGING, "noanswer"), (HALL, "fast")):
            plan.add_route(database, site=site.site, number=number, destination=phones[user])
        lab.render(plan.read(database))
        lab.start()
        yield lab


def pbx(lab: Lab) -> Pbx:
    return Pbx(lab.journal_path, str(lab.placement.manager), SECRET)


def facts(running: Any) -> list[Any]:
    kinds = (Call.kind, UnknownNumber.kind)
    return [decode(row.kind, row.body) for row in running.rows(InboxRow) if row.kind in kinds]


def routes(lab: Lab) -> set[str]:
    lines = lab.cli("database show rt-route").splitlines()
    return {
        line.split()[0].removeprefix("/rt-route/")
        for line in lines
        if line.startswith("/rt-route/")
    }


def test_calls_of_every_kind(database: Engine, site: accounts.Opened, lab: Lab, run: Run) -> None:
    with database.execution_options(writes=True).begin() as connection:
        pool.lease(
            connection, account=site.account, site=site.site, visit=VISIT, card=CARD,
            now=SystemClock().now(),
        )  # fmt: skip
    with run(pbx(lab)) as running:
        answered = lab.dial(OURS, hold=2.2)
        running.until(lambda: running.rows(LiveCall))
        (live,) = running.rows(LiveCall)
        assert [candidate["visit"] for candidate in live.candidates] == [str(VISIT)]
        assert live.answered_at is None
        assert lab.events("RT_END") == []
        running.until(lambda: any(row.answered_at for row in running.rows(LiveCall)))

        others = [
            lab.dial(BUSY, scenario=failing(486)),
            lab.dial(RINGING, scenario=failing(480), caller="anonymous"),
            lab.dial(RINGING, scenario="abandoned", caller="+79160000003", hold=0.7),
            lab.dial(FOREIGN, hold=1.2),
        ]
        calls = [answered, *others]
        assert [call.done().bad for call in calls] == [0] * 5
        running.until(lambda: len(facts(running)) == 5)
        assert running.rows(LiveCall) == []
        found = facts(running)

    by: dict[tuple[str, str], Fact] = {(fact.number, fact.outcome): fact for fact in found}
    assert set(by) == {
        (OURS, "answered"), (BUSY, "busy"), (RINGING, "missed"), (RINGING, "abandoned"),
        (FOREIGN, "answered"),
    }  # fmt: skip
    ended = {row["number"]: row for row in lab.events("RT_END") if row["status"] == "ANSWER"}
    call = by[OURS, "answered"]
    assert isinstance(call, Call)
    talk, dialed = int(ended[OURS]["talk"]), int(ended[OURS]["dialed"])
    assert call.talk_seconds == (talk + 500) // 1000 >= 2
    assert call.ring_seconds == (dialed - talk + 500) // 1000
    assert (call.caller, call.destination) == ("+79161234567", lab.phone("main"))
    given_up = by[RINGING, "abandoned"]
    assert isinstance(given_up, Call)
    assert (given_up.step, given_up.caller) == ("ring", "+79160000003")
    missed = by[RINGING, "missed"]
    assert isinstance(missed, Call)
    assert missed.ring_seconds >= 5
    unknown = by[FOREIGN, "answered"]
    assert isinstance(unknown, UnknownNumber)
    assert unknown.destination == lab.phone("fast")
    assert unknown.talk_seconds == (int(ended[FOREIGN]["talk"]) + 500) // 1000 >= 1


def test_asterisks_death_ends_the_calls_that_it_carried(lab: Lab, run: Run) -> None:
    with run(pbx(lab)) as running:
        alive = lab.dial(HALL, count=10, rate=20, hold=60)
        running.until(
            lambda: sum(row.answered_at is not None for row in running.rows(LiveCall)) == 10
        )
        lab.kill_asterisk()
        alive.kill()
        lab.start_asterisk()
        running.until(lambda: len(facts(running)) == 10)
        assert {fact.outcome for fact in facts(running)} == {"lost_in_pbx_restart"}
        assert len({fact.key for fact in facts(running)}) == 10
        assert running.rows(LiveCall) == []


def test_a_call_rings_without_us_and_is_stored_when_we_are_back(lab: Lab, run: Run) -> None:
    ours = {OURS, BUSY, RINGING, HALL}
    with run(pbx(lab)) as running:
        until(lambda: running.bridge.state().routes, "the routes are pushed")
        assert routes(lab) == ours
    lab.kill_asterisk()
    (database,) = lab.files.glob("lib/astdb.sqlite3")
    database.unlink()
    lab.start_asterisk()
    assert routes(lab) == set()
    assert lab.call(HALL, hold=1.2).good == 1
    lab.ended(1)
    with run(pbx(lab)) as running:
        running.until(lambda: facts(running))
        (call,) = facts(running)
        assert (call.number, call.outcome) == (HALL, "answered")
        until(lambda: routes(lab) == ours, "the routes are in AstDB again")


def test_routes_come_back_when_asterisk_does(lab: Lab, run: Run) -> None:
    """The bridge keeps running; nothing but the boot's line tells it."""
    with run(pbx(lab)) as running:
        until(lambda: running.bridge.state().routes, "the routes are pushed")
        lab.kill_asterisk()
        (database,) = lab.files.glob("lib/astdb.sqlite3")
        database.unlink()
        lab.start_asterisk()
        until(lambda: routes(lab) == {OURS, BUSY, RINGING, HALL}, "the routes are pushed again")
