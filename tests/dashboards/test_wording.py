"""Numbers and callers as they are written."""

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
    assert wording.clock(None) == "–"
    assert wording.clock(3_725) == "1:02:05"
    assert wording.channel("new_channel") == "New channel"
