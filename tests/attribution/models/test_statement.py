"""The rule models in SQL give what they give in Python, on the engine that the warehouse has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.models import statement
from attribution.models.journey import NONE, Conversion, Touch, journey
from attribution.models.rules import RULES, Factors, Rule, Shares, weigh
from ringtrail.core.clock import SECOND, Micros
from ringtrail.core.errors import Refused
from ringtrail.core.warehouse import Query, Transaction, Warehouse

T = Micros(1_790_000_000_000_000)
CHANNELS = ("seo", "ads", "mail", "Direct", "(direct)")
MORE: dict[str, Rule] = {
    "custom": Shares(first=50, others=20, last=30),
    "middle": Shares(first=0, others=1, last=0),
    "lead_only": Shares(first=0, others=0, last=0, lead=1),
    "by_channel": Factors(channels={"seo": 3, "ads": 0.5}, elsewhere=0),
    "faded": Factors(half_life=2.5, channels={"mail": 7}),
    "named_u": Shares(first=0.4, others=0.2, last=0.4, passes_direct=True),
}
EVERY = {**RULES, **MORE}


@dataclass(frozen=True, slots=True)
class World:
    """Persons with their touches and conversions."""

    touches: Sequence[tuple[int, Touch]]
    conversions: Sequence[tuple[int, Conversion]]


persons = st.integers(1, 3)
# Few moments, so that many touches share one; ids on both sides of the sign of a hugeint.
moments = st.integers(-6, 2).map(lambda second: Micros(T + second * SECOND)) | st.integers(
    T - 6 * SECOND, T + 2 * SECOND
).map(Micros)
worlds = st.builds(
    World,
    touches=st.lists(
        st.tuples(persons, st.builds(Touch, st.uuids(), moments, st.sampled_from(CHANNELS))),
        max_size=25,
        unique_by=lambda one: one[1].touch,
    ),
    conversions=st.lists(
        st.tuples(persons, st.builds(Conversion, st.uuids(), moments, st.none() | moments)),
        max_size=6,
        unique_by=lambda one: one[1].conversion,
    ),
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path_factory.mktemp("models") / "w.duckdb")
    yield opened
    opened.close()


def fill(transaction: Transaction, world: World) -> None:
    """The two tables that the statement reads."""
    for text in (
        'CREATE OR REPLACE TEMP TABLE touch (touch UUID, person INT, "at" TIMESTAMP, channel TEXT)',
        'CREATE OR REPLACE TEMP TABLE conversion (conversion UUID, person INT, "at" TIMESTAMP,'
        " value DECIMAL(18, 4), lead_at TIMESTAMP)",
    ):
        transaction.run(Query("fill", text))
    put_touch = Query("touch", "INSERT INTO touch VALUES ($id, $p, make_timestamp($at), $channel)")
    for person, touch in world.touches:
        values = {"id": touch.touch, "p": person, "at": touch.at, "channel": touch.channel}
        transaction.run(put_touch, values)
    put = Query("conversion", "INSERT INTO conversion VALUES ($id, $p, make_timestamp($at), -1.5,"
                " make_timestamp($lead_at))")  # fmt: skip
    for person, one in world.conversions:
        values = {"id": one.conversion, "p": person, "at": one.at, "lead_at": one.lead_at}
        transaction.run(put, values)


def by_sql(
    warehouse: Warehouse, world: World, lookback: float, rules: dict[str, Rule]
) -> dict[tuple[UUID, UUID | None], dict[str, object]]:
    asked = statement.weights(lookback, rules)
    with warehouse.transaction() as transaction:
        fill(transaction, world)
        rows = transaction.rows(asked.query, asked.values)
    found = {(row["conversion"], row["touch"]): row for row in rows}
    assert len(found) == len(rows)
    return found


@settings(deadline=None)
@given(world=worlds, lookback=st.sampled_from([0, 1, 2.5, 5]))
def test_sql_and_python_agree(warehouse: Warehouse, world: World, lookback: float) -> None:
    found = by_sql(warehouse, world, lookback, EVERY)
    expected = 0
    for person, conversion in world.conversions:
        own = [touch for whose, touch in world.touches if whose == person]
        within = journey(conversion, own, lookback)
        if not within:
            row = found[conversion.conversion, None]
            assert row["channel"] == NONE
            assert [row[f"weight_{name}"] for name in EVERY] == [1.0] * len(EVERY)
            expected += 1
            continue
        expected += len(within)
        rows = [found[conversion.conversion, touch.touch] for touch in within]
        assert [row["channel"] for row in rows] == [touch.channel for touch in within]
        for name, rule in EVERY.items():
            weights = [row[f"weight_{name}"] for row in rows]
            assert weights == pytest.approx(weigh(rule, conversion, within), abs=1e-12), name
    assert len(found) == expected


def test_touches_of_one_moment_are_in_the_order_of_their_ids(warehouse: Warehouse) -> None:
    ids = [UUID(int=at * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128) for at in range(1, 41)]
    touches = [(1, Touch(one, T, "seo")) for one in ids]
    conversion = UUID(int=0)
    found = by_sql(warehouse, World(touches, [(1, Conversion(conversion, T))]), 0, EVERY)
    first = [touch for (_, touch), row in found.items() if row["weight_first"] == 1]
    last = [touch for (_, touch), row in found.items() if row["weight_last"] == 1]
    assert (first, last) == ([min(ids)], [max(ids)])


def test_a_model_alone_gives_what_it_gives_among_all(warehouse: Warehouse) -> None:
    touches = [(1, Touch(UUID(int=at), Micros(T - at), CHANNELS[at % 5])) for at in range(9)]
    world = World(touches, [(1, Conversion(UUID(int=99), T, Micros(T - 4)))])
    together = by_sql(warehouse, world, 60, EVERY)
    for name, rule in EVERY.items():
        alone = by_sql(warehouse, world, 60, {name: rule})
        column = f"weight_{name}"
        assert {key: row[column] for key, row in alone.items()} == {
            key: row[column] for key, row in together.items()
        }


def test_an_empty_warehouse_and_nobody(warehouse: Warehouse) -> None:
    assert by_sql(warehouse, World([], []), 60, EVERY) == {}


def test_what_cannot_be_asked() -> None:
    with pytest.raises(Refused, match="too short for a look-back"):
        statement.weights(90 * 86_400, {"fast": Factors(half_life=60)})
    with pytest.raises(Refused, match="no name for a model"):
        statement.weights(60, {"a; DROP TABLE touch": Factors()})
