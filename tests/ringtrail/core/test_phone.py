"""How a number is hidden from those who may not see whose it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrail.core import phone


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+74951234567", "+7 495 ***-**-67"),
        ("+12015550123", "+1 201-***-**23"),
        ("+442079460958", "+44 20 **** **58"),
        ("+66812345678", "+66 81 *** **78"),
        # Eight digits, of which the first group is four: there is no area to show.
        ("+37251234567", "+372 **** **67"),
        ("+29012345", "+290 *****"),
        ("550123", "****23"),
        ("12345", "*****"),
        ("anonymous", "anonymous"),
    ],
)
def test_country_area_and_two_digits_stay(number: str, written: str) -> None:
    assert phone.mask(number) == written


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_whatever_the_number_is_four_digits_are_hidden(number: str) -> None:
    assert phone.mask(number).count("*") >= 4
