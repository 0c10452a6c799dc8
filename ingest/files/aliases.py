"""A table that says how visits call the campaigns of an advertising system.

A few rows, kept by hand: `of` is the campaign's id or name in the advertising system, or `*` for
all; `campaign` is what stands in visits' utm_campaign, in which `{campaign_id}` and `{campaign}`
stand for the spend's own; `source` and `medium` may be left empty. An empty `campaign` takes the
alias away.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.files.given import Given
from ingest.files.kinds import told
from ingest.files.reading import BadRow
from ingest.files.sheet import open_sheet, rows
from ringtrail.core.money import Unreadable
from ringtrail.core.money_facts import SpendAlias, key_of

_ALIASES = {
    "of": ("spend campaign", "ad campaign", "кампания в рекламе", "кампания расхода"),
    "source": ("utm_source", "источник"),
    "medium": ("utm_medium", "канал"),
    "campaign": ("utm_campaign", "visit campaign", "кампания"),
}
_HOLE = re.compile(r"{([^{}]*)}")
HOLES = ("campaign_id", "campaign")


def read_aliases(
    path: Path, given: Given, encoding: str | None = None
) -> Iterator[SpendAlias | BadRow]:
    """Each row as a fact, or why it is none; RingtrailError for what is no such file."""
    sheet = open_sheet(path, _ALIASES, ("of", "campaign"), encoding)
    for line, found in rows(sheet):
        cells = {name: found[place] for name, place in sheet.columns.items() if place < len(found)}
        try:
            yield alias(
                given, told(cells, "of"), told(cells, "source"), told(cells, "medium"),
                told(cells, "campaign"),
            )  # fmt: skip
        except Unreadable as error:
            yield BadRow(line, str(error))


def alias(
    given: Given, of: str | None, source: str | None, medium: str | None, campaign: str | None
) -> SpendAlias:
    """The fact; raises `Unreadable` for one that could never hold."""
    if of is None:
        raise Unreadable("no campaign of the advertising system is named: write * for all")
    unknown = [hole for hole in _HOLE.findall(campaign or "") if hole not in HOLES]
    if unknown:
        raise Unreadable(
            f"{{{unknown[0]}}} stands for nothing: write {{campaign_id}}, {{campaign}}"
        )
    if of == "*" and campaign and not _HOLE.search(campaign):
        raise Unreadable("all campaigns cannot be one: write {campaign_id} or {campaign} in it")
    key = key_of(given.site, given.connection, of)
    return SpendAlias(
        account=given.account,
        site=given.site,
        occurred_at=given.told_at,
        source_id=f"{key}:{given.told_at}",
        key=key,
        told_at=given.told_at,
        connection=given.connection,
        of=of,
        source=source,
        medium=medium,
        campaign=campaign,
    )
