"""One number, however a carrier writes it: the dialling rules of a line.

A called number may come as +74951234567, 84951234567, 8107495..., 4951234567. The rules say which
of these are the same; the edge applies them before anything is looked up, so they are written in
what Python's `re` and POSIX extended expressions understand alike: anchored, no alternation, no
nesting. Called by `render` and `store`. What no rule reads stays as dialled: a number is never
guessed. The called numbers of a line are taken to be its own country's where both readings exist.

Source of the numbering: Google's metadata (phonenumberslite). It lags behind new ranges; a line's
own rules come first and mend that.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import PhoneMetadata

from ringtrail.core.phone import REGIONS

_LONGEST = 15
_SHORT = 6
_ATOM = r"(?:[0-9]|\\\+|\[(?:[0-9]-[0-9]|[0-9])+\])(?:\?|\+|\*|\{[0-9]{1,2}(?:,[0-9]{1,2})?\})?"
_PATTERN = re.compile(rf"\^(?:{_ATOM}|\((?:{_ATOM})+\))+\$")
_REPLACEMENT = re.compile(r"\+?(?:[0-9]|\\[1-9])*")
_NUMBER = re.compile(r"\+?[0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class Rule:
    r"""A text that matches `pattern` becomes `replacement`, in which \1 is the first group."""

    pattern: str
    replacement: str


# What is taken off before the rules, everywhere in the text; in this order.
DECORATION: tuple[Rule, ...] = (
    Rule(r"^[A-Za-z]+:", ""),
    Rule(r"[;@?].*", ""),
    Rule(r"%2[Bb]", "+"),
    Rule(r"%2[089DdEe]", ""),
    Rule(r"[-. ()~]", ""),
)


def normalise(rules: Iterable[Rule], text: str) -> str:
    """The number that `text` means: E.164 with a plus, or as dialled; empty if it is no number."""
    for rule in DECORATION:
        text = re.sub(rule.pattern, rule.replacement, text)
    if _NUMBER.fullmatch(text) is None:
        return ""
    for rule in rules:
        found = re.fullmatch(rule.pattern, text)
        if found is not None:
            return _filled(rule.replacement, found)
    return text


def _filled(replacement: str, found: re.Match[str]) -> str:
    return re.sub(r"\\([1-9])", lambda group: found[int(group[1])] or "", replacement)


def rules(region: str, own: Sequence[Sequence[str]] = ()) -> tuple[Rule, ...]:
    """The rules of a line in `region` (ISO 3166 alpha-2), its own ones first; the first that fits.

    Raises ValueError, with a message for a person, for a rule or a region that cannot be used.
    """
    if region not in REGIONS:
        raise ValueError(f"{region!r} is no country: give two letters like GB")
    return (*(_read(pair) for pair in own), *_region(region))


def _read(pair: Sequence[str]) -> Rule:
    if len(pair) != 2 or not all(isinstance(part, str) for part in pair):
        raise ValueError(f"{pair!r} is no rule: give a pattern and a replacement")
    pattern, replacement = pair
    shown = f"rule {pattern!r} to {replacement!r}"
    if len(pattern) > 200 or _PATTERN.fullmatch(pattern) is None:
        raise ValueError(
            f"{shown} cannot be used: a pattern stands between ^ and $ and has digits, [0-9] and"
            " \\+, each with ?, +, * or {3,5} after it, and groups in () without one"
        )
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"{shown} cannot be used: {error}") from error
    if _REPLACEMENT.fullmatch(replacement) is None or not replacement:
        raise ValueError(f"{shown} cannot be used: a replacement has +, digits and \\1 to \\9")
    if groups > 9 or any(int(n) > groups for n in re.findall(r"\\([1-9])", replacement)):
        raise ValueError(f"{shown} cannot be used: it names a group that is not there")
    return Rule(pattern, replacement)


@lru_cache(maxsize=64)
def _region(region: str) -> tuple[Rule, ...]:
    plan = _Numbering(region)
    national = f"+{plan.code}\\1"
    found = [Rule(rf"^([0-9]{{2,{_SHORT}}})$", r"\1")]
    for head in (r"\+", "00") if plan.prefix else ():
        found += [
            Rule(f"^{head}{plan.code}{plan.prefix}({number})$", national)
            for number in plan.numbers(not_bare_after=plan.prefix, but="0")
        ]
    found.append(Rule(r"^(\+[0-9]+)$", r"\1"))
    found += [Rule(f"^00{plan.code}({number})$", national) for number in plan.numbers()]
    found += [Rule(f"^{prefix}([1-9][0-9]{{6,14}})$", r"+\1") for prefix in plan.international()]
    found += [
        Rule(f"^{plan.code}({number})$", national)
        for number in plan.numbers(not_bare_after=plan.code)
    ]
    if plan.prefix:
        # Where a plan has numbers with a leading 0, a 0 after the prefix may belong to the prefix.
        found += [Rule(f"^{plan.prefix}({number})$", national) for number in plan.numbers(but="0")]
    if not plan.open:
        # Read two ways: a code or a prefix before a shorter number, or a longer number.
        found += [
            Rule(f"^({lead}[0-9]{{{length - len(lead)}}})$", r"\1")
            for lead in (plan.code, plan.prefix)
            for length in plan.doubtful(lead)
        ]
        found += [Rule(f"^({number})$", national) for number in plan.numbers(above=_SHORT)]
    return tuple(dict.fromkeys(found))


class _Numbering:
    """A country's numbers: their lengths and, for each length, the digits they begin with."""

    def __init__(self, region: str) -> None:
        metadata = PhoneMetadata.metadata_for_region(region, None)
        if metadata is None or metadata.general_desc is None:
            raise ValueError(f"the numbering of {region} is not known")
        self.code = str(metadata.country_code)
        prefix = metadata.national_prefix or ""
        self.prefix = prefix if prefix.isdigit() else ""
        self._dialled = metadata.international_prefix or ""
        self._pattern = re.compile(metadata.general_desc.national_number_pattern or "")
        self._lengths = [
            n for n in metadata.general_desc.possible_length if 4 <= n <= _LONGEST - len(self.code)
        ]
        self._first = {n: self._begins(n, "") for n in self._lengths}
        # Where numbers differ so much in length that some begin like the country's code, nobody
        # dials them bare, unless there is no prefix to dial.
        self.open = bool(self.prefix and self.doubtful(self.code))

    def doubtful(self, lead: str) -> list[int]:
        """The lengths at which digits behind `lead` are a number and so are they with `lead`."""
        return [
            n
            for n in self._lengths
            if lead and self._first.get(n - len(lead)) and self._after(n, lead)
        ]

    def numbers(self, *, not_bare_after: str = "", above: int = 0, but: str = "") -> list[str]:
        """Expressions of the national numbers longer than `above` that do not begin with `but`.

        Left out are lengths at which `not_bare_after` before a number could be a number itself.
        """
        lead = not_bare_after
        first = {
            n: digits
            for n, known in self._first.items()
            if (digits := known.strip(but)) and n > above
            and not (lead and self._after(n + len(lead), lead))
        }  # fmt: skip
        found: list[str] = []
        while first:
            low = high = min(first)
            digits = first.pop(low)
            while first.get(high + 1) == digits:
                high += 1
                del first[high]
            many = f"{{{low - 1}}}" if low == high else f"{{{low - 1},{high - 1}}}"
            one = digits if len(digits) == 1 else f"[{digits}]"
            found.append(f"{one}[0-9]{many}")
        return found

    def international(self) -> list[str]:
        """Expressions of what is dialled before another country's code."""
        plain = self._dialled.replace(r"\d", "[0-9]")
        flat = re.sub(r"\([^()]*\)", "?", re.sub(r"\(\?:[^()]*\)", "?", plain))
        found = [part for part in flat.split("|") if re.fullmatch(r"(?:[0-9]|\[[0-9-]+\])+", part)]
        usual = re.fullmatch(self._dialled, "00") or (
            plain.isdigit() and not plain.startswith("00") and not self._zero_first()
        )
        return found if "00" in found or not usual else [*found, "00"]

    def _zero_first(self) -> bool:
        return any("0" in digits for digits in self._first.values())

    def _after(self, length: int, lead: str) -> bool:
        """Whether some national number of this length begins with `lead`."""
        return length in self._lengths and bool(self._begins(length, lead))

    def _begins(self, length: int, lead: str) -> str:
        """The digits that follow `lead` in national numbers of this length.

        The metadata's expressions tell numbers apart by their first digits; what follows is tried
        with a few endings only, which finds every range that is more than a handful of numbers.
        """
        open_digits = min(3, length - len(lead))
        heads = [f"{lead}{n:0{open_digits}d}" for n in range(10**open_digits)]
        return "".join(
            sorted(
                {
                    head[len(lead)]
                    for head in heads
                    for ending in "0159"
                    if self._pattern.fullmatch(head.ljust(length, ending))
                }
            )
        )
