"""Branches of a site: what each is called, and which pools are of it."""

from collections.abc import Callable

import pytest

from numbers_pool import store
from ringtrail.core.errors import RingtrailError
from ringtrail.core.facts import Fact, PoolDescribed
from tests.numbers_pool.house import ORIGINAL, House, at

Build = Callable[..., House]


def add(shop: House, name: str, site: int | None = None) -> int:
    return store.add_branch(
        shop.store, account=shop.account, site=shop.site if site is None else site, name=name
    )


def told(facts: list[Fact]) -> list[tuple[int, int | None, str | None]]:
    found = [fact for fact in facts if isinstance(fact, PoolDescribed)]
    return [(fact.pool, fact.branch, fact.branch_name) for fact in found]


def test_a_pool_tells_its_branch_from_the_first_and_when_it_changes(house: Build) -> None:
    shop = house(1)
    north, south = add(shop, "North"), add(shop, " South ")
    pool, facts = store.create_pool(
        shop.store, account=shop.account, site=shop.site, name="Two", original=ORIGINAL,
        numbers=["+74959990001"], now=at(0), branch=north,
    )  # fmt: skip
    (described,) = (fact for fact in facts if isinstance(fact, PoolDescribed))
    assert (described.name, described.original) == ("Two", ORIGINAL)
    assert told(facts) == [(pool, north, "North")]
    changes: tuple[tuple[int | None, list[tuple[int, int | None, str | None]]], ...] = (
        (south, [(pool, south, "South")]),
        (None, []),
        (0, [(pool, None, None)]),
        (north, [(pool, north, "North")]),
    )
    ids = {described.id()}
    for number, (branch, tells) in enumerate(changes):
        facts = store.change_pool(shop.store, pool=pool, now=at(number), branch=branch)
        assert told(facts) == tells
        ids |= {fact.id() for fact in facts}
    assert len(ids) == 4
    assert [one.branch for one in store.pools(shop.store, now=at(9))] == [None, "North"]
    found = {one.name: one.pools for one in store.branches(shop.store, account=shop.account)}
    assert found == {"North": 1, "South": 0}
    assert store.branches(shop.store, account=shop.account + 1) == []


def test_what_cannot_be_is_refused(house: Build) -> None:
    shop = house(1)
    other = add(shop, "Elsewhere", shop.new_site())
    assert add(shop, "Elsewhere") != other
    for name in ("", "  ", "two\nlines", "x" * 256):
        with pytest.raises(RingtrailError, match="give a name"):
            add(shop, name)
    with pytest.raises(RingtrailError, match="has a branch 'Elsewhere' already"):
        add(shop, " Elsewhere")
    with pytest.raises(RingtrailError, match=f"branch {other} is of site"):
        store.change_pool(shop.store, pool=shop.pool, now=at(0), branch=other)
    with pytest.raises(RingtrailError, match="no branch 99"):
        shop.new_pool([], branch=99)
    assert [one.branch for one in store.pools(shop.store, now=at(0))] == [None]
