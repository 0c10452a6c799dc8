"""Amounts as people write them are read as they meant them, or refused; never as something else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrail.core.money import (
    CURRENCIES,
    Mark,
    Unreadable,
    currency,
    parse_amount,
    parse_count,
    parse_decimal,
    rounded,
)

AMOUNTS = st.decimals(-(10**12) + 1, 10**12 - 1, places=2)


def written(amount: Decimal, point: str, group: str) -> str:
    return f"{amount:,.2f}".translate({ord(","): group, ord("."): point})


@given(amount=AMOUNTS, form=st.sampled_from((".,", ",.", ", ", ". ", ".'", ",\u00a0", ",\u202f")))
def test_two_digits_after_the_mark_are_read_without_a_hint(amount: Decimal, form: str) -> None:
    assert parse_amount(written(amount, *form)) == (amount, None)


@given(amount=AMOUNTS, sign=st.sampled_from((("€", "EUR"), ("руб.", "RUB"), ("USD", "USD"))))
def test_a_sign_before_or_behind_names_the_currency(amount: Decimal, sign: tuple[str, str]) -> None:
    word, code = sign
    assert parse_amount(f"{word}{amount}") == (amount, code)
    assert parse_amount(f"{amount} {word}") == (amount, code)
    assert parse_amount(f"{-abs(amount)} {word}") == (-abs(amount), code)


@given(whole=st.integers(1, 999), thousands=st.integers(0, 999), mark=st.sampled_from(".,"))
def test_one_mark_before_three_digits_needs_a_hint(whole: int, thousands: int, mark: Mark) -> None:
    text = f"{whole}{mark}{thousands:03}"
    with pytest.raises(Unreadable, match="--decimal"):
        parse_amount(text)
    other: Mark = "," if mark == "." else "."
    assert parse_amount(text, mark)[0] == Decimal(f"{whole}.{thousands:03}")
    assert parse_amount(text, other)[0] == whole * 1000 + thousands


@given(text=st.text(st.sampled_from("0123456789.,-+() €руб'\u00a0xE"), max_size=14))
def test_whatever_is_read_has_the_digits_that_were_written(text: str) -> None:
    try:
        amount, _ = parse_amount(text, ".")
    except Unreadable:
        return
    digits = "".join(letter for letter in text if letter.isdigit())
    exact = parse_decimal(text.translate(str.maketrans("", "", "€руб")), ".")
    assert abs(amount - exact) <= Decimal("0.00005")
    assert Decimal(digits).normalize().as_tuple().digits == (
        exact.copy_abs().normalize().as_tuple().digits
    )


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("(12.00)", "-12"), ("12-", "-12"), ("\u22123,20", "-3.2"), ("0,123", "0.123"),
        ("1.234.567", "1234567"), ("1,23,456.78", "123456.78"), (".5", "0.5"), ("5.", "5"),
        ("$1,000.50", "1000.5"), ("1234.5", "1234.5"), ("-€12", "-12"), ("+7", "7"),
        ("0.00005", "0.0001"), ("1234,567", "1234.567"),
    ],
)  # fmt: skip
def test_other_ways_to_write(text: str, amount: str) -> None:
    assert parse_amount(text)[0] == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "--", "abc", "1,2,3", "nan", "inf", "1e5", "\u0663", "12,34,5", "(-5)", "5-5",
     "1..2", "12 foo", "1.234,5.6", "$ $5", ".", "1,000,0", "1000000000000", "1" * 400],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_amount(text)


def test_a_mark_that_was_declared_is_held_to() -> None:
    for text in ("1,23", "1,234.5,6", "12.34.5"):
        with pytest.raises(Unreadable, match="decimal mark"):
            parse_amount(text, ".")


@pytest.mark.parametrize(("text", "count"), [("1 234", 1234), ("1,234", 1234), ("12.00", 12)])
def test_counts(text: str, count: int) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize("text", ["1.5", "-1", "1,23", "", "x", "1,2345"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_count(text)


@pytest.mark.parametrize(("text", "code"), [("eur", "EUR"), ("₽", "RUB"), ("Руб.", "RUB")])
def test_currencies(text: str, code: str) -> None:
    assert currency(text) == code


@pytest.mark.parametrize("text", ["$", "", "EURO", "BTC", "kr"])
def test_what_names_no_one_currency_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        currency(text)


@pytest.mark.parametrize(
    ("amount", "code", "shown"),
    [("2.345", "EUR", "2.35"), ("-2.345", "EUR", "-2.35"), ("2.5", "JPY", "3"),
     ("2.0005", "KWD", "2.001")],
)  # fmt: skip
def test_rounding_to_the_digits_of_the_currency(amount: str, code: str, shown: str) -> None:
    assert str(rounded(Decimal(amount), code)) == shown


def test_every_currency_is_a_code() -> None:
    assert len(CURRENCIES) > 150
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert {"EUR", "RUB", "THB", "USD"} <= CURRENCIES and "COD" not in CURRENCIES
