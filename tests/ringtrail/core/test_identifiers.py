"""Identifiers that follow from others."""

from uuid import UUID, uuid4, uuid5

from hypothesis import given
from hypothesis import strategies as st

from ringtrail.core.identifiers import derived, derived_at, fact_id, fact_ids

MILLIS = st.floats(0, 2**48 - 1)


def test_a_derived_identifier_is_the_one_of_the_standard() -> None:
    source = uuid4()
    assert derived(source, "visit:1") == uuid5(source, "visit:1")


@given(MILLIS, MILLIS, st.uuids(), st.uuids())
def test_one_that_has_a_time_is_ordered_by_it(a: float, b: float, one: UUID, other: UUID) -> None:
    first, second = derived_at(a, one, "visit:1"), derived_at(b, other, "visit:1")
    assert (first.version, first.variant) == (7, uuid5(one, "").variant)
    assert first.int >> 80 == int(a)
    if int(a) < int(b):
        assert first < second


def test_one_that_has_a_time_is_the_same_whenever_it_is_asked_and_differs_by_name() -> None:
    source = uuid4()
    assert derived_at(5.7, source, "visit:1") == derived_at(5.2, source, "visit:1")
    assert derived_at(5, source, "visit:1") != derived_at(5, source, "visit:2")
    assert derived_at(9e15, source, "visit:1").version == 7


def test_identifiers_of_many_facts_are_those_of_each() -> None:
    accounts, sources = (1, 22), ("a:b", "\u20ac")
    each = [fact_id(1, "page", "a:b"), fact_id(22, "page", "\u20ac")]
    assert fact_ids("page", accounts, sources) == b"".join(one.bytes for one in each)
    assert fact_ids("page", (), ()) == b""
