"""`ringtrail import` as a marketer runs it: without an app, and beside one that takes the rows."""

import json
import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from ringtrail.core.database import open_engine
from ringtrail.core.settings import Settings
from ringtrail.core.warehouse import Query, Warehouse
from ringtrail.platform import Platform
from tests.ringtrail.test_cli import SITE, run
from tests.ringtrail.test_sources import serving

SPEND = """Day,Campaign,Cost,Currency code
2026-06-01,Brand,"1,234.50",EUR
2026-06-02,Brand,0.05,EUR
2026-06-02,Autumn,7,USD
Total,,"1,241.55",
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    assert run(home, *SITE).returncode == 0
    return home


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "june.csv"
    path.write_text(SPEND)
    return path


def waiting(home: Path) -> list[str]:
    """The kinds that wait in the inbox, of money alone."""
    engine = open_engine(f"sqlite:///{home / 'ringtrail.sqlite3'}")
    with engine.connect() as store:
        rows = store.scalars(text("SELECT kind FROM inbox WHERE batch IS NULL ORDER BY seq")).all()
    engine.dispose()
    return [kind for kind in rows if kind in ("bulk", "cost_rule", "spend_alias")]


def loaded(home: Path, statement: str) -> list[dict[str, Any]]:
    """What the warehouse answers once everything that waits is loaded."""
    platform = Platform(Settings(home=home, database_url="", warehouse_url=""))
    platform.loader.run()
    found = platform.warehouse.rows(Query("test", statement))
    platform.close()
    return found


def test_a_dry_run_tells_and_takes_nothing(home: Path, file: Path) -> None:
    done = run(home, "import", "spend", str(file), "--source", "google", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "3 rows of 2026-06-01 to 2026-06-02" in done.stdout
    assert "total: 1,234.5500 EUR" in done.stdout and "total: 7.0000 USD" in done.stdout
    assert "1 lines of totals are left out" in done.stdout
    assert "cost = Cost" in done.stdout
    assert waiting(home) == [] and not (home / "bulk").exists()


def test_a_file_with_a_bad_row_changes_nothing_and_says_where(home: Path, file: Path) -> None:
    file.write_text(SPEND.replace("0.05", '"1,234"'))
    done = run(home, "import", "spend", str(file), "--source", "google")
    assert done.returncode == 1
    assert "line 3: '1,234' may be 1234 or 1.234" in done.stderr
    assert "--skip-bad takes the others" in done.stderr
    assert waiting(home) == []
    told = run(home, "import", "spend", str(file), "--source", "google", "--decimal", ".", "--json")
    answer = json.loads(told.stdout)
    assert answer["imported"] is True and answer["totals"] == {"EUR": "2468.5000", "USD": "7.0000"}


def test_a_workbook_is_refused_with_what_to_do(home: Path, tmp_path: Path) -> None:
    book = tmp_path / "june.xlsx"
    with ZipFile(book, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    for kind in ("spend", "deals", "rates", "aliases"):
        done = run(home, "import", kind, str(book))
        assert done.returncode == 1
        assert "june.xlsx is a workbook: save the sheet that has the figures as CSV" in done.stderr
    assert waiting(home) == [] and not list((home / "bulk").glob("*"))


def test_credit_notes_are_taken_when_they_are_meant(home: Path, file: Path) -> None:
    file.write_text(SPEND.replace("0.05", "-0.05"))
    assert run(home, "import", "spend", str(file), "--source", "google").returncode == 1
    assert waiting(home) == []
    done = run(home, "import", "spend", str(file), "--source", "google", "--credit-notes")
    assert done.returncode == 0, done.stderr
    assert "total: 1,234.4500 EUR" in done.stdout and waiting(home) == ["bulk"]


def test_what_cannot_be_is_told(home: Path, file: Path) -> None:
    for arguments, code, told in (
        (("--site", "9"), 1, "there is no site 9"),
        (("--currency", "EURO"), 2, "is no currency"),
        (("--decimal", ";"), 2, "--decimal"),
        ((), 1, "name it with --source"),
    ):
        done = run(home, "import", "spend", str(file), *arguments)
        assert (done.returncode, told in done.stderr) == (code, True), done.stderr
    missing = run(home, "import", "deals", str(file.with_name("none.csv")))
    assert missing.returncode == 1 and "cannot be read" in missing.stderr


@pytest.mark.timeout(180)
def test_beside_a_running_app_the_rows_arrive_once(home: Path, file: Path, tmp_path: Path) -> None:
    deals = tmp_path / "deals.csv"
    deals.write_text("id;статус;сумма;телефон\n7;Оплачен;1 200,50;020 7946 0999\n")
    with serving(home):
        for _ in range(2):
            done = run(home, "import", "spend", str(file), "--source", "google")
            assert done.returncode == 0, done.stderr
            done = run(home, "import", "deals", str(deals), "--currency", "GBP")
            assert done.returncode == 0, done.stderr
        deadline = time.monotonic() + 60
        while list((home / "bulk").iterdir()):
            assert time.monotonic() < deadline, "the app has not taken the files"
            time.sleep(0.1)
    warehouse = Warehouse(home / "warehouse.duckdb")
    spend = warehouse.rows(
        Query("spend", "SELECT sum(cost) AS cost, count(*) AS n FROM fact_spend")
    )
    deal = warehouse.rows(Query("deal", "SELECT status, amount, phone, count(*) OVER () AS n "
                                "FROM fact_deal"))  # fmt: skip
    warehouse.close()
    assert [(float(row["cost"]), row["n"]) for row in spend] == [(1241.55, 3)]
    assert [(row["status"], float(row["amount"]), row["phone"], row["n"]) for row in deal] == [
        ("won", 1200.5, "+442079460999", 1)
    ]


def test_rates_rules_aliases_and_the_sites_currency(home: Path, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{home / 'ringtrail.sqlite3'}")
    with engine.connect() as store:
        key = str(store.scalar(text("SELECT key FROM site")))
    engine.dispose()
    assert run(home, "site", "currency", key, "gbp").returncode == 0
    rule = run(home, "site", "costs", key, "--from", "2026-06-01", "--vat", "20", "--fee", "2,5")
    assert rule.returncode == 0, rule.stderr
    (tmp_path / "rates.csv").write_text("date,currency,rate\n2026-06-01,USD,0.785\n")
    assert run(home, "import", "rates", str(tmp_path / "rates.csv")).returncode == 0
    (tmp_path / "aliases.csv").write_text("of,campaign,source\n*,{campaign_id},\nBrand,brand,fb\n")
    aliases = run(home, "import", "aliases", str(tmp_path / "aliases.csv"), "--connection", "meta")
    assert aliases.returncode == 0, aliases.stderr
    assert waiting(home) == ["cost_rule", "bulk", "spend_alias", "spend_alias"]
    (found,) = loaded(home, "SELECT "
                      "(SELECT arg_max(currency, occurred_at) FROM fact_site) AS code, "
                      "(SELECT vat_percent + fee_percent FROM newest_cost_rule) AS per_cent, "
                      "(SELECT base || quote || rate FROM newest_rate) AS rate, "
                      "(SELECT count(*) FROM newest_spend_alias) AS aliases")  # fmt: skip
    assert found["code"] == "GBP" and float(found["per_cent"]) == 22.5
    assert found["rate"] == "USDGBP0.78500000" and found["aliases"] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("site", "currency", "nobody", "EUR"), "no site has the key"),
        (("site", "costs", "nobody", "--from", "2026-06-01"), "there is no site nobody"),
    ],
)
def test_a_site_that_is_not(home: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run(home, *arguments)
    assert (done.returncode, told in done.stderr) == (1, True)


def test_an_alias_that_can_never_hold_is_told(home: Path, tmp_path: Path) -> None:
    (tmp_path / "aliases.csv").write_text("of,campaign\n*,brand\nBrand,{ad}\n,brand\n")
    done = run(home, "import", "aliases", str(tmp_path / "aliases.csv"))
    assert done.returncode == 1
    for told in ("line 2: all campaigns cannot be one", "line 3: {ad} stands for nothing",
                 "line 4: no campaign"):  # fmt: skip
        assert told in done.stderr
    assert waiting(home) == []
