"""The dialling rules: many spellings, one number; and never a number that was not meant."""

import itertools
import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from ringtrail.core.phone import REGIONS
from telephony_bridge.plan.numbering import normalise, rules

MEANT: dict[str, dict[str, tuple[str, ...]]] = {
    "RU": {
        "+74951234567": (
            "+74951234567", "74951234567", "84951234567", "4951234567", "81074951234567",
            "0074951234567", "+7(495)123-45-67;user=phone", "8 (495) 123.45.67",
            "tel:+7-495-123-45-67", "%2B7%20495%201234567", "+7 8 495 123-45-67",
            "84951234567@carrier.example;user=phone",
        ),
        "+78005553535": ("88005553535", "78005553535", "8005553535", "8-800-555-35-35"),
        "+442079460958": ("+442079460958", "810442079460958", "00442079460958"),
        "0550": ("0550",),
        "112": ("112",),
        # Not a guess: a foreign number without a prefix, one digit too many.
        "442079460958": ("442079460958",),
        "849512345678": ("849512345678",),
    },
    "GB": {
        "+442079460958": (
            "+442079460958", "442079460958", "02079460958", "2079460958", "00442079460958",
            "+44 (0)20 7946 0958", "0044 (0) 20 7946 0958",
        ),
        "+74951234567": ("+74951234567", "0074951234567"),
        "999": ("999",),
    },
    "US": {
        "+12125550123": (
            "+12125550123", "12125550123", "2125550123", "(212) 555-0123", "01112125550123",
            "0012125550123",
        ),
        "+442079460958": ("011442079460958",),
        "911": ("911",),
    },
    "DE": {
        "+4930123456": ("+4930123456", "030123456", "004930123456", "+49 (0)30 123456"),
        # 4931... may be an area of Germany as well as a number of it with the country's code.
        "4931123456": ("4931123456",),
        "30123456": ("30123456",),
        "110": ("110",),
    },
    "TH": {
        "+6621234567": ("+6621234567", "6621234567", "021234567", "0016621234567"),
        "+66812345678": ("0812345678", "66812345678", "812345678"),
        "+661800123456": ("1800123456",),
        "1155": ("1155",),
    },
    "IT": {
        "+390612345678": ("+390612345678", "390612345678", "0612345678", "00390612345678"),
        "3912345678": ("3912345678",),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("region", "text", "number"),
    [
        (region, text, number)
        for region, numbers in MEANT.items()
        for number, texts in numbers.items()
        for text in texts
    ],
)
def test_spellings_of_one_number(region: str, text: str, number: str) -> None:
    assert normalise(rules(region), text) == number


@pytest.mark.parametrize("text", ["", "sales", "+", "tel:", ";x=1", "%20", "+-", "7" * 33, "7\n"])
def test_what_is_no_number(text: str) -> None:
    assert normalise(rules("RU"), text) == ""


def test_a_number_is_never_taken_for_another() -> None:
    """Against the metadata's example numbers: the number, or what was dialled, nothing else."""
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE)
    read, wrong = 0, []
    for region, kind in itertools.product(sorted(REGIONS), kinds):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None or phonenumbers.region_code_for_number(example) != region:
            continue
        e164 = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        national = phonenumbers.national_significant_number(example)
        for text, possible in (
            (e164, {e164}),
            (f"00{e164[1:]}", {e164}),
            (e164[1:], {e164, e164[1:]}),
            (national, {e164, national}),
            (
                f"+{example.country_code}(0){national}",
                {e164, f"+{example.country_code}0{national}"},
            ),
        ):
            if normalise(rules(region), text) not in possible:
                wrong.append((region, text))
            read += 1
        written = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
        if normalise(rules(region), written) not in {e164, re.sub(r"[^0-9]", "", written)}:
            wrong.append((region, written))
    assert wrong == []
    assert read > 2000


@given(region=st.sampled_from(("RU", "GB", "US", "DE", "TH", "IT", "KR", "BY")), text=st.text())
def test_a_normalised_number_stays(region: str, text: str) -> None:
    once = normalise(rules(region), text)
    assert re.fullmatch(r"(\+?[0-9]+)?", once)
    assert normalise(rules(region), once) == once


@given(st.from_regex(r"\A\+?[0-9]{1,16}\Z"))
def test_digits_are_normalised_once(text: str) -> None:
    for region in ("RU", "US", "DE", "TH"):
        once = normalise(rules(region), text)
        assert normalise(rules(region), once) == once


def test_own_rules_come_first() -> None:
    own = rules("DE", [[r"^49([0-9]{5,12})$", r"+49\1"], ["^0550$", "+49301234567"]])
    assert normalise(own, "4931123456") == "+4931123456"
    assert normalise(own, "0550") == "+49301234567"
    # \1 is one digit, as for the edge: what follows it stands for itself.
    assert normalise(rules("RU", [["^9([0-9])$", r"+7\15"]]), "93") == "+735"


@pytest.mark.parametrize(
    "rule",
    [
        ["8([0-9]+)", r"+7\1"],
        ["^8(.*)$", r"+7\1"],
        ["^(8|9)$", r"\1"],
        ["^((8))$", r"\1"],
        ["^(8)+$", r"\1"],
        ["^[9-0]$", "1"],
        ["^8$", r"\1"],
        ["^8$", ""],
        ["^8$", "$rU"],
        ["^8$", "1/;exit;/"],
        ["^8$/x/');exit;#", "1"],
        ["^8\n$", "1"],
        ["^8$"],
        ["^8{99,1}$", "1"],
    ],
)
def test_a_rule_that_cannot_be_is_refused(rule: list[str]) -> None:
    with pytest.raises(ValueError, match="rule"):
        rules("RU", [rule])


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no country"):
        rules("UK")
