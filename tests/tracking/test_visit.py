"""Where a visit ends: half an hour idle, another campaign, another click; never a direct hit."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrail.core.clock import MINUTE
from tracking.source import Source
from tracking.visit import IDLE, Ongoing, continues

NOW = 1_790_000_000_000_000
ANN, BOB = UUID(int=1), UUID(int=2)
CLICK = Source("yandex", "cpc", "autumn", None, None, "yclid", "Ab1", "click_id")
DIRECT = Source("(direct)", "(none)", None, None, None, None, None, "direct")
VISIT = Ongoing(UUID(int=9), ANN, NOW, "yandex", "cpc", "autumn", "Ab1")

words = st.sampled_from(["google", "yandex", "news", "cpc", "organic", "autumn", "spring"])
maybe = st.none() | words
sources = st.builds(
    Source, words, words, maybe, maybe, maybe, maybe, maybe, st.just("utm")
) | st.just(DIRECT)
visits = st.builds(
    Ongoing, st.uuids(), st.sampled_from([ANN, BOB]), st.just(NOW), words, words, maybe, maybe
)


def test_half_an_hour_is_thirty_minutes() -> None:
    assert IDLE == 30 * MINUTE


@pytest.mark.parametrize(
    ("idle", "goes_on"), [(0, True), (IDLE - 1, True), (IDLE, True), (IDLE + 1, False)]
)
@pytest.mark.parametrize("source", [CLICK, DIRECT])
def test_the_exact_edge_of_idleness(source: Source, idle: int, goes_on: bool) -> None:
    assert continues(VISIT, ANN, source, NOW + idle) is goes_on


@pytest.mark.parametrize(
    ("source", "goes_on"),
    [
        (CLICK, True),
        (replace(CLICK, click_id=None, click_id_type=None), True),
        (replace(CLICK, content="other", term="other", rule="utm"), True),
        (replace(CLICK, campaign="spring"), False),
        (replace(CLICK, campaign=None), False),
        (replace(CLICK, medium="organic"), False),
        (replace(CLICK, source="google"), False),
        (replace(CLICK, click_id="ab1"), False),
    ],
)
def test_another_campaign_or_click_starts_a_new_visit(source: Source, goes_on: bool) -> None:
    assert continues(VISIT, ANN, source, NOW) is goes_on


@pytest.mark.parametrize("visitor", [BOB, None])
def test_another_visitors_visit_is_not_continued(visitor: UUID | None) -> None:
    assert not continues(VISIT, visitor, CLICK, NOW)


def test_an_unknown_visit_is_not_continued() -> None:
    assert not continues(None, ANN, CLICK, NOW)


@given(visits, st.integers(0, IDLE))
def test_a_direct_hit_never_starts_a_new_visit(visit: Ongoing, idle: int) -> None:
    assert continues(visit, visit.visitor, DIRECT, visit.last_seen + idle)


@given(visits, sources, st.integers(IDLE + 1, 100 * IDLE))
def test_nothing_continues_an_idle_visit(visit: Ongoing, source: Source, idle: int) -> None:
    assert not continues(visit, visit.visitor, source, visit.last_seen + idle)


@given(visits, sources, st.uuids() | st.none())
def test_nobody_continues_anothers_visit(
    visit: Ongoing, source: Source, visitor: UUID | None
) -> None:
    assert not continues(visit, visitor, source, visit.last_seen)


@given(visits, sources, st.integers(0, IDLE), st.integers(0, IDLE))
def test_an_earlier_hit_continues_what_a_later_one_does(
    visit: Ongoing, source: Source, one: int, other: int
) -> None:
    early, late = sorted((one, other))
    if continues(visit, visit.visitor, source, visit.last_seen + late):
        assert continues(visit, visit.visitor, source, visit.last_seen + early)


@given(sources, st.integers(0, IDLE))
def test_a_visit_goes_on_with_the_source_it_began_with(source: Source, idle: int) -> None:
    began = Ongoing(
        UUID(int=9), ANN, NOW, source.source, source.medium, source.campaign, source.click_id
    )
    assert continues(began, ANN, source, NOW + idle)
