"""What can be taken out: calls, and contacts by forms and chats.

An export is a name, its columns, who asks the rows of `attribution`, and what the roles that may
not see people get in place of personal data. Served by `exporters.api`, written by `ringtrail
export`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from attribution.reports import Reports
from exporters.csv_file import Masks, csv_lines
from ringtrail.core import phone
from ringtrail.core.auth import Scoped
from ringtrail.core.warehouse import Row

_SOURCE = ("channel", "source", "medium", "campaign", "content", "term", "gclid", "click_id_type",
           "click_id", "landing")  # fmt: skip
Rows = Callable[[Reports, Scoped, date, date, str | None], Iterator[Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of file; `masks` say what to write for a person's data where it may not be seen."""

    name: str
    columns: tuple[str, ...]
    rows: Rows
    masks: Masks

    def csv(
        self,
        reports: Reports,
        scope: Scoped,
        since: date,
        until: date,
        outcome: str | None = None,
    ) -> Iterator[str]:
        """The CSV text in pieces; `until` inclusive, times in the site's zone."""
        masks = self.masks if scope.masked else {}
        return csv_lines(self.columns, self.rows(reports, scope, since, until, outcome), masks)


def _hidden(text: str) -> str:
    return "***"


def _email(text: str) -> str:
    """All but the first letter and the domain hidden."""
    return f"{text[:1]}***@{text.rpartition('@')[2]}"


CALLS = Export(
    name="calls",
    columns=(
        "started_at", "call", "direction", "outcome", "step", "caller", "presentation", "number",
        "pool", "branch", "first_time",
        "ring_seconds", "menu_seconds", "hold_seconds", "talk_seconds", *_SOURCE, "match", "lease",
        "visit", "visitor", "candidates", "probability", "excluded", "corrected",
    ),
    rows=Reports.call_rows,
    masks={"caller": phone.mask},
)  # fmt: skip
CONTACTS = Export(
    name="contacts",
    columns=(
        "started_at", "contact", "way", "vendor", "form", "phone", "email", "name", "message",
        "page", *_SOURCE, "visit", "visitor", "fields",
    ),
    rows=lambda reports, scope, since, until, _: reports.contact_rows(scope, since, until),
    masks={"phone": phone.mask, "email": _email, "name": _hidden, "message": _hidden,
           "fields": _hidden},
)  # fmt: skip
EXPORTS = (CALLS, CONTACTS)
