"""Credits kept up batch by batch equal credits given anew, and each conversion is divided whole."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from attribution import Upkeep
from attribution.credit import LOOKBACK, Credit
from ringtrail.core.facts import Fact
from ringtrail.core.lead_facts import Correction
from tests.attribution.credit.shop import NOW, SPACE, WEIGHTS, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(tmp_path)
    yield opened
    opened.close()


def test_a_call_is_divided_among_the_visits_of_its_visitor(shop: Shop) -> None:
    shop.deliver(shop.visit("v1", "ann", 50_000), shop.visit("v2", "ann", 40_000, 2),
                 shop.visit("v3", "ann", 3_000, 1), shop.visit("v4", "bob", 3_000),
                 shop.lease("v3", 3_000), shop.call("c", 2_900))  # fmt: skip
    assert shop.weights("c", "first") == {"v1": 1, "v2": 0, "v3": 0}
    assert shop.weights("c", "last") == {"v1": 0, "v2": 0, "v3": 1}
    assert shop.weights("c", "last_non_direct") == {"v1": 0, "v2": 1, "v3": 0}
    assert shop.weights("c", "position") == pytest.approx({"v1": 0.4, "v2": 0.2, "v3": 0.4})


def test_the_look_back_ends_in_exact_seconds(shop: Shop) -> None:
    call = 2_900.0
    shop.deliver(shop.visit("v1", "ann", call + LOOKBACK + 1e-6),
                 shop.visit("v2", "ann", call + LOOKBACK), shop.visit("v3", "ann", 3_000),
                 shop.lease("v3", 3_000), shop.call("c", call))  # fmt: skip
    assert shop.weights("c", "first") == {"v2": 1, "v3": 0}


def test_what_nobody_visited_for_credits_its_own_traffic(shop: Shop) -> None:
    shop.deliver(shop.call("c", 100), shop.contact("f", 50, None))
    rows = shop.rows("SELECT * FROM mart_credit JOIN mart_traffic USING (account, traffic)")
    assert sorted(row["kind"] for row in rows) == ["call", "contact", "lead", "lead"]
    assert {row["touch"] for row in rows} == {None}
    assert {row["channel"] for row in rows} == {"Unattributed"}


def test_a_late_visit_changes_the_calls_after_it_only(shop: Shop) -> None:
    shop.deliver(shop.visit("v2", "ann", 5_000), shop.contact("early", 4_500, "ann"),
                 shop.contact("late", 1_000, "ann"))  # fmt: skip
    shop.deliver(shop.visit("v1", "ann", 2_000, 2))
    assert shop.weights("early", "linear") == {"v2": 1}
    assert shop.weights("late", "linear") == {"v2": 0.5, "v1": 0.5}


def test_a_contact_told_again_is_one_conversion(shop: Shop) -> None:
    shop.deliver(shop.visit("v1", "ann", 900), shop.contact("f", 500, None))
    shop.deliver(shop.contact("f", 500, "ann", told=1))
    assert shop.weights("f", "last") == {"v1": 1}
    assert len(shop.rows("FROM mart_conversion WHERE kind = 'contact'")) == 1


def test_another_look_back_divides_everything_anew(shop: Shop) -> None:
    shop.deliver(shop.visit("v1", "ann", 5_000), shop.visit("v2", "ann", 900),
                 shop.contact("f", 500, "ann"))  # fmt: skip
    shorter = Upkeep(shop.warehouse, Credit(lookback=1_000.0))
    shop.upkeep = shorter
    shop.deliver(shop.visit("v3", "bob", 10))
    assert shop.weights("f", "linear") == {"v2": 1}


def test_a_call_to_a_static_number_is_a_touch_of_its_person(shop: Shop) -> None:
    """As much in the journey of that call as in those of what the person does later."""
    shop.deliver(shop.flyer(90_000), shop.visit("v1", "ann", 50_000), shop.lease("v1", 50_000),
                 shop.call("known", 49_900), shop.call("s1", 9_000, 3),
                 shop.visit("v2", "ann", 3_000), shop.contact("f", 2_900, "ann"))  # fmt: skip
    assert shop.weights("s1", "linear") == {"v1": 0.5, "s1": 0.5}
    assert shop.weights("s1", "last_non_direct") == {"v1": 0, "s1": 1}
    assert shop.weights("f", "position") == pytest.approx({"v1": 0.4, "s1": 0.2, "v2": 0.4})
    assert shop.weights("f", "last_non_direct") == {"v1": 0, "s1": 0, "v2": 1}
    rows = shop.rows("SELECT t.channel, t.source FROM mart_credit c "
                     "JOIN mart_traffic t USING (account, traffic) JOIN mart_call k "
                     "ON k.call = c.touch AND c.touch_at = k.started_at "
                     "AND c.touch_day = k.day")  # fmt: skip
    assert {(row["channel"], row["source"]) for row in rows} == {("Offline", "flyer")}


def test_a_static_call_by_nobody_known_is_wholly_its_sources(shop: Shop) -> None:
    withheld = structs.replace(shop.call("c", 800, 3), caller=None, presentation="restricted")
    shop.deliver(shop.flyer(9_000), shop.visit("v1", "ann", 900), shop.call("s1", 700, 3), withheld)
    assert shop.weights("s1", "first") == {"s1": 1}
    assert shop.weights("c", "first") == {None: 1}
    rows = shop.rows("FROM mart_credit JOIN mart_traffic USING (account, traffic)")
    assert {row["source"] for row in rows} == {"flyer"}


def test_a_static_number_told_of_late_or_taken_back_changes_what_came_after(shop: Shop) -> None:
    shop.deliver(shop.visit("v1", "ann", 50_000), shop.lease("v1", 50_000),
                 shop.call("known", 49_900), shop.contact("f", 2_900, "ann"))  # fmt: skip
    shop.deliver(shop.call("s1", 9_000, 3))
    assert shop.weights("f", "linear") == {"v1": 1}
    shop.deliver(shop.flyer(90_000))
    assert shop.weights("f", "linear") == {"v1": 0.5, "s1": 0.5}
    shop.deliver(shop.flyer(90_000, ended=45_000))
    assert shop.weights("f", "linear") == {"v1": 1}


def test_a_static_call_that_is_left_out_is_no_touch(shop: Shop) -> None:
    shop.deliver(shop.flyer(90_000), shop.visit("v1", "ann", 50_000), shop.lease("v1", 50_000),
                 shop.call("known", 49_900), shop.call("s1", 9_000, 3),
                 shop.contact("f", 2_900, "ann"))  # fmt: skip
    shop.deliver(Correction(**shop._said("test", 0), key="k", correction=UUID(int=1), told_at=NOW,
                            decided_at=NOW, of="call", event=uuid5(SPACE, "s1"), action="flag",
                            flag="test", decided_by="ann@shop.example", why="mine"))  # fmt: skip
    assert shop.weights("f", "linear") == {"v1": 1}


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["visit", "contact", "call", "flyer"]),
        st.integers(0, 19), st.integers(0, 3), st.integers(0, 2), st.integers(1, 40 * 3_600),
    ),
    min_size=1, max_size=24,
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(events=EVENTS, cut=st.integers(1, 24), again=st.booleans())
def test_increments_equal_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory,
    events: list[tuple[str, int, int, int, int]],
    cut: int,
    again: bool,
) -> None:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    try:
        facts: list[Fact] = []
        for place, (kind, name, who, channel, before) in enumerate(events):
            if kind == "visit":
                facts.append(shop.visit(f"v{name}-{place}", f"p{who}", before, channel))
                facts.append(shop.lease(f"v{name}-{place}", before, who))
            elif kind == "contact":
                facts.append(shop.contact(f"f{place}", before, f"p{who}" if channel else None))
            elif kind == "flyer":
                facts.append(shop.flyer(before, who))
            else:
                facts.append(shop.call(f"c{place}", before, who))
        shop.deliver(*facts[:cut])
        shop.deliver(*facts[cut:])
        if again:
            shop.deliver(*facts)
        kept_up = shop.marts()
        shop.upkeep.rebuild()
        assert kept_up == shop.marts()
        sums = ", ".join(f"sum({name}) AS {name}" for name in WEIGHTS)
        for row in shop.rows(f"SELECT {sums} FROM mart_credit GROUP BY account, conversion"):
            assert [row[name] for name in WEIGHTS] == pytest.approx([1.0] * len(WEIGHTS), abs=1e-9)
        conversions = sum(kind in ("contact", "call") for kind, *_ in events)
        assert len(shop.rows("FROM mart_conversion WHERE kind <> 'lead'")) == conversions
    finally:
        shop.close()


def test_the_mart_has_a_column_for_each_rule_model(shop: Shop) -> None:
    columns = [row["column_name"] for row in shop.rows("DESCRIBE mart_credit")]
    assert [name for name in columns if name.startswith("weight_")] == list(WEIGHTS)
