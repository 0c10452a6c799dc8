"""The one registry of metrics and dimensions: what each is, in SQL, and how it is shown.

Asked by `figures`, which puts reports together from it; a test holds docs/metrics.md to it. The SQL
of a metric is a sum over the rows of its sources, or a ratio of other metrics; both are computed at
each level from the rows below, never from figures that are shown. No text from outside enters it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Format = Literal["count", "parts", "money", "percent", "duration", "ratio", "code"]
"""`parts`: a count that may be a sum of parts. `percent` and `ratio` are parts of one. `duration`:
seconds. `code`: a word, not a figure."""
Good = Literal["up", "down", "neutral"]
RollsUp = Literal["sum", "most", "again"]
"""A level is the sum of the rows below, the largest of them, or computed again from its sums."""
Dated = Literal["day", "spend", "basis"]
"""Whose day counts: that of the visit or call itself, of the spend, or of the date basis."""
Chance = Literal["share", "rate", "price", "return", "gain"]
"""What a ratio's interval is that of: a part of a whole, a count by a known number, a known cost by
a count, what a known cost brought, or that less the cost."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure. `sql` is an aggregate of the columns of `sources`, or reads the metrics `of`.

    `chance`: the kind of its interval, if it has one (`attribution.reports.intervals`).
    """

    name: str
    title: str
    sql: str
    format: Format
    good: Good
    sources: frozenset[str] = frozenset()
    of: tuple[str, ...] = ()
    chance: Chance | None = None

    @property
    def rolls_up(self) -> RollsUp:
        """How a level follows from the ones below it."""
        if self.of or self.format == "code":
            return "again"
        return "most" if self.sql.startswith("max(") else "sum"

    @property
    def dated(self) -> Dated:
        """Whose day decides the period."""
        if self.of:
            parts = {METRICS[name].dated for name in self.of}
            return next((one for one in ("basis", "spend") if one in parts), "day")
        if self.sources & {"credits", "qualified", "deals"}:
            return "basis"
        return "spend" if "costs" in self.sources else "day"


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that figures are sums of: its statement, the columns to group by, those to add up.

    Rows are grouped by `always` and by what the dimensions need; without `sums` they stay as they
    are. `weeks` has the same sums, of whole weeks as they are kept, and can be divided by less.
    `more` is a statement that adds columns to what was added up, of which there is little.
    """

    file: str
    sums: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    weeks: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """What figures are divided by; `sql` is a value of a row `told` or of its traffic `t`.

    `of` is the column of the sources that it needs.
    """

    name: str
    title: str
    sql: str
    of: str
    format: Literal["text", "number", "day", "time", "phone"] = "text"


_DAYS = frozenset({"days", "calls"})
_MONEY = frozenset({"costs", "deals"})
_ONE_CURRENCY = "min(currency) IS NOT DISTINCT FROM max(currency)"
# A site that never told of a deal has no revenue of 0: its revenue is not known.
_DEALS_TOLD = (
    "(SELECT count(*) > 0 FROM fact_deal"
    " WHERE account = $account AND list_contains($sites, fact_deal.site))"
)


def _count(name: str, title: str, good: Good, *sources: str) -> Metric:
    """The sum of the column of that name."""
    sql = f"coalesce(sum({name}), 0)::BIGINT"
    return Metric(name, title, sql, "count", good, frozenset(sources) or _DAYS)


def _credited(name: str, title: str, *kinds: str) -> Metric:
    """What a model credits of conversions of these kinds, each conversion being one."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    sql = f"coalesce(sum(credit) FILTER (kind IN ({listed})), 0)"
    return Metric(name, title, sql, "parts", "up", frozenset({"credits"}))


def _earned(name: str, title: str) -> Metric:
    sql = (
        f"CASE WHEN {_DEALS_TOLD} AND coalesce(sum({name}_unknown), 0) = 0 AND {_ONE_CURRENCY} "
        f"THEN coalesce(sum({name}), 0)::DECIMAL(18,4) END"
    )
    return Metric(name, title, sql, "money", "up", frozenset({"deals"}))


def _spread(name: str) -> Metric:
    """What an interval needs beside the sum of credited amounts; no report lists it."""
    return Metric(name, "", f"coalesce(sum({name}), 0)::DOUBLE", "ratio", "neutral",
                  frozenset({"deals"}))  # fmt: skip


def _share(
    name: str, title: str, part: str, whole: str, good: Good = "up",
    chance: Chance | None = "share",
) -> Metric:  # fmt: skip
    sql = f"{part} / nullif({whole}, 0)"
    return Metric(name, title, sql, "percent", good, of=(part, whole), chance=chance)


def _average(name: str, title: str, part: str, whole: str) -> Metric:
    sql = f"{part} / nullif({whole}, 0)"
    return Metric(name, title, sql, "duration", "down" if part == "wait_seconds" else "neutral",
                  of=(part, whole))  # fmt: skip


def _price(name: str, title: str, of: str) -> Metric:
    sql = f"TRY_CAST(cost / nullif({of}, 0) AS DECIMAL(18,4))"
    return Metric(name, title, sql, "money", "down", of=("cost", of), chance="price")


def _named(metrics: tuple[Metric, ...]) -> Mapping[str, Metric]:
    return {metric.name: metric for metric in metrics}


METRICS: Mapping[str, Metric] = _named((
    _count("visits", "Visits", "up", "days"),
    _count("overflows", "Overflow visits", "down", "days"),
    _count("calls", "Calls", "up"),
    _count("answered", "Answered", "up"),
    _count("missed", "Missed", "down"),
    _count("first_time", "First-time callers", "up"),
    _count("attributed", "Source known", "up"),
    Metric("wait_seconds", "Wait", "coalesce(sum(wait_seconds), 0)::BIGINT", "duration", "down",
           _DAYS),
    Metric("talk_seconds", "Talk", "coalesce(sum(talk_seconds), 0)::BIGINT", "duration", "neutral",
           _DAYS),
    _count("target", "Target calls", "up", "calls"),
    _count("qualified", "Qualified calls", "up", "calls"),
    _count("repeat", "Repeat calls", "neutral", "calls"),
    _count("excluded", "Left out", "neutral", "days", "calls", "marks"),
    _count("ambiguous", "Ambiguous calls", "down", "calls", "pools"),
    _count("unknown_calls", "Calls to unknown numbers", "down", "unknown_numbers"),
    _count("numbers", "Numbers", "neutral", "pools"),
    Metric("peak", "Most in use at once", "max(peak)", "count", "neutral", frozenset({"pools"})),
    Metric("pool_visits", "Visits with a number", "coalesce(sum(visits), 0)::BIGINT", "count", "up",
           frozenset({"pools"})),
    Metric("pool_overflows", "Visits without a number", "coalesce(sum(overflows), 0)::BIGINT",
           "count", "down", frozenset({"pools"})),
    Metric("pool_calls", "Calls to the pool", "coalesce(sum(calls), 0)::BIGINT", "count", "up",
           frozenset({"pools"})),
    _count("drawn", "Visits drawn for an audit", "neutral", "pools"),
    _count("audits", "Audited visits", "neutral", "pools"),
    _credited("credited", "Credited", "call", "contact"),
    Metric("untouched", "Without a visit",
           "coalesce(sum(untouched) FILTER (kind IN ('call', 'contact')), 0)", "parts", "down",
           frozenset({"credits"})),
    _credited("contacts", "Contacts", "contact"),
    _credited("leads", "Leads", "lead"),
    Metric("qualified_leads", "Qualified leads", "coalesce(sum(qualified_leads), 0)", "parts", "up",
           frozenset({"qualified"})),
    _credited("deals", "Deals", "deal"),
    _earned("revenue", "Revenue"),
    _earned("margin", "Margin"),
    Metric("cost", "Cost",
           f"CASE WHEN coalesce(sum(cost_unknown), 0) = 0 AND {_ONE_CURRENCY} "
           "THEN sum(cost)::DECIMAL(18,4) END", "money", "down", frozenset({"costs"})),
    # A DISTINCT aggregate takes as long as all others of a report.
    Metric("currency", "Currency",
           "array_to_string(list_sort(map_keys(histogram(currency))), ', ')", "code", "neutral",
           _MONEY),
    Metric("cost_unknown", "Costs without a figure", "coalesce(sum(cost_unknown), 0)::BIGINT",
           "count", "down", frozenset({"costs"})),
    _count("clicks", "Clicks", "up", "costs"),
    _count("impressions", "Impressions", "neutral", "costs"),
    _share("call_rate", "Call rate", "calls", "visits", chance="rate"),
    _share("answer_rate", "Answer rate", "answered", "calls"),
    _share("missed_rate", "Missed rate", "missed", "calls", "down"),
    _share("target_rate", "Target rate", "target", "calls"),
    _share("ambiguous_rate", "Ambiguous", "ambiguous", "calls", "down"),
    _share("overflow_rate", "Overflow rate", "overflows", "visits", "down"),
    _share("attributed_rate", "Source known", "attributed", "calls"),
    _average("average_wait", "Avg wait", "wait_seconds", "calls"),
    _average("average_talk", "Avg talk", "talk_seconds", "answered"),
    _share("lead_rate", "Lead rate", "leads", "visits", chance="rate"),
    _share("qualified_rate", "Qualified", "qualified_leads", "leads"),
    _share("deal_rate", "Deal rate", "deals", "leads", chance=None),
    _share("click_rate", "CTR", "clicks", "impressions"),
    _price("cpc", "Cost per click", "clicks"),
    _price("cost_per_visit", "Cost per visit", "visits"),
    _price("cost_per_call", "Cost per call", "calls"),
    _price("cpl", "Cost per lead", "leads"),
    _price("cpql", "Cost per qualified lead", "qualified_leads"),
    _price("cpo", "Cost per deal", "deals"),
    Metric("average_deal", "Average deal", "TRY_CAST(revenue / nullif(deals, 0) AS DECIMAL(18,4))",
           "money", "up", of=("revenue", "deals")),
    Metric("profit", "Profit", "margin - cost", "money", "up", of=("margin", "cost")),
    Metric("romi_revenue", "ROMI by revenue", "(revenue - cost) / nullif(cost, 0)", "percent", "up",
           of=("revenue", "cost"), chance="gain"),
    Metric("romi_margin", "ROMI by margin", "(margin - cost) / nullif(cost, 0)", "percent", "up",
           of=("margin", "cost"), chance="gain"),
    Metric("roas", "ROAS", "revenue / nullif(cost, 0)", "ratio", "up", of=("revenue", "cost"),
           chance="return"),
    Metric("cost_share", "Cost share", "cost / nullif(revenue, 0)", "percent", "down",
           of=("cost", "revenue")),
))  # fmt: skip

SPREADS = ("squares", "back", "back_squares")
"""What deals.sql tells of revenue and margin for their intervals."""
_SPREADS = tuple(f"{name}_{spread}" for name in ("revenue", "margin") for spread in SPREADS)
FIGURES: Mapping[str, Metric] = {**METRICS, **{name: _spread(name) for name in _SPREADS}}
"""All that a statement can compute: the metrics, and what their intervals need besides."""

DIMENSIONS: Mapping[str, Dimension] = {
    one.name: one
    for one in (
        Dimension("site", "Site", "told.site", "site", "number"),
        Dimension("day", "Day", "told.day", "day", "day"),
        Dimension("week", "Week from Monday", "date_trunc('week', told.day)::DATE", "day", "day"),
        Dimension("month", "Month", "date_trunc('month', told.day)::DATE", "day", "day"),
        Dimension("hour", "Hour", "told.hour", "hour", "number"),
        Dimension("channel", "Channel", "t.channel", "traffic"),
        Dimension("source", "Source", "t.source", "traffic"),
        Dimension("medium", "Medium", "t.medium", "traffic"),
        Dimension("campaign", "Campaign", "t.campaign", "traffic"),
        Dimension("pool", "Pool", "told.pool", "pool", "number"),
        Dimension("number", "Number", "told.number", "number", "phone"),
        Dimension("outcome", "Outcome", "told.outcome", "outcome"),
        Dimension("match", "Match", "told.match", "match"),
        Dimension("call", "Call", "told.call", "call"),
        Dimension("started_at", "Began", "told.started_at", "started_at", "time"),
        Dimension("caller", "Caller", "told.caller", "caller", "phone"),
        Dimension("kind", "Kind", "told.kind", "kind"),
        Dimension("reason", "Reason", "told.reason", "reason"),
        Dimension("conversion", "Conversion", "told.conversion", "conversion"),
    )
}

_CALLS = ("calls", "answered", "missed", "first_time", "attributed", "wait_seconds", "talk_seconds",
          "excluded")  # fmt: skip
SOURCES: Mapping[str, Source] = {
    "days": Source("reports/sources/days.sql", ("visits", "overflows", *_CALLS)),
    "calls": Source(
        "reports/sources/calls.sql", (*_CALLS, "ambiguous", "target", "qualified", "repeat")
    ),
    "costs": Source(
        "reports/sources/costs.sql", ("cost", "cost_unknown", "clicks", "impressions"),
        ("currency",),
    ),
    "credits": Source(
        "reports/sources/credits.sql", ("credit", "untouched"), ("kind",),
        "reports/sources/credit_weeks.sql",
    ),
    "qualified": Source("reports/sources/qualified.sql", ("qualified_leads",)),
    "deals": Source(
        "reports/sources/deals.sql",
        ("revenue", "margin", "revenue_unknown", "margin_unknown", *_SPREADS),
        ("site",), more="reports/sources/deals_currency.sql",
    ),
    "marks": Source("reports/sources/marks.sql", ("excluded",)),
    "pools": Source("reports/pool_health.sql"),
    "unknown_numbers": Source("reports/sources/unknown_numbers.sql", ("unknown_calls",)),
}  # fmt: skip
