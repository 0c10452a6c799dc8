"""What can be imported from a file: its columns, and how a row becomes a fact.

`Kind` is what `ingest.files.reading` walks a file with; `spend`, `deals`, `rates` have one each.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar

from ingest.files.given import Given
from ringtrail.core.facts import Fact
from ringtrail.core.money import Unreadable, currency, parse_amount

Cells = Mapping[str, str]
Units = Mapping[str, str]
_LONGEST = 255
_NOTHING = {"", "-", "--", "—", "n/a", "(not set)", "null"}


class Kind(ABC):
    """Rows of one kind of file; made anew for each file, since it knows what it has read."""

    name: ClassVar[str]
    aliases: ClassVar[Mapping[str, Sequence[str]]]
    required: ClassVar[tuple[str, ...]]
    # The column whose absence marks a line of totals.
    dated_by: ClassVar[str]

    def __init__(self, given: Given, units: Units) -> None:
        self.given = given
        self.units = units

    @abstractmethod
    def fact(self, cells: Cells, line: int, source_id: str) -> Fact:
        """The row as a fact; raises `Unreadable` or `msgspec.ValidationError`."""

    @abstractmethod
    def day(self, fact: Fact) -> date:
        """The day that a row is about, for the preview."""

    def dated(self, cells: Cells) -> bool:
        """Whether the row itself says when it became so."""
        return True

    def totals(self, fact: Fact) -> Iterator[tuple[str, Decimal]]:
        """What the row adds to the preview's total of each currency."""
        yield from ()

    def money(self, text: str, column: str, stated: str | None) -> tuple[Decimal, str]:
        """An amount with its currency: of the row, beside the figure, of the header, or given."""
        amount, beside = parse_amount(text, self.given.mark)
        told = [currency(word) for word in (stated, beside, self._of_header(column)) if word]
        if len(set(told)) > 1:
            raise Unreadable(f"{text!r} is in {told[0]} and in {told[1]} at once")
        code = told[0] if told else self.given.currency
        if code is None:
            raise Unreadable("no currency is told: name it with --currency EUR")
        return amount, code

    def _of_header(self, column: str) -> str | None:
        """`USD` of a header `Amount spent (USD)`; None when its unit is no currency."""
        try:
            return currency(self.units[column])
        except (KeyError, Unreadable):
            return None


def told(cells: Cells, name: str) -> str | None:
    """A cell's text, or None where it says nothing."""
    text = cells.get(name, "").strip()
    if len(text) > _LONGEST:
        raise Unreadable(f"{name} is longer than {_LONGEST} letters")
    return None if text.casefold() in _NOTHING else text
