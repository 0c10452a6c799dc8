"""A caller's first call is the first of those that stand, however often each was told."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid5

import pytest
from msgspec import structs

from ringtrail.core.clock import SECOND, Micros
from ringtrail.core.facts import Call
from tests.attribution.credit.shop import NOW, SPACE, Shop

OTHER = "+447700900999"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    opened.deliver(opened.call("c1", 900), opened.call("c2", 300, 1))
    yield opened
    opened.close()


def first(shop: Shop) -> set[str]:
    """The names of the first calls, kept up and anew alike."""
    names = {uuid5(SPACE, name): name for name in ("c1", "c2", "c3")}

    def read() -> set[str]:
        return {names[row["call"]] for row in shop.rows("FROM mart_call WHERE first_time")}

    kept_up = read()
    shop.upkeep.rebuild()
    assert read() == kept_up
    assert shop.rows("SELECT sum(first_time) AS n FROM mart_day")[0]["n"] == len(kept_up)
    return kept_up


def anew(call: Call, **of: object) -> Call:
    return structs.replace(call, source_id=f"{call.source_id}{of}", told_at=NOW, **of)


def test_the_earliest_is_the_first(shop: Shop) -> None:
    assert first(shop) == {"c1"}


def test_a_call_that_is_told_to_be_later_is_still_the_first(shop: Shop) -> None:
    call = shop.call("c1", 900)
    shop.deliver(anew(call, occurred_at=Micros(call.occurred_at + SECOND)))
    assert first(shop) == {"c1"}


def test_a_call_that_is_told_to_be_later_than_the_next_is_the_first_no_more(shop: Shop) -> None:
    call = shop.call("c1", 900)
    shop.deliver(anew(call, occurred_at=Micros(call.occurred_at + 700 * SECOND)))
    assert first(shop) == {"c2"}


def test_a_call_that_was_anothers_leaves_its_place_to_the_next(shop: Shop) -> None:
    shop.deliver(anew(shop.call("c1", 900), caller=OTHER))
    assert first(shop) == {"c1", "c2"}


def test_a_call_that_becomes_a_callers_is_their_first(shop: Shop) -> None:
    shop.deliver(structs.replace(shop.call("c3", 1_200, 2), caller=OTHER))
    assert first(shop) == {"c1", "c3"}
    shop.deliver(anew(shop.call("c3", 1_200, 2)))
    assert first(shop) == {"c3"}
