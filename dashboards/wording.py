"""How numbers, times, telephone numbers and the words of the field are written on the pages.

Who: every page. An undefined ratio is a dash, a counted nothing is 0. Callers are masked here for
the roles that must not read them. What can go wrong: a word the core adds later; it is shown as
it is written, with spaces, never dropped.
"""

from collections.abc import Iterable
from decimal import Decimal

from dashboards.reading import DateBasis
from ringtrail.core import phone as core_phone
from ringtrail.core.money import rounded

NOTHING = "–"
MASKED_ROLES = frozenset({"employee", "accountant"})
OUTCOMES = {
    "answered": "Answered",
    "missed": "Missed",
    "busy": "Busy",
    "abandoned": "Abandoned",
    "voicemail": "Voicemail",
    "unknown_number": "Unknown number",
    "lost_in_pbx_restart": "Lost in restart",
}
EXCLUDED = "excluded"
STATUSES = OUTCOMES | {EXCLUDED: "Left out"}
_REASONS = {"spam": "spam", "test": "test", "self_test": "self-test", "internal": "internal"}
_UNKNOWN = "(unknown)"
_MATCHES = {
    "lease": "Sure",
    "ambiguous": "Unsure",
    "static": "Static number",
    "none": "No visit",
}
_CHANNELS = {
    "paid": "Paid search",
    "cpc": "Paid search",
    "paid_search": "Paid search",
    "organic": "Organic search",
    "organic_search": "Organic search",
    "maps": "Maps & listings",
    "ai": "AI assistants",
    "ai_assistant": "AI assistants",
    "ai_assistants": "AI assistants",
    "": "Source not known",
    "unknown": "Source not known",
    "unattributed": "Source not known",
}

MODELS = {
    "last_non_direct": "Last non-direct",
    "last": "Last visit",
    "first": "First visit",
    "linear": "Linear",
    "position": "By position 40/20/40",
    "w": "W 30/30/30/10",
    "j": "J 20/20/60",
    "inverse_j": "Inverse J 60/20/20",
    "time_decay": "Time decay, 7 days",
    "shapley": "Shapley",
}
BASES: dict[DateBasis, str] = {
    "touch": "By day of the visit",
    "lead": "By day of the lead",
    "sale": "By day of the sale",
}
_MINUS = "\u2212"
_SIGNS = {"EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥", "RUB": "₽", "THB": "฿", "USD": "$"}


def count(number: int) -> str:
    """A whole number with its thousands apart."""
    return f"{number:,}"


def parts(number: float) -> str:
    """A number that may be a sum of parts, with one decimal."""
    return f"{number:,.1f}"


def ratio(part: float, whole: float) -> float | None:
    """part / whole, or None where there is no whole."""
    return part / whole if whole else None


def percent(share: float | None, digits: int = 1) -> str:
    """A share as a percentage."""
    if share is None:
        return NOTHING
    shown = round(share * 100, digits) + 0.0  # of what is nearly nothing no minus stays
    return f"{shown:.{digits}f}%".replace("-", _MINUS)


def money(amount: Decimal | None, currency: str | None) -> str:
    """An amount with the digits of its currency: £1,234.50, −€0.20, 1,234.50 CHF."""
    if amount is None or currency is None:
        return NOTHING
    return _signed(f"{rounded(abs(amount), currency):,}", currency, amount < 0)


def short_money(amount: Decimal | None, currency: str | None) -> str:
    """An amount as a large figure has it: £283.8k, £43,326, £36.84."""
    if amount is None or currency is None:
        return NOTHING
    size = abs(amount)
    for least, unit, mark in ((10**6, 10**6, "m"), (10**5, 10**3, "k")):
        if size >= least:
            return _signed(f"{size / unit:,.1f}{mark}", currency, amount < 0)
    return (
        _signed(f"{size:,.0f}", currency, amount < 0) if size >= 1000 else money(amount, currency)
    )


def _signed(figure: str, currency: str, negative: bool) -> str:
    minus = _MINUS if negative else ""
    sign = _SIGNS.get(currency)
    return f"{minus}{sign}{figure}" if sign else f"{minus}{figure}\u00a0{currency}"


def clock(seconds: float | None) -> str:
    """Seconds as m:ss, or h:mm:ss."""
    if seconds is None:
        return NOTHING
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def channel(key: str | None) -> str:
    """A channel's name."""
    written = (key or "").lower().replace(" ", "_")
    return _CHANNELS.get(written) or spoken(written)


def outcome(key: str) -> str:
    """A call outcome's name."""
    return OUTCOMES.get(key) or spoken(key)


def match(key: str) -> str:
    """How sure it is which visit made a call."""
    return _MATCHES.get(key) or spoken(key)


def matched(key: str, probability: float | None, corrected: str | None = None) -> str:
    """`match` with the probability, where there is one, or that a person said whose it was."""
    if corrected is not None:
        return "Corrected"
    return match(key) if probability is None else f"{chance(probability)} · {match(key)}"


def reason(key: str) -> str:
    """Why a call is left out, inside a sentence."""
    return _REASONS.get(key) or spoken(key).lower()


def left_out(key: str) -> str:
    """That a call counts nowhere, and why."""
    return f"Left out: {reason(key)}"


def chance(probability: float) -> str:
    """A probability in whole percent; never 0 or 100 for what is only nearly so."""
    shown = percent(probability, 0)
    if shown == "100%" and probability < 1:
        return ">99%"
    return "<1%" if shown == "0%" and probability > 0 else shown


def times(factor: float) -> str:
    """How much likelier or less likely something makes what it speaks of."""
    return f"×{factor:,.0f}" if factor >= 10 else f"×{factor:.2g}"


def span(seconds: float) -> str:
    """About how long: in the largest unit of which there are two."""
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def spoken(key: str) -> str:
    """A key as words: first letter large, underscores as spaces."""
    words = key.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def phone(number: str | None) -> str:
    """A telephone number in groups; what is not one stays as it came."""
    return core_phone.international(number) if number else NOTHING


def caller(number: str | None, role: str) -> str:
    """A caller for this role: whole, or with only the area and the last two digits."""
    if number is None:
        return "Withheld"
    return core_phone.mask(number) if role in MASKED_ROLES else phone(number)


def source(name: str | None, medium: str | None) -> str:
    """A source and its medium; a dash when the call has none."""
    return joined(part for part in (name, medium) if part != _UNKNOWN)


def joined(parts: Iterable[str | None], glue: str = " / ") -> str:
    """The parts that say something, in a row; a dash when none does."""
    return glue.join(part for part in parts if part) or NOTHING
