"""A fit is frozen: its version is a hash of all of it, and it comes back as it was stored."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from attribution.match import START, Fit, fitted_site, keep, kept, render
from attribution.match.fit import fit
from attribution.match.rates import vector
from numbers_pool.posterior import KINDS
from ringtrail.core.warehouse import Query, Warehouse
from tests.attribution.match.judged import written
from tests.attribution.match.test_rates import NOTHING
from tests.attribution.match.world import BEGAN, Plan, World, made


@pytest.fixture(scope="module")
def world() -> World:
    return made(Plan(seed=77, visits=4_000, forms=0.3))


@pytest.fixture(scope="module")
def opened(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    path: Path = tmp_path_factory.mktemp("fit") / "w.duckdb"
    warehouse = written(world, Warehouse(path))
    yield warehouse
    warehouse.close()


def of_site(warehouse: Warehouse, world: World) -> Fit:
    with warehouse.transaction() as transaction:
        return fitted_site(transaction, 1, 1, BEGAN, world.until)


def test_the_same_facts_give_the_same_version(opened: Warehouse, world: World) -> None:
    one, other = of_site(opened, world), of_site(opened, world)
    assert one == other and one.version == other.version
    body = json.loads(one.to_json())
    assert list(body) == sorted(body)
    assert one.version == hashlib.sha256(one.to_json()).hexdigest()[:12]
    assert one.rates.fit == one.version
    assert msgspec.structs.replace(one, background=one.background * 2).version != one.version


def test_a_fit_comes_back_as_it_was_kept(opened: Warehouse, world: World) -> None:
    one = of_site(opened, world)
    for _ in range(2):
        with opened.transaction() as transaction:
            keep(transaction, one)
    assert kept(opened, one.version) == one
    assert kept(opened, "000000000000") is None
    rows = opened.rows(Query("fits", "SELECT account, site, since, until FROM match_fit"))
    assert [(row["account"], row["site"]) for row in rows] == [(1, 1)]
    assert Fit.from_json(one.to_json()).rates == one.rates
    with pytest.raises(msgspec.ValidationError):
        Fit.from_json(b'{"account": 1}')


def test_small_sites_lean_on_all_sites(opened: Warehouse, world: World) -> None:
    with opened.transaction() as transaction:
        pooled = fitted_site(transaction, None, None, BEGAN, world.until)
        empty = fitted_site(transaction, 1, 99, BEGAN, world.until, pooled.rates)
    assert (pooled.site, empty.prior) == (None, pooled.version)
    assert vector(empty.rates) == pytest.approx(vector(pooled.rates), rel=1e-6)
    assert empty.reliability.verdict == "too few labels"


def test_a_fit_tells_its_labels_and_where_they_are_from(opened: Warehouse, world: World) -> None:
    one = of_site(opened, world)
    assert {origin.kind for origin in one.origins} == {"audit", "form"}
    assert (one.since, one.until) == (BEGAN, world.until)
    text = render(one)
    for expected in (
        f"Match fit {one.version} of site 1, 2026-09-21 14:13:20 to",
        f"{one.leases} leases, {one.drawn} drawn for an audit, {one.granted} granted",
        "too few labels to call it calibrated: ECE",
        f"control numbers: {one.control.calls} calls of nobody",
        "\nform ",
        "95 % interval",
    ):
        assert expected in text, expected
    assert "\ncalibrated" not in text


def test_without_facts_a_fit_is_the_assumed_one() -> None:
    one = fit(NOTHING)
    assert one.prior == "assumed"
    assert vector(one.rates) == pytest.approx(vector(START), rel=1e-6)
    assert set(one.likelihoods) == set(KINDS)
    assert "too few labels to call it calibrated" in render(one)
