"""A file's rows reach the warehouse once, through the real inbox and loader, and restate."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from ingest import Loader
from ingest.files import Given, Preview, read
from ingest.files.parcel import sweep
from ringtrail.core.clock import DAY, SECOND, Micros, SetClock
from ringtrail.core.database import Engine, Writer
from ringtrail.core.inbox import LEDGER, put
from ringtrail.core.warehouse import Query, Row, Warehouse

NOW = Micros(1_790_000_000_000_000)  # 2026-09-21
GIVEN = Given(
    account=1, site=1, zone=ZoneInfo("Europe/Moscow"), region="RU", told_at=NOW,
    today=date(2026, 9, 21), connection="ads", currency="EUR", source="google",
)  # fmt: skip


class Desk:
    """Imports texts as files, one second apart, and reads what came of them."""

    def __init__(self, home: Path, engine: Engine) -> None:
        self.home, self.engine, self.clock = home, engine, SetClock(NOW)
        self.warehouse = Warehouse(home / "w.duckdb")
        self.warehouse.migrate()
        self.loader = Loader(engine, self.warehouse, self.clock)

    def hand_in(
        self, kind: str, content: str, given: Given = GIVEN, *, skip_bad: bool = False
    ) -> Preview:
        path = self.home / "file.csv"
        path.write_text(content, encoding="utf-8")
        self.clock.set(Micros(self.clock.now() + SECOND))
        told = replace(given, told_at=self.clock.now())
        found = read(path, kind, told, self.home / "bulk", skip_bad=skip_bad)
        if found.bulk is not None:
            bulk = found.bulk
            Writer(self.engine).immediate(lambda store: put(store, [bulk], told.told_at))
        return found.preview

    def take(self, kind: str, content: str, given: Given = GIVEN) -> int:
        """How many rows of the file were news."""
        before = self.count(kind)
        self.hand_in(kind, content, given)
        self.loader.run()
        assert list((self.home / "bulk").iterdir()) == []
        return self.count(kind) - before

    def count(self, kind: str) -> int:
        found: int = self.rows(f"SELECT count(*) AS n FROM fact_{kind}")[0]["n"]
        return found

    def rows(self, statement: str) -> list[Row]:
        return self.warehouse.rows(Query("test", statement))

    def spent(self) -> dict[tuple[str, str | None], Decimal]:
        rows = self.rows("SELECT day::VARCHAR AS day, campaign, sum(cost) AS cost "
                         "FROM newest_spend WHERE cost <> 0 GROUP BY ALL")  # fmt: skip
        return {(row["day"], row["campaign"]): row["cost"] for row in rows}


@pytest.fixture
def desk(tmp_path: Path, database: Engine) -> Iterator[Desk]:
    opened = Desk(tmp_path, database)
    yield opened
    opened.warehouse.close()


SPEND = "date,campaign,cost,clicks\n2026-09-01,brand,10.50,3\n2026-09-02,brand,11,4\n"


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    assert desk.take("spend", SPEND) == 2
    assert desk.take("spend", SPEND) == 0
    assert desk.spent() == {("2026-09-01", "brand"): Decimal("10.5"),
                            ("2026-09-02", "brand"): Decimal("11")}  # fmt: skip


def test_a_changed_row_restates_and_one_that_goes_back_restates_again(desk: Desk) -> None:
    changed = SPEND.replace("10.50", "9.99")
    assert [desk.take("spend", told) for told in (SPEND, changed, SPEND, SPEND)] == [2, 1, 1, 0]
    assert desk.spent()["2026-09-01", "brand"] == Decimal("10.5")
    assert len(desk.rows("FROM fact_spend WHERE day = '2026-09-01'")) == 3


def test_rows_of_one_key_are_parts_of_one_sum(desk: Desk) -> None:
    by_device = (
        "date,campaign,device,cost\n2026-09-01,brand,phone,1.10\n2026-09-01,brand,desk,2.20\n"
    )
    assert desk.take("spend", by_device) == 1
    assert desk.spent() == {("2026-09-01", "brand"): Decimal("3.3")}


def test_a_renamed_campaign_with_an_id_is_the_same(desk: Desk) -> None:
    told = "date,campaign id,campaign,cost\n2026-09-01,123456,Brand,10\n"
    assert desk.take("spend", told) == 1
    assert desk.take("spend", told.replace("Brand", "Brand new")) == 1
    assert desk.spent() == {("2026-09-01", "Brand new"): Decimal(10)}


def test_replace_voids_what_the_file_lacks_of_its_own_sources_and_days(desk: Desk) -> None:
    desk.take("spend", "date,source,campaign,cost\n2026-09-01,google,old,1\n"
              "2026-09-01,yandex,else,2\n2026-09-05,google,old,4\n")  # fmt: skip
    told = "date,source,campaign,cost\n2026-09-01,google,new,1\n"
    assert desk.take("spend", told, replace(GIVEN, replace=True)) == 2
    assert desk.spent() == {
        ("2026-09-01", "new"): 1, ("2026-09-01", "else"): 2, ("2026-09-05", "old"): 4,
    }  # fmt: skip
    assert desk.take("spend", told, replace(GIVEN, replace=True)) == 0


def test_connections_sites_and_accounts_do_not_meet(desk: Desk) -> None:
    for given in (GIVEN, replace(GIVEN, connection="more"), replace(GIVEN, site=2),
                  replace(GIVEN, account=2)):  # fmt: skip
        assert desk.take("spend", SPEND, replace(given, replace=True)) == 2
    assert len(desk.rows("FROM newest_spend")) == 8


def test_a_bad_row_stops_the_whole_file_unless_it_may_be_left_out(desk: Desk) -> None:
    bad = SPEND + "2026-09-03,brand,\n"
    preview = desk.hand_in("spend", bad)
    assert [(row.line, row.told) for row in preview.bad_rows] == [(4, "'' is no amount")]
    desk.loader.run()
    assert desk.count("spend") == desk.count("bulk") == 0
    assert list((desk.home / "bulk").iterdir()) == []
    desk.hand_in("spend", bad, skip_bad=True)
    desk.loader.run()
    assert desk.count("spend") == 2


def test_rows_are_a_batch_of_their_own_before_that_of_their_parcel(desk: Desk) -> None:
    desk.take("spend", SPEND)
    loads = desk.rows("SELECT l.rows, count(s.fact_id) AS spends FROM loaded_batch l "
                      "LEFT JOIN fact_spend s USING (batch) GROUP BY l.load, l.rows "
                      "ORDER BY l.load")  # fmt: skip
    assert loads == [{"rows": 2, "spends": 2}, {"rows": 1, "spends": 0}]


def test_a_loader_that_died_before_the_inbox_was_emptied_takes_nothing_twice(desk: Desk) -> None:
    desk.hand_in("spend", SPEND)
    batch = desk.loader.read()
    assert batch is not None
    desk.loader.write(batch)
    again = Loader(desk.engine, desk.warehouse, desk.clock)
    again.run()
    assert desk.count("spend") == 2 and desk.count("bulk") == 1


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_parcel_that_was_harmed_is_a_dead_letter_and_the_rest_goes_on(
    desk: Desk, harm: str
) -> None:
    desk.hand_in("spend", SPEND)
    (parcel,) = (desk.home / "bulk").iterdir()
    parcel.unlink() if harm == "lost" else parcel.write_bytes(b"PAR1")
    desk.hand_in("spend", SPEND.replace("brand", "braces"))
    desk.loader.run()
    assert {campaign for _, campaign in desk.spent()} == {"braces"}
    with desk.engine.connect() as connection:
        letters = connection.execute(text("SELECT kind, reason FROM dead_letter")).all()
    assert [tuple(letter) for letter in letters] == [("bulk", "damaged_file")]


def test_parcels_are_for_their_owner_alone_and_old_ones_are_swept(desk: Desk) -> None:
    desk.hand_in("spend", SPEND)
    (parcel,) = (desk.home / "bulk").iterdir()
    assert parcel.stat().st_mode & 0o077 == 0
    assert parcel.parent.stat().st_mode & 0o077 == 0
    os.utime(parcel, (NOW / SECOND, NOW / SECOND))
    sweep(parcel.parent, Micros(NOW + LEDGER - DAY))
    assert parcel.exists()
    sweep(parcel.parent, Micros(NOW + LEDGER + DAY))
    assert not parcel.exists()


def deal(*rows: str) -> str:
    return "\n".join(("id,status,amount,created,closed,changed_at,phone", *rows)) + "\n"


def history(desk: Desk) -> list[tuple[object, ...]]:
    rows = desk.rows("SELECT key, occurred_at::DATE::VARCHAR AS day, revenue FROM deal_change "
                     "ORDER BY occurred_at")  # fmt: skip
    return [(row["key"], row["day"], row["revenue"]) for row in rows]


def test_a_deal_is_dated_by_its_closing_and_a_refund_by_when_it_was_told(desk: Desk) -> None:
    won = deal("7,won,100,2026-09-01,2026-09-05 12:00,,8 495 123-45-67")
    refunded = won.replace("100", "70")
    assert [desk.take("deal", told) for told in (won, won, refunded, refunded)] == [1, 0, 1, 0]
    assert history(desk) == [("7", "2026-09-05", 100), ("7", "2026-09-21", -30)]
    (newest,) = desk.rows("SELECT amount, phone, status FROM newest_deal")
    assert newest == {"amount": 70, "phone": "+74951234567", "status": "won"}


def test_an_open_deal_brings_nothing_until_it_is_won(desk: Desk) -> None:
    desk.take("deal", deal("7,open,100,2026-09-01,,,"))
    assert history(desk) == []
    desk.take("deal", deal("7,won,120,2026-09-01,2026-09-10 10:00,,"))
    assert history(desk) == [("7", "2026-09-10", 120)]
    desk.take("deal", deal("7,lost,120,2026-09-01,2026-09-10 10:00,,"))
    assert history(desk) == [("7", "2026-09-10", 120), ("7", "2026-09-21", -120)]


def test_changes_with_dates_are_taken_in_any_order_and_corrected(desk: Desk) -> None:
    steps = deal("7,won,80,,,2026-09-12 10:00,", "7,won,100,,,2026-09-03 10:00,")
    assert desk.take("deal", steps) == 2
    assert history(desk) == [("7", "2026-09-03", 100), ("7", "2026-09-12", -20)]
    corrected = deal("7,won,90,,,2026-09-03 10:00,")
    assert [desk.take("deal", told) for told in (corrected, corrected, steps)] == [1, 0, 1]
    assert history(desk) == [("7", "2026-09-03", 100), ("7", "2026-09-12", -20)]


def test_a_deal_twice_in_a_file_needs_dates(desk: Desk) -> None:
    preview = desk.hand_in("deal", deal("7,won,80,,,,", "7,won,100,,,,"))
    assert preview.bad_rows[0].told == (
        "deal 7 stands in line 2 already: its changes need a column changed_at"
    )


def test_a_deal_in_another_currency_takes_the_old_revenue_back(desk: Desk) -> None:
    desk.take("deal", deal("7,won,100,,2026-09-05 12:00,,"))
    desk.take("deal", deal("7,won,9000,,2026-09-05 12:00,,"), replace(GIVEN, currency="RUB"))
    found = desk.rows("SELECT currency, sum(revenue) AS sum FROM deal_change GROUP BY 1 ORDER BY 1")
    assert found == [{"currency": "EUR", "sum": 0}, {"currency": "RUB", "sum": 9000}]


def test_rates_are_of_the_account_and_restate(desk: Desk) -> None:
    told = 'date,currency,nominal,rate\n01.09.2026,USD,1,"0,9"\n01.09.2026,JPY,100,"0,6"\n'
    ecb = replace(GIVEN, connection="ecb")
    assert [desk.take("rate", each, ecb) for each in (told, told)] == [2, 0]
    assert desk.take("rate", told.replace('"0,9"', '"0,8"'), ecb) == 1
    found = desk.rows("SELECT base, quote, rate, day, site FROM newest_rate JOIN fact_rate USING "
                      "(account, day, base, quote, rate) ORDER BY base")  # fmt: skip
    assert [(row["base"], row["rate"], row["site"]) for row in found] == [
        ("JPY", Decimal("0.006"), 0), ("USD", Decimal("0.8"), 0),
    ]  # fmt: skip
    assert desk.take("rate", told, replace(ecb, connection="cbr")) == 2
