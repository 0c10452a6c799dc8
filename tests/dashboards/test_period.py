"""A period from an address or a store is checked before it reaches a report."""

from datetime import date

import pytest

from dashboards.period import asked, spelled, written

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("values", "since", "until"),
    [
        ({}, date(2026, 10, 27), TODAY),
        ({"days": "7"}, date(2026, 11, 17), TODAY),
        ({"days": "100000"}, date(2026, 10, 27), TODAY),
        ({"since": "2026-11-01", "until": "2026-11-05"}, date(2026, 11, 1), date(2026, 11, 5)),
        ({"since": "2026-11-05", "until": "2026-11-01"}, date(2026, 10, 27), TODAY),
        ({"since": "2026-11-05", "until": "2030-01-01"}, date(2026, 11, 5), TODAY),
        ({"since": "0001-01-01", "until": "2026-11-23"}, date(2024, 11, 23), TODAY),
        ({"since": 5, "until": None}, date(2026, 10, 27), TODAY),
    ],
)
def test_asked(values: dict[str, object], since: date, until: date) -> None:
    now = asked(values, TODAY)
    assert (now.since, now.until) == (since, until)
    assert (now.before[1] - now.before[0]) == (until - since)


def test_a_model_and_a_basis_are_one_of_ours() -> None:
    assert (asked({}, TODAY).model, asked({}, TODAY).basis) == ("last_non_direct", "sale")
    for basis in ("touch", "lead", "sale"):
        now = asked({"model": "linear", "basis": basis}, TODAY)
        assert (now.model, now.basis) == ("linear", basis)
        assert asked(now.store(TODAY), TODAY) == now
    for forged in ("markov", "x; --", 5, None):
        now = asked({"model": forged, "basis": forged, "show": forged}, TODAY)
        assert (now.model, now.basis, now.show) == ("last_non_direct", "sale", "")
    assert asked({"show": "money"}, TODAY).show == "money"


def test_spelled() -> None:
    assert spelled(date(2026, 10, 25), date(2026, 11, 21)) == "25 Oct – 21 Nov 2026"
    assert spelled(TODAY, TODAY) == "23 Nov 2026"


@pytest.mark.parametrize(
    ("text", "sort"),
    [("visits", ("visits", False)), ("-visits", ("visits", True)), ("x;--", None), ("", None)],
)
def test_an_order_is_a_word_or_nothing(text: str, sort: tuple[str, bool] | None) -> None:
    now = asked({"sort": text}, TODAY)
    assert now.sort == sort
    assert written(now.sort) == (text if sort else "")
