"""The rule models: what each gives whom."""

import math
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.models.journey import Conversion, Touch, journey
from attribution.models.rules import DAY, RULES, Factors, Rule, Shares, weigh
from ringtrail.core.clock import SECOND, Micros

T = Micros(1_790_000_000_000_000)


def path(*channels: str, apart: float = DAY) -> list[Touch]:
    """A journey with a touch every `apart` seconds, the last of them at `T`."""
    last = len(channels) - 1
    return [
        Touch(UUID(int=at), Micros(round(T - (last - at) * apart * SECOND)), channel)
        for at, channel in enumerate(channels)
    ]


def given_by(rule: Rule, *channels: str, lead: int | None = None) -> list[float]:
    touches = path(*channels)
    made = None if lead is None else touches[lead].at
    return weigh(rule, Conversion(UUID(int=99), T, made), touches)


@pytest.mark.parametrize(("name", "channels", "wanted"), [
    ("first", "abc", [1, 0, 0]),
    ("last", "abc", [0, 0, 1]),
    ("linear", "abca", [1 / 4] * 4),
    ("position", "abcd", [0.4, 0.1, 0.1, 0.4]),
    ("position", "ab", [0.5, 0.5]),
    ("position", "aa", [0.5, 0.5]),
    ("j", "abcd", [0.2, 0.1, 0.1, 0.6]),
    ("j", "ab", [0.25, 0.75]),
    ("inverse_j", "abcd", [0.6, 0.1, 0.1, 0.2]),
    ("time_decay", "abcdefgh", [2 ** (at / 7) / sum(2 ** (n / 7) for n in range(8))
                                for at in range(8)]),
    ("shapley", "aab", [0.25, 0.25, 0.5]),
])  # fmt: skip
def test_what_each_model_gives(name: str, channels: str, wanted: list[float]) -> None:
    assert given_by(RULES[name], *channels) == pytest.approx(wanted, abs=1e-12)


def test_last_non_direct_passes_direct_touches_unless_there_is_nothing_else() -> None:
    rule = RULES["last_non_direct"]
    assert given_by(rule, "seo", "ads", "(direct)", "Direct") == [0, 1, 0, 0]
    assert given_by(rule, "direct", "direct") == [0, 1]


@pytest.mark.parametrize(("channels", "lead", "wanted"), [
    ("abcde", 2, [0.3, 0.05, 0.3, 0.05, 0.3]),
    ("abcd", 3, [0.3, 0.05, 0.05, 0.6]),
    ("abc", 0, [0.6, 0.1, 0.3]),
    ("abc", 1, [1 / 3, 1 / 3, 1 / 3]),
    ("abcd", None, [3 / 7, 0.5 / 7, 0.5 / 7, 3 / 7]),
    ("ab", None, [0.5, 0.5]),
])  # fmt: skip
def test_w_knows_who_made_the_lead(channels: str, lead: int | None, wanted: list[float]) -> None:
    assert given_by(RULES["w"], *channels, lead=lead) == pytest.approx(wanted, abs=1e-12)


def test_a_lead_older_than_the_journey_has_no_touch_of_its_own() -> None:
    touches = path("a", "b", "c")
    old = Conversion(UUID(int=9), T, Micros(touches[0].at - 1))
    assert weigh(RULES["w"], old, touches) == weigh(
        RULES["w"], Conversion(old.conversion, T), touches
    )


def test_custom_models() -> None:
    assert given_by(Shares(first=50, others=25, last=25), *"abc") == [0.5, 0.25, 0.25]
    assert given_by(Shares(first=0, others=1, last=0), *"ab") == [0.5, 0.5]
    by_channel = Factors(channels={"a": 3.0, "b": 1.0}, elsewhere=0.0)
    assert given_by(by_channel, *"abc") == [0.75, 0.25, 0]
    assert given_by(by_channel, *"cc") == [0.5, 0.5]


@pytest.mark.parametrize("wrong", [
    lambda: Shares(0, 0, 0), lambda: Shares(-1, 1, 1), lambda: Shares(math.nan, 1, 1),
    lambda: Factors(half_life=0), lambda: Factors(half_life=math.inf),
    lambda: Factors(channels={"a": -1.0}), lambda: Factors(channels={"a": 0.0}, elsewhere=0.0),
])  # fmt: skip
def test_numbers_that_make_no_model_are_refused(wrong: Callable[[], Rule]) -> None:
    with pytest.raises(ValueError, match=r"each (share|factor) is|a half-life is"):
        wrong()


CHANNELS = st.sampled_from(["seo", "ads", "mail", "Direct", "(direct)"])
TOUCHES = st.lists(
    st.builds(
        Touch,
        touch=st.uuids(),
        at=st.integers(T - 9 * SECOND, T + SECOND).map(Micros),
        channel=CHANNELS,
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda touch: touch.touch,
)


@settings(deadline=None)
@given(touches=TOUCHES, lead_at=st.none() | st.integers(T - 9 * SECOND, T).map(Micros))
def test_weights_are_shares_of_one(touches: list[Touch], lead_at: Micros | None) -> None:
    conversion = Conversion(UUID(int=1), T, lead_at)
    within = journey(conversion, touches, 9)
    for name, rule in RULES.items():
        weights = weigh(rule, conversion, within)
        assert len(weights) == len(within)
        assert min(weights, default=0) >= 0
        assert not within or math.fsum(weights) == pytest.approx(1, abs=1e-9), name
        if len(within) == 1:
            assert weights == [1], name


def test_a_journey_of_ten_thousand_touches() -> None:
    touches = path(*("abcd" * 2_500), apart=60)
    for name, rule in RULES.items():
        weights = weigh(rule, Conversion(UUID(int=1), T), touches)
        assert math.fsum(weights) == pytest.approx(1, abs=1e-9), name


def test_the_window_is_closed_at_both_ends_and_exact() -> None:
    ends = {-5 * SECOND - 1: False, -5 * SECOND: True, 0: True, 1: False}
    touches = [
        Touch(UUID(int=at), Micros(T + offset), "a") for at, offset in enumerate(ends, start=1)
    ]
    within = journey(Conversion(UUID(int=9), T), touches, 5)
    assert [touch.touch.int for touch in within] == [2, 3]


def test_touches_of_one_moment_are_in_the_order_of_their_ids() -> None:
    touches = [Touch(UUID(int=at), T, str(at)) for at in (7, 2**127 + 1, 3)]
    within = journey(Conversion(UUID(int=9), T), touches, 0)
    assert [touch.channel for touch in within] == ["3", "7", str(2**127 + 1)]


def test_a_short_half_life_does_not_underflow() -> None:
    touches = path("a", "b", apart=30 * DAY)
    late = Conversion(UUID(int=1), Micros(round(T + 60 * DAY * SECOND)))
    assert weigh(Factors(half_life=60), late, touches) == [0, 1]
