"""Phone numbers: E.164 inside, grouped for people, masked where a role may not see them.

Uses Google's metadata (phonenumberslite). What cannot be read as a number becomes None, never an
empty key: withheld callers must not be counted as one person.
"""

import re
from itertools import count

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

_LONGEST = 15
# How many digits a masked number hides at least.
_HIDDEN = 4
_KINDS = {
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "city",
}

# ISO 3166 alpha-2 codes of the countries whose numbering is known.
REGIONS: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)


def parse(text: str | None, region: str | None = None) -> str | None:
    """E.164 of `text`, read as dialled in `region` (ISO 3166 alpha-2); None if it is no number."""
    number = _read(text, region)
    return None if number is None else phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _read(text: str | None, region: str | None) -> PhoneNumber | None:
    if not text or len(text) > 64:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    # The metadata knows national numbers that are longer than E.164 allows; no fact holds those.
    digits = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    return number if len(digits) <= _LONGEST else None


def national(e164: str) -> str:
    """As written inside its country: `8 (495) 123-45-67`."""
    return _display(e164, PhoneNumberFormat.NATIONAL)


def international(e164: str) -> str:
    """As written for the world: `+7 495 123-45-67`."""
    return _display(e164, PhoneNumberFormat.INTERNATIONAL)


def _display(e164: str, form: int) -> str:
    number = _read(e164, None)
    return e164 if number is None else phonenumbers.format_number(number, form)


def country_code(e164: str) -> str:
    """The calling code: `7` for +7 495 123-45-67; empty for what is not E.164."""
    number = _read(e164, None)
    return "" if number is None else str(number.country_code)


def trunk_prefix(e164: str) -> str:
    """The digits dialled before a national number (`8` in Russia, `0` in Britain), or empty."""
    number = _read(e164, None)
    region = None if number is None else phonenumbers.region_code_for_number(number)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region or "ZZ", None)
    return "" if metadata is None else (metadata.national_prefix or "")


def kind(e164: str) -> tuple[str, str]:
    """What a number is (city, toll_free, mobile, other) and a city's area code: (`city`, `495`).

    Where city and mobile numbers look alike (North America), those with an area are city numbers.
    """
    number = _read(e164, None)
    if number is None:
        return "other", ""
    length = phonenumbers.length_of_geographical_area_code(number)
    if length:
        return "city", phonenumbers.national_significant_number(number)[:length]
    return _KINDS.get(phonenumbers.number_type(number), "other"), ""


def mask(e164: str) -> str:
    """As written for the world, without the digits that tell whose it is: `+7 495 ***-**-67`.

    Country, area and the last two digits stay, as far as four others are hidden.
    """
    written = international(e164)
    groups = [len(group) for group in re.findall("[0-9]+", written)]
    country = len(country_code(e164))
    first = country + (groups[1] if country and len(groups) > 2 else 0)
    last = sum(groups) - 2
    if last - first < _HIDDEN:
        first = country
    if last - first < _HIDDEN:
        last = sum(groups)
    place = count()
    return re.sub("[0-9]", lambda digit: "*" if first <= next(place) < last else digit[0], written)
