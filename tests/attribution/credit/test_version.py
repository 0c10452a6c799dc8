"""A version names everything that decides a figure, the fit that judges the calls among it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from attribution.credit.compare import Asked, compare
from attribution.credit.version import MATCH_FITS, version
from attribution.reports.answering import answer
from ringtrail.core.auth import Scoped
from ringtrail.core.warehouse import Query, Warehouse

WHOLE = Scoped(1, (1, 2), "owner")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path / "w.duckdb")
    opened.migrate()
    yield opened
    opened.close()


def use(warehouse: Warehouse, name: str, account: int | None, site: int | None) -> None:
    with warehouse.transaction() as transaction:
        transaction.run(
            Query("use", "INSERT INTO match_fit_used BY NAME SELECT $version AS version, "
                  "$account::INTEGER AS account, $site::INTEGER AS site, "
                  "TIMESTAMP '2026-01-01' AS used_at, 'ann' AS used_by"),
            {"version": name, "account": account, "site": site},
        )  # fmt: skip


def judging(warehouse: Warehouse, scope: Scoped) -> str:
    values = {"account": scope.account, "sites": list(scope.sites)}
    return str(warehouse.rows(MATCH_FITS, values)[0]["match_fit"])


def test_a_site_is_judged_by_its_own_fit_else_by_that_of_all(warehouse: Warehouse) -> None:
    assert judging(warehouse, WHOLE) == "assumed"
    assert judging(warehouse, Scoped(1, (), "owner")) == "assumed"
    use(warehouse, "old", 1, 1)
    use(warehouse, "own", 1, 1)
    use(warehouse, "others", 2, 2)
    assert judging(warehouse, WHOLE) == "assumed,own"
    use(warehouse, "pooled", None, None)
    assert judging(warehouse, WHOLE) == "own,pooled"
    assert judging(warehouse, Scoped(1, (1,), "owner")) == "own"
    assert judging(warehouse, Scoped(2, (2,), "owner")) == "others"


def test_another_fit_is_another_version_wherever_one_is_told(warehouse: Warehouse) -> None:
    days = date(2026, 1, 1), date(2026, 1, 31)

    def told(scope: Scoped) -> tuple[str, str, str]:
        compared = compare(warehouse, scope, Asked(("linear",), "channel", *days))
        report = answer(warehouse, scope, "acquisition", [
            ("since", "2026-01-01"), ("until", "2026-01-31"), ("model", "linear")])  # fmt: skip
        return compared.sides[0].version, report.versions.model, report.versions.match_fit

    before = told(WHOLE)
    assert before[0] == before[1] == version("linear", 90 * 86_400.0, {}, "assumed")
    use(warehouse, "new", 1, 2)
    after = told(WHOLE)
    assert after == (after[0], after[0], "assumed,new")
    assert after[0] != before[0]
    # The sites that it does not judge keep their version.
    assert told(Scoped(1, (1,), "owner")) == before
