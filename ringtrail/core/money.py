"""Money: a Decimal and the ISO 4217 code of its currency, never a float.

Read from the files that people export and from what connectors are told; written with the digits
that a currency has. A figure that could mean two amounts (`1,234`) is refused with what to do, not
guessed: a cost that is wrong by a thousand still looks like a cost.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Mark = Literal[".", ","]

# Both stores keep four digits after the point: a cent of every currency, and the parts of one that
# advertising systems bill.
SCALE = Decimal("0.0001")
LARGEST = Decimal(10) ** 12

_CODE = re.compile("[A-Z]{3}")
CURRENCIES = frozenset(
    _CODE.findall("""
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD
BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR
FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD
JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG
QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER
ZAR ZMW ZWG""")
)
# Digits after the point where they are not two.
_DIGITS = dict.fromkeys(
    _CODE.findall("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"), 0
) | dict.fromkeys(_CODE.findall("BHD IQD JOD KWD LYD OMR TND"), 3)
# Signs and words that name one currency; `$`, `¥` and `kr` name several, so they say nothing.
_SIGNS = {
    "€": "EUR", "£": "GBP", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "р": "RUB", "р.": "RUB",
    "₴": "UAH", "грн": "UAH", "грн.": "UAH", "₸": "KZT", "฿": "THB", "บาท": "THB", "₹": "INR",
    "₺": "TRY", "₪": "ILS", "₩": "KRW", "₫": "VND", "zł": "PLN", "US$": "USD",
}  # fmt: skip
_MANY = {"$", "¥", "kr", "Kr"}
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'\u2019]+")
_SHORTENED = re.compile(r"([^\W\d_])\.")
_FIGURE = re.compile(r"^([^\d.,()+-]*)([+-]?)([^\d.,()+-]*)([\d.,]*\d[\d.,]*)([^\d(),+]*?)(-?)$")


class Unreadable(ValueError):
    """A text that is no amount, or that may be two; the message says which and what to do."""


def currency(text: str) -> str:
    """The ISO 4217 code that `text` names: a code, or a sign like `€`; raises `Unreadable`."""
    told = text.strip()
    code = _SIGNS.get(told) or _SIGNS.get(told.lower()) or told.upper()
    if code not in CURRENCIES:
        raise Unreadable(f"{text!r} is no currency: give a code like EUR")
    return code


def parse_amount(text: str, mark: Mark | None = None) -> tuple[Decimal, str | None]:
    """An amount as people write it, and the currency that stands beside it, if any.

    `1 234,56`, `1,234.56`, `-€12`, `(12.00)`, `12-` and `99 руб.` are read; `mark` is the declared
    decimal mark. Rounded to four digits after the point. Raises `Unreadable`.
    """
    amount, sign = _read(text, mark)
    if abs(amount) >= LARGEST:
        raise Unreadable(f"{text!r} is too large")
    return amount.quantize(SCALE, ROUND_HALF_UP), sign


def parse_decimal(text: str, mark: Mark | None = None) -> Decimal:
    """A figure without a currency, as exact as it is written; raises `Unreadable`."""
    figure, sign = _read(text, mark)
    if sign is not None:
        raise Unreadable(f"{text!r} is no plain figure")
    return figure


def parse_count(text: str) -> int:
    """A whole number like `1 234` or `1,234`; raises `Unreadable`."""
    plain = _SPACES.sub("", text.strip())
    if re.fullmatch(r"\d{1,15}|\d{1,3}(,\d{3})+|\d{1,3}(\.\d{3})+", plain, flags=re.ASCII):
        return int(plain.replace(",", "").replace(".", ""))
    if re.fullmatch(r"\d{1,15}[.,]0{1,2}", plain, flags=re.ASCII):
        return int(re.split("[.,]", plain)[0])
    raise Unreadable(f"{text!r} is no whole number")


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` with the digits that its currency has, half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-_DIGITS.get(currency, 2)), ROUND_HALF_UP)


def _read(text: str, mark: Mark | None) -> tuple[Decimal, str | None]:
    # The point of `руб.` is not the figure's.
    plain = _SHORTENED.sub(r"\1", _SPACES.sub("", text.strip()).replace("\u2212", "-"))
    bracketed = plain.startswith("(") and plain.endswith(")")
    found = _FIGURE.match(plain[1:-1] if bracketed else plain)
    if found is None or not found[4].isascii():
        raise Unreadable(f"{text!r} is no amount")
    before, minus, inner, digits, after, trailing = found.groups()
    signs = [word for word in (before + inner, after) if word]
    negative = [bracketed, minus == "-", trailing == "-"]
    if len(signs) > 1 or sum(negative) > 1:
        raise Unreadable(f"{text!r} is no amount")
    figure = Decimal(_plain(digits, mark, text))
    return -figure if any(negative) else figure, _beside(signs[0], text) if signs else None


def _beside(sign: str, text: str) -> str | None:
    if sign in _MANY:
        return None
    try:
        return currency(sign)
    except Unreadable:
        raise Unreadable(f"{text!r} is no amount") from None


def _plain(digits: str, mark: Mark | None, text: str) -> str:
    """`digits` with a point as decimal mark and no groups."""
    point = mark or _mark(digits, text)
    group = "," if point == "." else "."
    whole, found, rest = digits.partition(point)
    if point in rest or group in rest or (found and not rest and group in whole):
        raise Unreadable(f"{text!r} is no amount with {point!r} as decimal mark")
    first, *groups = whole.split(group)
    # India writes groups of two before the last of three.
    sizes = [len(part) for part in groups]
    if groups and (not 1 <= len(first) <= 3 or sizes[-1] != 3 or not set(sizes[:-1]) <= {2, 3}):
        raise Unreadable(f"{text!r} is no amount with {point!r} as decimal mark")
    return f"{whole.replace(group, '') or '0'}.{rest or '0'}"


def _mark(digits: str, text: str) -> Mark:
    """Which of `.` and `,` is the decimal mark of an amount that nothing was declared of."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return "."
    mine: Mark = "," if digits[last] == "," else "."
    other: Mark = "." if mine == "," else ","
    if other in digits:
        return mine
    if digits.count(mine) > 1:
        return other
    before, after = digits[:last], digits[last + 1 :]
    if len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0":
        raise Unreadable(
            f"{text!r} may be {before}{after} or {before}.{after}: say which mark is the decimal "
            "one with --decimal . or --decimal ,"
        )
    return mine
