"""Numbers as a file: out and in again, and every fault told with its line."""

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import select

from numbers_pool import store
from numbers_pool.fixed.rule import Declared
from numbers_pool.keeping.table import COLUMNS, export, read
from ringtrail.core.models.numbers import OWNERSHIP
from tests.numbers_pool.house import ORIGINAL, A, House, at

Build = Callable[..., House]
HEAD = ",".join(COLUMNS) + "\n"


def written(shop: House) -> str:
    text = io.StringIO(newline="")
    numbers = store.standings(shop.store, now=at(0), account=shop.account)
    csv.writer(text, lineterminator="\n").writerows(export(numbers, store.statics(shop.store)))
    return text.getvalue()


def taken(shop: House, text: str) -> list[tuple[int, str]]:
    """Take the file as the command does; the faults by line."""
    new, flaws = read(io.StringIO(text, newline=""), store.known(shop.store, now=at(0)))
    if not flaws:
        store.add_all(shop.store, new, now=at(0))
    return [(flaw.line, flaw.told) for flaw in flaws]


def furnished(shop: House) -> None:
    own = {"account": shop.account, "site": shop.site}
    rule = Declared("+74950005555", ORIGINAL, "landing", ("yclid", "utm_source=a"), "a", "b", "c")
    store.add_static(shop.store, account=own["account"], site=own["site"], declared=rule, now=at(0))
    store.add_control(
        shop.store, account=own["account"], site=own["site"], number="+74950006666", now=at(0)
    )


def test_what_goes_out_comes_in_again(house: Build) -> None:
    shop = house(2)
    furnished(shop)
    text = written(shop)
    assert text.splitlines()[0] == HEAD.strip()
    assert len(text.splitlines()) == 1 + 4
    assert taken(shop, text) == []
    assert written(shop) == text
    for number in (*shop.numbers, "+74950005555", "+74950006666"):
        store.retire(shop.store, number=number, now=at(5))
    assert written(shop) == HEAD
    assert taken(shop, text) == []
    assert written(shop) == text


def test_numbers_are_read_as_dialled_on_the_site(house: Build) -> None:
    shop = house(0)
    assert taken(shop, f"number,role,pool\n8 (495) 000-77-77,pool,{shop.pool}\n") == []
    assert shop.lease(A, 0)[0].number == "+74950007777"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("12,pool,,{pool},,,,,,", "is no phone number of RU"),
        ("+74950001111,spare,,,,,,,,", "is no role"),
        ("+74950001111,pool,,99999,,,,,,", "no pool 99999"),
        ("+74950001111,pool,,x,,,,,,", "pool 'x' is no number"),
        ("+74950001111,pool,99999,{pool},,,,,,", "is of site"),
        ("+74950001111,control,99999,,,,,,,", "no site 99999"),
        ("+74950001111,control,{site},{pool},,,,,,", "is in no pool"),
        ("+74950001111,static,{site},,12,always,,a,b,", "is no phone number"),
        ("+74950001111,static,{site},,+74951234567,referrer,,a,b,", "needs a pattern"),
        ("+74950001111,pool,,{pool}", "not as many cells"),
        ("+74950001111,pool,,{pool},,,,,,,,,", "not as many cells"),
        ("{mine},control,{site},,,,,,,", "move or retire it first"),
        ("+74950000000,pool,,{pool},,,,,,", "stands in line 2 already"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_is_changed(
    house: Build, row: str, told: str
) -> None:
    shop = house(1)
    names = {"pool": shop.pool, "site": shop.site, "mine": shop.numbers[0]}
    good = "+74950000000,pool,,{pool},,,,,,\n"
    before = shop.store.execute(select(OWNERSHIP)).all()
    ((line, why),) = taken(shop, HEAD + (good + row).format(**names) + "\n")
    assert line == 3
    assert told in why
    assert shop.store.execute(select(OWNERSHIP)).all() == before


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("number,colour\n", "'colour'"),
        ("number\n", "'role' is missing"),
        ("", "'number' is missing"),
    ],
)
def test_a_file_that_is_none_of_ours(house: Build, head: str, told: str) -> None:
    ((line, why),) = taken(house(0), head)
    assert line == 1
    assert told in why


def test_pools_tell_how_many_numbers_are_doing_what(house: Build) -> None:
    shop = house(3, hold_seconds=100, cooldown_seconds=10)
    shown, _ = shop.lease(A, 0)
    shop.leave(A, shown.lease, 1)
    other = house(1)
    store.move(shop.store, number=other.numbers[0], pool=shop.pool, now=at(2))
    (pool,) = store.pools(shop.store, now=at(5), account=shop.account)
    assert (pool.active, pool.cooling, pool.quarantined) == (2, 1, 1)
    store.retire(shop.store, number=shop.numbers[2], now=at(5))
    (pool,) = store.pools(shop.store, now=at(20), account=shop.account)
    assert (pool.active, pool.cooling, pool.quarantined) == (2, 0, 1)
    states = {one.number: one.state for one in store.standings(shop.store, now=at(20))}
    assert states[shop.numbers[2]] == "retired"
    assert states[other.numbers[0]] == "quarantined"
