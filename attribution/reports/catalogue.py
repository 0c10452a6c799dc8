"""The reports that can be asked for by name: what each reads, divides by and shows.

A report's figures and dimensions are those of the registry that its sources can answer. `path` is
how a row unfolds: each step names the dimensions of the level below.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from attribution.reports.registry import METRICS, Metric


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `by` and `metrics` are what it shows when nothing else is asked for.

    `rows`: the report of the single calls or conversions behind its figures, if there is one.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    dimensions: tuple[str, ...]
    by: tuple[str, ...]
    metrics: tuple[str, ...]
    path: tuple[tuple[str, ...], ...]
    rows: tuple[str, ...] = ()

    @property
    def known(self) -> dict[str, Metric]:
        """The metrics that its sources can answer."""
        return {name: one for name, one in METRICS.items() if self._answers(one)}

    def _answers(self, metric: Metric) -> bool:
        if metric.of:
            return all(self._answers(METRICS[part]) for part in metric.of)
        return bool(metric.sources & set(self.sources))


_DATES = ("day", "week", "month")
_TRAFFIC = ("channel", "source", "medium", "campaign")
_UNFOLDING = (("channel",), ("source", "medium"), ("campaign",), ("day",))
SINGLE: Mapping[str, tuple[str, ...]] = {
    "calls": ("call", "started_at", "caller", "number", "outcome", "match"),
    "conversions": ("conversion", "kind", "day"),
}
"""By what a report lists single calls or conversions."""

REPORTS: Mapping[str, Report] = {
    one.name: one
    for one in (
        Report(
            "acquisition", "What channels, sources and campaigns bring and cost",
            ("days", "costs", "credits", "qualified", "deals"),
            ("site", *_DATES, *_TRAFFIC), ("channel",),
            ("visits", "calls", "answered", "missed", "first_time", "credited", "leads",
             "qualified_leads", "deals", "revenue", "margin", "cost",
             "cpl", "romi_revenue", "romi_margin", "currency"),
            _UNFOLDING, ("calls", "conversions"),
        ),
        Report(
            "calls", "Inbound calls, answered and missed",
            ("calls",),
            ("site", *_DATES, "hour", *_TRAFFIC, *SINGLE["calls"]),
            ("day",),
            ("calls", "answered", "missed", "answer_rate", "first_time", "repeat", "target",
             "qualified", "average_wait", "average_talk", "attributed_rate", "excluded"),
            _UNFOLDING, ("calls",),
        ),
        Report(
            "conversions", "Calls, contacts, leads and deals, and what a model credits of them",
            ("credits", "qualified", "deals"),
            ("site", *_DATES, *_TRAFFIC, "kind", "conversion"), ("kind",),
            ("credited", "contacts", "leads", "qualified_leads", "deals", "untouched", "revenue",
             "margin", "currency"),
            (("kind",), *_UNFOLDING), ("conversions",),
        ),
        Report(
            "excluded", "Calls and contacts that no other figure counts, and why",
            ("marks",), ("site", *_DATES, "kind", "reason"), ("reason", "kind"), ("excluded",),
            (("reason",), ("kind",), ("day",)),
        ),
        Report(
            "pools", "How close the pools came to their end",
            ("pools",), ("site", "pool"), ("pool",),
            ("numbers", "peak", "pool_visits", "pool_overflows", "pool_calls", "ambiguous", "drawn",
             "audits"),
            (("pool",),),
        ),
        Report(
            "unknown_numbers", "Called numbers that no pool and no route knows",
            ("unknown_numbers",), ("site", *_DATES, "number"), ("number",), ("unknown_calls",),
            (("number",), ("day",)),
        ),
    )
}  # fmt: skip
