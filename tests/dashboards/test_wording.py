"""Numbers and callers as they are written."""

from decimal import Decimal

import pytest

from dashboards import wording


@pytest.mark.parametrize(
    ("number", "role", "written"),
    [
        ("+74951234567", "owner", "+7 495 123-45-67"),
        ("+74951234567", "employee", "+7 495 ***-**-67"),
        ("+74951234567", "accountant", "+7 495 ***-**-67"),
        ("anonymous", "owner", "anonymous"),
        ("1234", "employee", "****"),
        (None, "employee", "Withheld"),
    ],
)
def test_callers(number: str | None, role: str, written: str) -> None:
    assert wording.caller(number, role) == written


@pytest.mark.parametrize("number", ["+74951234567", "+442079460958", "+66812345678", "84951234567"])
def test_a_masked_caller_never_shows_more_than_area_and_two_digits(number: str) -> None:
    assert wording.caller(number, "employee").count("*") >= 4


def test_what_is_undefined_is_a_dash_and_nothing_is_nought() -> None:
    assert wording.percent(wording.ratio(0, 0)) == "–"
    assert wording.percent(wording.ratio(0, 5)) == "0.0%"
    assert wording.percent(-0.235, 0) == "\u221224%"
    assert wording.percent(-0.0001, 0) == "0%"
    assert wording.clock(None) == "–"
    assert wording.clock(3_725) == "1:02:05"
    assert wording.channel("new_channel") == "New channel"


@pytest.mark.parametrize(
    ("amount", "currency", "written", "short"),
    [
        ("1234.5", "GBP", "£1,234.50", "£1,234"),
        ("0", "EUR", "€0.00", "€0.00"),
        ("-12.345", "USD", "\u2212$12.35", "\u2212$12.35"),
        ("283819.2", "GBP", "£283,819.20", "£283.8k"),
        ("1250000", "RUB", "₽1,250,000.00", "₽1.2m"),
        ("1234.5", "JPY", "¥1,235", "¥1,234"),
        ("9.99", "CHF", "9.99\u00a0CHF", "9.99\u00a0CHF"),
        (None, "GBP", "–", "–"),
        ("5", None, "–", "–"),
    ],
)
def test_amounts(amount: str | None, currency: str | None, written: str, short: str) -> None:
    told = None if amount is None else Decimal(amount)
    assert wording.money(told, currency) == written
    assert wording.short_money(told, currency) == short
