"""Several collectors on one operational store at the same moment."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, event, select, text

from numbers_pool import Shown, store
from ringtrail.core.database import Writer, migrate
from ringtrail.core.models import Lease
from tests.numbers_pool.house import CARD, A, B, House, at


def test_two_at_once_get_different_numbers(postgresql: Engine) -> None:
    migrate(postgresql)
    shop = Writer(postgresql).immediate(lambda connection: House(connection, 2))
    both = Barrier(2, timeout=30)

    def allocate(visit: UUID) -> Shown:
        account, site = shop.account, shop.site
        with postgresql.begin() as connection:
            both.wait()
            (shown,), _ = store.lease(
                connection, account=account, site=site, visit=visit, card=CARD, now=at(0)
            )
            both.wait()  # neither has committed when both have a number
        return shown

    with ThreadPoolExecutor(2) as threads:
        shown = list(threads.map(allocate, (A, B)))
    assert {s.number for s in shown} == set(shop.numbers)


def test_what_one_collector_does_not_take_it_leaves_to_the_other(postgresql: Engine) -> None:
    numbers = ["+74951110001", "+442079460001", "+442079460002", "+442079460003"]
    migrate(postgresql)
    shop = Writer(postgresql).immediate(lambda connection: House(connection, 0))
    shown: list[str] = []
    with postgresql.begin() as connection:
        shop.store = connection
        shop.new_pool(numbers, match="prefer")
    with postgresql.begin() as first, postgresql.begin() as second:
        for connection, visits in ((first, (1, 2)), (second, (3, 4))):
            given = store.lease_each(
                connection,
                account=shop.account,
                site=shop.site,
                claimants=[store.Claimant(UUID(int=visit), None, CARD) for visit in visits],
                now=at(0),
            )
            shown += [of_prefer.number for (_, of_prefer), _ in given]
    assert shown == numbers


def test_a_renewal_under_way_is_not_closed(postgresql: Engine) -> None:
    migrate(postgresql)
    shop = Writer(postgresql).immediate(lambda connection: House(connection, 1))
    with postgresql.begin() as connection:
        shop.store = connection
        shown, _ = shop.lease(A, 0)
    with postgresql.begin() as renewing, postgresql.begin() as closing:
        shop.store = renewing
        assert shop.beat(A, shown.lease, 9000) == ([], [])
        shop.store = closing
        assert shop.close(9000) == []
    with postgresql.begin() as connection:
        shop.store = connection
        assert (held := shop.holder(shown.number, 9000)) and held.visit == A
        assert shop.close(9001) == []


def test_a_renewal_that_came_first_is_not_closed(postgresql: Engine) -> None:
    """The visitor returns after the clean-up has looked, before it takes the numbers."""
    migrate(postgresql)
    shop = Writer(postgresql).immediate(lambda connection: House(connection, 1))
    renewed: list[object] = []

    def renew(connection: Connection) -> object:
        return store.beat(
            connection, site=shop.site, visit=A, leases=[lease], page=None, now=at(9000)
        )

    def before(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE tracking_number"):
            renewed.append(Writer(postgresql).immediate(renew))

    with postgresql.begin() as connection:
        shop.store = connection
        shown, _ = shop.lease(A, 0)
    lease = shown.lease or uuid4()
    with postgresql.begin() as closing:
        event.listen(closing, "before_cursor_execute", before)
        shop.store = closing
        assert shop.close(9000) == []
        assert renewed == [([], [])]
        assert (held := shop.holder(shown.number, 9000)) and held.lease == lease
    assert _open(postgresql) == [lease]


@pytest.mark.parametrize("asks", ["visit", "beat"])
def test_a_visit_that_asks_twice_at_once_gets_one_number(postgresql: Engine, asks: str) -> None:
    """The second collector waits until the first has committed, and then finds its number."""
    migrate(postgresql)
    shop = Writer(postgresql).immediate(lambda connection: House(connection, 2))
    lost = Writer(postgresql).immediate(lambda connection: _lose(connection, shop))

    def ask(connection: Connection) -> Shown:
        if asks == "visit":
            account, site = shop.account, shop.site
            (shown,), _ = store.lease(
                connection, account=account, site=site, visit=A, card=CARD, now=at(5000)
            )
        else:
            (shown,), _ = store.beat(
                connection, site=shop.site, visit=A, leases=[lost], page=None, now=at(5000)
            )
        return shown

    with ThreadPoolExecutor(1) as other:
        with postgresql.begin() as first:
            shown = ask(first)
            second = other.submit(Writer(postgresql).immediate, ask)
            while not _someone_waits(postgresql):
                assert not second.done()
        assert second.result(timeout=30) == shown
    assert shown.lease is not None
    assert _open(postgresql) == [shown.lease]


def _lose(connection: Connection, shop: House) -> UUID:
    """A lease of A's that ran out and was closed."""
    shop.store = connection
    shown, _ = shop.lease(A, 0)
    assert len(shop.close(4000)) == 1
    assert shown.lease is not None
    return shown.lease


def _someone_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(connection.scalar(waits))


def _open(engine: Engine) -> list[UUID]:
    table = vars(Lease)["__table__"]
    with engine.connect() as connection:
        return list(connection.scalars(select(table.c.id).where(~table.c.closed)))


def test_two_processes_agree_on_every_visit(database: Engine) -> None:
    """They take the same visits from opposite ends, in one window each: a sure deadlock."""
    visits = 40
    shop = Writer(database).immediate(lambda connection: House(connection, visits))
    url = database.url.render_as_string(hide_password=False)
    own = (str(shop.account), str(shop.site), str(visits))
    with ExitStack() as stack:
        one, other = (stack.enter_context(_collector(url, *own, end)) for end in ("first", "last"))
        for process in (one, other):
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in (one, other):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=60)[0].splitlines() for process in (one, other)]
    leases, same = (json.loads(lines[-1]) for lines in said)  # after what it may have logged
    assert len(leases) == visits
    assert leases == same
    assert {UUID(lease) for lease in leases.values()} == set(_open(database))


def _collector(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.numbers_pool.collector", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
