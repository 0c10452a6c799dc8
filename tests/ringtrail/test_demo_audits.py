"""The demo's calls are judged by a fit that its own audits made, as an installation's are."""

from pathlib import Path

import pytest
from rich.console import Console

from numbers_pool.lease import drawn
from ringtrail.attribution_match import make_due
from ringtrail.core.clock import HOUR, Micros
from ringtrail.core.facts import Contact, Fact, LeaseClosed, LeaseOpened
from ringtrail.core.settings import Settings
from ringtrail.core.warehouse import Query
from ringtrail.crunching import Crunching
from ringtrail.demo import month, running
from ringtrail.platform import Platform

NUMBERS = running.NUMBERS[:40]
UNTIL = Micros(1_790_000_000_000_000)
HABITS = month.Habits(audit_share=0.5, forms=0.02, callers_forms=0.5)


def told(habits: month.Habits | None) -> list[Fact]:
    return [fact for fact, _ in month.facts(1, 2, NUMBERS, UNTIL, days=5, habits=habits)]


def test_audits_are_drawn_and_held_by_the_pools_own_rules() -> None:
    facts = told(HABITS)
    opened = [fact for fact in facts if isinstance(fact, LeaseOpened)]
    closed = {fact.lease: fact for fact in facts if isinstance(fact, LeaseClosed)}
    assert all(one.drawn == drawn(one.visit, HABITS.audit_share) for one in opened)
    granted = [one for one in opened if one.audit]
    withheld = sum(one.drawn for one in opened) - len(granted)
    assert len(granted) > 100 and withheld > 100
    for one in granted:
        end = closed[one.lease]
        assert end.held_until == min(end.last_seen + 6 * HOUR, UNTIL)
        others = sum(
            other.occurred_at <= one.occurred_at < closed[other.lease].held_until
            for other in opened
        )
        assert others <= len(NUMBERS) / 2
    for number in NUMBERS:
        held = [one for one in opened if one.number == number]
        ends = [closed[one.lease].held_until for one in held]
        assert all(end <= after.occurred_at for end, after in zip(ends, held[1:], strict=False))


def test_forms_leave_the_phone_that_calls() -> None:
    forms = [fact for fact in told(HABITS) if isinstance(fact, Contact)]
    assert len(forms) > 20
    assert all(form.phone and form.visit for form in forms)
    assert not [fact for fact in told(None) if isinstance(fact, Contact)]


@pytest.mark.timeout(240)
def test_the_match_of_the_demo_is_calibrated_by_its_own_audits(tmp_path: Path) -> None:
    platform = Platform(Settings(home=tmp_path, database_url="", warehouse_url=""))
    running.set_up(platform, "http://127.0.0.1:1", Console(quiet=True))
    (made,) = make_due(platform, Crunching())
    found = made.fit.reliability
    assert (found.verdict, found.labels > 200, made.better) == ("calibrated", True, True)
    judged = Query("fits", "SELECT DISTINCT fit FROM mart_candidate")
    assert platform.warehouse.rows(judged) == [{"fit": made.fit.version}]
    pool = platform.engine.connect().exec_driver_sql("SELECT audit_share FROM number_pool")
    assert pool.scalar_one() == running.HABITS.audit_share
    platform.close()
