"""The shapes of the reports' answers, read by dashboards and exporters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

DateBasis = Literal["touch", "lead", "sale"]
"""Whose day decides the period of what a visit is credited with.

That of the visit (touch), of the person's lead before it (lead), or of the call, contact or deal
itself (sale). What has no lead counts on its own day. Costs count on the day of the spend by any.
"""


@dataclass(slots=True)
class Totals:
    """Counts of one slice of visits and calls."""

    visits: int = 0
    calls: int = 0
    answered: int = 0
    missed: int = 0
    first_time: int = 0
    attributed: int = 0
    wait_seconds: int = 0
    talk_seconds: int = 0


@dataclass(slots=True)
class AcquisitionRow(Totals):
    """Counts of one channel, source, medium and campaign."""

    channel: str = ""
    source: str = ""
    medium: str = ""
    campaign: str | None = None


@dataclass(slots=True)
class DayChannel:
    """Visits and calls of one site-local day in one channel."""

    day: date
    channel: str
    visits: int
    calls: int


@dataclass(slots=True)
class Acquisition:
    """One period, and the equally long period before it.

    `excluded`: how many calls of the period count nowhere, by the reason: spam, test, self_test,
    internal; the most frequent first.
    """

    totals: Totals
    previous: Totals
    days: list[DayChannel]
    previous_days: list[tuple[date, int, int]]
    rows: list[AcquisitionRow]
    previous_calls: dict[str, int]
    excluded: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interval:
    """Where chance alone would put a figure 95 times in 100, in the figure's own unit.

    `high` is None where nothing bounds it. `small`: of so few that it says little.
    """

    low: Decimal | float
    high: Decimal | float | None
    small: bool


@dataclass(slots=True)
class Money:
    """What was spent on some traffic, and what a model credits it with.

    Money is in the currency of the whole answer. `cost` is None where nothing was spent and where
    a part of it has no figure; `cost_unknown` tells them apart. `revenue` and `margin` are None
    where a part is unknown, and where no deal was ever told of. Ratios are parts of one: 0.5 is
    50 %. None of them is ever 0 for what nobody knows. `intervals`: by the names of the ratios.
    """

    credited: float = 0.0
    leads: float = 0.0
    deals: float = 0.0
    cost: Decimal | None = None
    cost_unknown: bool = False
    revenue: Decimal | None = None
    margin: Decimal | None = None
    cpl: Decimal | None = None
    romi_revenue: float | None = None
    romi_margin: float | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict)


@dataclass(slots=True)
class MoneyRow(Money):
    """The money of one channel, source, medium and campaign; None for all at the level above.

    `level`: 0 a channel, 1 a source with its medium, 2 a campaign (None: visits without one).
    """

    level: int = 0
    channel: str = ""
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class MoneyProblem:
    """What keeps a figure from being shown as it should be, since when, for how much of it.

    `problem`: no_rate, no_currency, vat_untold (shown, with the VAT as imported), currencies (the
    sites' reports are in several: no sum is possible). `amount` of spend is as imported.
    """

    problem: str
    of: Literal["spend", "deals"]
    source: str | None
    currency: str | None
    since: date
    until: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class MoneyGap:
    """Spend that brought no visit, or paid visits that cost nothing, in the period.

    `gap`: spend_without_visits (with `cost` as the reports show it, None where it has no figure;
    `imported` and `currency` as imported) or paid_visits_without_spend.
    """

    gap: Literal["spend_without_visits", "paid_visits_without_spend"]
    channel: str
    source: str
    medium: str
    campaign: str | None
    visits: int
    cost: Decimal | None
    imported: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class AcquisitionMoney:
    """The money of a period at every level of the table, what is unknown of it, and the gaps.

    `version` names everything that decides a model's figures; `currency` is that of all amounts.
    """

    model: str
    basis: DateBasis
    version: str
    currency: str | None
    totals: Money
    rows: list[MoneyRow]
    problems: list[MoneyProblem]
    gaps: list[MoneyGap]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a report: of which kind, how to write it, which way is better.

    `rolls_up`: a level is the sum of the rows below, the most of them, or computed again from sums.
    `dated`: whose day counts: that of the visit or call itself, of the spend, or of the date basis.
    """

    name: str
    title: str
    kind: Literal["dimension", "metric"]
    format: str
    good: str | None = None
    rolls_up: str | None = None
    dated: str | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """What decided the figures: asked with the same ones, a report answers the same."""

    model: str
    channel_rules: str
    match_fit: str
    load: int


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """Figures with the statement that computed them and the way to the rows below each.

    A row has a value for each column, and `drill`: addresses by name (`deeper`, and the reports of
    single `calls` or `conversions`). Money is a text, exact; None is a figure that nobody knows.
    `more`: there are rows beyond the limit; the totals count them too. Where they were asked for, a
    row and the totals have `intervals`: an Interval by the name of each metric that has one.
    """

    report: str
    title: str
    since: date
    until: date
    sites: tuple[int, ...]
    by: tuple[str, ...]
    model: str
    basis: DateBasis
    columns: list[Column]
    rows: list[dict[str, Any]]
    totals: dict[str, Any]
    more: bool
    sql: str
    parameters: dict[str, Any]
    versions: Versions


@dataclass(slots=True)
class CallRow:
    """One call as the log shows it; `started_at` is in the site's zone.

    `excluded`: why it counts nowhere: spam, test, self_test, internal. `corrected`: what a hand
    said of whose it was: source, match.
    """

    call: str
    started_at: datetime
    caller: str | None
    number: str
    source: str | None
    medium: str | None
    campaign: str | None
    channel: str | None
    outcome: str
    wait_seconds: int
    talk_seconds: int
    match: str
    probability: float | None
    excluded: str | None = None
    corrected: str | None = None


@dataclass(slots=True)
class CallPage:
    """Rows `[start, stop)` of a sorted log and how many the whole log has."""

    rows: list[CallRow]
    total: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A visit that may have called; `left_at` is when it was last seen, once it left.

    `got_it`: the call is this visit's. `terms`: a rate in calls a second (on_site, after, older)
    and factors, whose product is its weight. `seconds` on the site so far, or since it was last
    seen. The source is None where the visit itself is not known.
    """

    got_it: bool
    probability: float
    terms: dict[str, float]
    on_site: bool
    seconds: float
    opened_at: datetime
    left_at: datetime | None
    channel: str | None
    source: str | None
    medium: str | None
    campaign: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class JourneyVisit:
    """A visit before a call, with what each rule model gives it; `at` None: no visit led to it."""

    at: datetime | None
    called: bool
    channel: str
    source: str
    medium: str
    campaign: str | None
    landing: str | None
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """How likely nobody whom a page sent called, and the fit of the match that says so.

    `verdict`: calibrated, not calibrated, too few labels, or assumed (nothing was measured);
    `labels`: audit calls behind it, `error`: the fit's expected calibration error.
    """

    nobody: float
    terms: dict[str, float]
    fit: str
    of_site: bool
    verdict: str
    labels: float
    error: float | None


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """What a person said of a call or a contact: its source, match, flag or quality (`action`).

    `visit` None in a match: nobody's. `flag` none: it counts, whatever else is known. `counts`:
    neither taken back (`undone_by`) nor replaced by one that was decided later.
    """

    correction: UUID
    of: Literal["call", "contact"]
    event: UUID
    action: Literal["source", "match", "flag", "qualify"]
    source: str | None
    medium: str | None
    campaign: str | None
    visit: UUID | None
    flag: str | None
    qualified: bool | None
    label: bool
    decided_at: datetime
    decided_by: str
    why: str
    counts: bool
    undone_by: str | None
    undone_why: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why one call has its source; times are in the site's zone, the journey's oldest visit first.

    Only inbound calls are divided: others have no journey. The likeliest candidate comes first;
    `judged` is None for calls that no visit is asked for. `excluded` and `corrected` as in CallRow;
    `reasons`: what speaks for spam, by the names of docs/leads.md, counted out or not.
    `corrections`: those that count.
    """

    started_at: datetime
    caller: str | None
    number: str
    outcome: str
    match: str
    probability: float | None
    holders: list[Holder]
    judged: Judged | None
    journey: list[JourneyVisit]
    excluded: str | None = None
    corrected: str | None = None
    reasons: Sequence[str] = ()
    corrections: Sequence[CorrectionRow] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """Whether anything was ever counted: visits by the script, calls by the webhook."""

    visits: bool
    calls: bool


@dataclass(frozen=True, slots=True)
class UnknownNumber:
    """A number that was called and that no pool and no route of the account knows."""

    number: str
    calls: int
