"""Each .sql file says what it answers, and a report can not forget whose rows it reads."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from attribution import Upkeep
from ingest import Loader
from ringtrail.core.clock import DAY, Micros, SetClock
from ringtrail.core.database import migrate, open_engine
from ringtrail.core.facts import Call, Contact, Fact, SiteDescribed, UnknownNumber
from ringtrail.core.inbox import put_each
from ringtrail.core.warehouse import Query, Warehouse
from ringtrail.demo import month
from tests.house.house import place, sources

WORDS = ("question", "parameters", "columns", "owner")
FOLDERS = ("attribution", "dashboards", "exporters")


def header(path: Path) -> str:
    lines = []
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.lower())
    return "\n".join(lines)


def test_header_names_question_parameters_columns_owner() -> None:
    lacking = {
        place(path): missing
        for path in sources(".sql", folders=FOLDERS)
        if (missing := [word for word in WORDS if word not in header(path)])
    }
    assert lacking == {}


def statement(path: Path) -> str:
    """The file's text without its comments."""
    return "\n".join(line.split("--")[0] for line in path.read_text("utf-8").splitlines())


REPORTS = [path for path in sources(".sql", folders=FOLDERS) if path.parent.name == "reports"]
NOW = Micros(1_790_000_000_000_000)
NUMBERS = tuple(f"+4420794601{index:02d}" for index in range(12))
# What a report may ask for. Everybody asks for the sites of everybody: the account must decide.
VALUES: dict[str, object] = {
    "sites": [1, 2],
    "before": date(1999, 1, 1),
    "since": date(2000, 1, 1),
    "until": date(2100, 1, 1),
    "outcome": None,
    "pool": 1,
    "call": UUID(int=5),
    "lookback_seconds": 90 * 86_400.0,
    "by": "channel",
}


def ask(warehouse: Warehouse, path: Path, account: int) -> list[str]:
    """The report's rows for an account, in an order of their own; sums of parts as far as exact."""
    names = set(re.findall(r"\$([a-z_]+)", statement(path)))
    unknown = names - {"account", *VALUES}
    assert not unknown, f"{place(path)} has parameters that VALUES does not know: {unknown}"
    values = {name: account if name == "account" else VALUES[name] for name in names}
    rows = warehouse.rows(Query(place(path), path.read_text("utf-8")), values)
    return sorted(repr([_exact(value) for value in row.values()]) for row in rows)


def _exact(value: object) -> object:
    return round(value, 9) if isinstance(value, float) else value


def told(account: int) -> list[tuple[Fact, Micros]]:
    """A site and some days of an account; both accounts have the same numbers."""
    site = SiteDescribed(
        account=account, site=account, occurred_at=Micros(NOW - 40 * DAY), source_id="site",
        name=f"Clinic {account}", timezone="Europe/London",
    )  # fmt: skip
    unknown = UnknownNumber(
        account=account, site=account, occurred_at=Micros(NOW - DAY), source_id="unknown",
        number=f"+44207946077{account}", connection="trunk:1",
    )  # fmt: skip
    days = month.facts(account, account, NUMBERS, NOW, days=3, seed=account, visits_a_day=80)
    contact = Contact(
        account=account, site=account, occurred_at=Micros(NOW - DAY), source_id="contact",
        key="contact", contact=UUID(int=account), told_at=NOW, way="form", vendor="cf7",
        phone=f"+44207946088{account}",
    )  # fmt: skip
    call = Call(
        account=account, site=account, occurred_at=Micros(NOW - DAY), source_id="call", key="call",
        call=UUID(int=5), told_at=NOW, number=NUMBERS[0], caller=f"+44207946099{account}",
        outcome="answered",
    )  # fmt: skip
    return [(site, NOW), (unknown, NOW), (contact, NOW), (call, NOW), *days]


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Warehouse]]:
    """Warehouses of nobody, of each account alone, and of both together."""
    opened: dict[str, Warehouse] = {}
    for name, accounts in {"none": (), "1": (1,), "2": (2,), "both": (1, 2)}.items():
        home = tmp_path_factory.mktemp(f"of_{name}")
        engine = open_engine(f"sqlite:///{home / 'a.sqlite3'}")
        migrate(engine)
        facts = [fact for account in accounts for fact in told(account)]
        with engine.execution_options(writes=True).begin() as store:
            put_each(store, facts)
        opened[name] = Warehouse(home / "w.duckdb")
        opened[name].migrate()
        Loader(engine, opened[name], SetClock(NOW)).run()
        Upkeep(opened[name]).catch_up()
        engine.dispose()
    yield opened
    for warehouse in opened.values():
        warehouse.close()


def test_reports_bind_the_account() -> None:
    assert REPORTS
    assert [place(path) for path in REPORTS if "$account" not in statement(path)] == []


@pytest.mark.parametrize("path", REPORTS, ids=place)
def test_a_report_runs_on_an_empty_warehouse(warehouses: dict[str, Warehouse], path: Path) -> None:
    assert ask(warehouses["none"], path, 1) == ask(warehouses["none"], path, 2)


@pytest.mark.parametrize("path", REPORTS, ids=place)
def test_a_report_tells_an_account_nothing_of_another(
    warehouses: dict[str, Warehouse], path: Path
) -> None:
    nothing = ask(warehouses["none"], path, 1)
    for account in (1, 2):
        alone = ask(warehouses[str(account)], path, account)
        assert alone != nothing, "the report must have something to give away"
        assert ask(warehouses["both"], path, account) == alone
    assert ask(warehouses["both"], path, 3) == nothing
    assert ask(warehouses["1"], path, 2) == nothing
