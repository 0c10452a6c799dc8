"""The addresses at which a row's figures come apart: the level below, the single calls behind it.

Pure. What is the same for all rows of an answer is written once: an answer may have thousands.
"""

from urllib.parse import urlencode

from attribution.reports.asking import Question
from attribution.reports.catalogue import SINGLE
from ringtrail.core.warehouse import Row

PATH = "/api/v1/reports/"


class Drill:
    """Writes the addresses for each row of one answer."""

    def __init__(self, asking: Question) -> None:
        self._by = asking.by
        self._links = {} if asking.scope.masked and "caller" in asking.by else _links(asking)

    def of(self, row: Row) -> dict[str, str]:
        """The row's addresses by name; a value that it lacks is looked for as an empty one."""
        pinned = [(name, "" if row[name] is None else row[name]) for name in self._by]
        ending = urlencode(pinned)
        return {name: f"{address}&{ending}" for name, address in self._links.items()}


def _links(asking: Question) -> dict[str, str]:
    pinned = {*asking.filters, *asking.by}
    deeper = next((step for step in asking.report.path if not pinned & set(step)), None)
    links = {}
    if deeper is not None:
        same = {"metrics": ",".join(asking.metrics)}
        if asking.intervals:
            same["intervals"] = "true"
        links["deeper"] = _address(asking, asking.report.name, deeper, same)
    for name in asking.report.rows:
        if SINGLE[name][0] not in pinned:
            links[name] = _address(asking, name, SINGLE[name], {})
    return links


def _address(
    asking: Question, report: str, by: tuple[str, ...], more: dict[str, str]
) -> str:  # fmt: skip
    asked = asking.asked
    query: dict[str, object] = {
        "since": asked.since, "until": asked.until, "model": asked.model, "basis": asked.basis,
        "by": ",".join(by), **more,
    }  # fmt: skip
    if "site" not in asking.by:
        query["site"] = ",".join(map(str, asking.scope.sites))
    query |= {name: told for name, told in asking.filters.items() if name not in asking.by}
    return f"{PATH}{report}?{urlencode(query, doseq=True)}"
