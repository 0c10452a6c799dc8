"""Files as advertising systems, spreadsheets and CRMs write them; and what is told of bad ones."""

import csv
import io
import tempfile
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.files import Given, Preview, read
from ringtrail.core.errors import RingtrailError
from tests.ingest.files.test_taking import GIVEN


def preview(
    folder: Path, content: str | bytes, kind: str = "spend", said: Given = GIVEN
) -> Preview:
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, kind, said, None).preview


GOOGLE = """Campaign report
June 1, 2026 - June 2, 2026
Day\tCampaign ID\tCampaign\tCurrency code\tCost\tClicks\tImpr.\tConv. rate
2026-06-01\t123456789\tBrand\tUSD\t1,234.50\t10\t1,000\t1 %
2026-06-02\t123456789\tBrand\tUSD\t12.00\t --\t --\t0 %
Total: Campaigns\t --\t --\tUSD\t1,246.50\t10\t1,000\t1 %
"""
DIRECT = "Дата;№ кампании;Кампания;Расход (руб.);Клики\n01.06.2026;77;Бренд;1 234,50;10\n"
META = "Reporting starts,Campaign name,Amount spent (EUR),Link clicks\n2026-06-01,Autumn,3.10,\n"
METRICA = "Date,UTMSource,Expenses,UTMMedium,UTMCampaign\n2026-06-01,vk,5.5,cpc,autumn\n"


@pytest.mark.parametrize(
    ("content", "encoding", "rows", "totals", "left_out"),
    [
        (GOOGLE.encode("utf-16"), "utf-16", 2, {"USD": "1246.5"}, 1),
        (GOOGLE.encode("utf-16-le"), "utf-16-le", 2, {"USD": "1246.5"}, 1),
        (DIRECT.encode("windows-1251"), "windows-1251", 1, {"RUB": "1234.5"}, 0),
        (DIRECT.encode("utf-8-sig"), "utf-8-sig", 1, {"RUB": "1234.5"}, 0),
        (META.replace("\n", "\r\n").encode(), "utf-8", 1, {"EUR": "3.1"}, 0),
        (METRICA.encode(), "utf-8", 1, {"EUR": "5.5"}, 0),
    ],
)
def test_exports_are_read_as_they_come(
    tmp_path: Path, content: bytes, encoding: str, rows: int, totals: dict[str, str], left_out: int
) -> None:
    found = preview(tmp_path, content)
    assert found.bad_rows == []
    assert (found.encoding, found.rows, found.left_out) == (encoding, rows, left_out)
    assert found.totals == {code: Decimal(amount) for code, amount in totals.items()}


def test_the_preview_names_columns_and_days(tmp_path: Path) -> None:
    found = preview(tmp_path, GOOGLE)
    assert found.columns["cost"] == "Cost" and found.columns["impressions"] == "Impr."
    assert found.unused == ["Conv. rate"]
    assert (found.since, found.until) == (date(2026, 6, 1), date(2026, 6, 2))


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=9
)
ROWS = st.lists(
    st.tuples(
        st.dates(date(2020, 1, 1), date(2026, 9, 20)), CELL, st.decimals(-999, 99999, places=2)
    ),
    min_size=1,
    max_size=20,
)


@given(
    rows=ROWS,
    columns=st.permutations(["date", "campaign", "cost"]),
    delimiter=st.sampled_from(",;\t|"),
    mark=st.sampled_from(".,"),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16")),
)
@settings(max_examples=60, deadline=None)
def test_the_totals_are_the_files_to_the_cent(
    rows: list[tuple[date, str, Decimal]],
    columns: list[str],
    delimiter: str,
    mark: str,
    encoding: str,
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    for day, campaign, cost in rows:
        named = {"date": f"{day}", "campaign": campaign, "cost": f"{cost}".replace(".", mark)}
        writer.writerow([named[column] for column in columns])
    with tempfile.TemporaryDirectory() as home:
        said = replace(GIVEN, credit_notes=True)
        found = preview(Path(home), text.getvalue().encode(encoding), said=said)
    assert found.bad_rows == []
    assert found.rows == len(rows)
    assert found.totals == {"EUR": sum(cost for *_, cost in rows)}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2026-02-30,brand,1", "is no day of the calendar"),
        ("06/07/2026,brand,1", "may be two days: say --date-format dmy or mdy"),
        ("2026-09-22,brand,1", "lies in the future"),
        (",brand,1", "is no date"),
        ('2026-09-01,brand,"1,234"', "may be 1234 or 1.234"),
        ("2026-09-01,brand,£1 €", "is no amount"),
        ("2026-09-01,brand,x", "is no amount"),
        ("2026-09-01,brand,0,05", "has more cells than the header"),
        (f"2026-09-01,{'b' * 256},1", "campaign is longer than 255 letters"),
    ],
)
def test_a_bad_row_is_told_with_its_line(tmp_path: Path, row: str, told: str) -> None:
    found = preview(tmp_path, f"date,campaign,cost\n2026-09-01,good,1\n{row}\n2026-09-01,good,1\n")
    assert (found.rows, found.bad) == (2, 1)
    assert found.bad_rows[0].line == 3 and told in found.bad_rows[0].told


def test_a_quoted_line_break_does_not_move_the_lines(tmp_path: Path) -> None:
    found = preview(tmp_path, 'date,campaign,cost\n2026-09-01,"two\nlines",1\n2026-09-01,bad,x\n')
    assert [row.line for row in found.bad_rows] == [4]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (replace(GIVEN, currency=None), "name it with --currency"),
        (replace(GIVEN, source=None), "name it with --source"),
    ],
)
def test_what_a_row_lacks_is_asked_for(tmp_path: Path, said: Given, told: str) -> None:
    assert told in preview(tmp_path, METRICA.replace("UTMSource", "x"), said=said).bad_rows[0].told


def test_two_currencies_of_one_figure_are_refused(tmp_path: Path) -> None:
    found = preview(tmp_path, META.replace("3.10", "3.10 USD"))
    assert "in USD and in EUR at once" in found.bad_rows[0].told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04rest", "is a zip archive: unpack it"),
        (
            b"\xd0\xcf\x11\xe0rest",
            "is an Excel workbook: save the sheet that has the figures as CSV",
        ),
        (b"\x1f\x8brest", "is compressed: unpack it with gunzip"),
        (b"%PDF-1.7", "is a PDF"),
        (b"", "export.csv is empty"),
        (b"\n\n", "has no header"),
        (b"day,campaign\n2026-09-01,brand\n", "no header with the columns cost"),
        (b'date,cost,campaign\n2026-09-01,1,"' + b"x" * 200_000, "is no CSV"),
    ],
)
def test_a_file_that_cannot_be_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(RingtrailError) as refused:
        preview(tmp_path, content)
    assert told in refused.value.message


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("xl/workbook.xml", "is a workbook: save the sheet that has the figures as CSV"),
        ("content.xml", "is a workbook: save the sheet"),
        ("costs.csv", "is a zip archive: unpack it and import the CSV in it"),
    ],
)
def test_a_workbook_is_told_from_an_archive(tmp_path: Path, inside: str, told: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in (inside, "[Content_Types].xml") if "xl/" in inside else (inside,):
            archive.writestr(name, "date,cost\n2026-09-01,1\n")
    with pytest.raises(RingtrailError) as refused:
        preview(tmp_path, held.getvalue())
    assert told in refused.value.message


def test_an_archive_that_is_damaged_is_told(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("costs.csv", "date,cost\n")
    with pytest.raises(RingtrailError, match="is damaged: export or download it again"):
        preview(tmp_path, held.getvalue().replace(b"PK\x01\x02", b"PK\x00\x00"))


def test_a_cost_below_zero_is_taken_only_where_it_is_meant(tmp_path: Path) -> None:
    file = "date,campaign,cost\n2026-09-01,brand,0\n2026-09-01,brand,(12.50)\n"
    found = preview(tmp_path, file)
    assert [(row.line, "--credit-notes" in row.told) for row in found.bad_rows] == [(3, True)]
    meant = preview(tmp_path, file, said=replace(GIVEN, credit_notes=True))
    assert (meant.bad, meant.totals) == (0, {"EUR": Decimal("-12.5")})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2026-09-22,USD,0.9", "lies in the future"),
        ("2026-09-01,USD,0", "is no rate"),
        ("2026-09-01,USD,-1", "is no rate"),
        ("2026-09-01,XYZ,1", "is no currency"),
        ("2026-09-01,EUR,1", "is always worth one EUR"),
    ],
)
def test_a_rate_that_cannot_be_is_told(tmp_path: Path, row: str, told: str) -> None:
    (bad,) = preview(tmp_path, f"date,base,rate\n{row}\n", "rate").bad_rows
    assert told in bad.told


def test_no_file_and_a_wrong_encoding_are_told(tmp_path: Path) -> None:
    with pytest.raises(RingtrailError, match="cannot be read"):
        read(tmp_path / "none.csv", "spend", GIVEN, None)
    (tmp_path / "a.csv").write_bytes(META.encode() + "2026-06-01,Весна,1,\n".encode("cp1251"))
    for encoding, told in (("utf-8", "--encoding"), ("no-such", "cannot be read")):
        with pytest.raises(RingtrailError, match=told):
            read(tmp_path / "a.csv", "spend", GIVEN, None, encoding=encoding)


def test_many_bad_rows_are_counted_and_the_first_are_named(tmp_path: Path) -> None:
    found = preview(tmp_path, "date,cost\n" + "never,1\n" * 300)
    assert found.bad == 300 and len(found.bad_rows) == 20


def test_a_row_that_is_too_short_is_told(tmp_path: Path) -> None:
    assert preview(tmp_path, "date,campaign,cost\n2026-09-01\n").bad_rows[0].line == 2


@pytest.mark.parametrize(
    ("status", "stage", "found"),
    [("Closed Won", "", "won"), ("", "Успешно реализовано", "won"), ("lost", "won", "lost"),
     ("", "Call back", "open"), ("", "", "open"), ("perhaps", "", None)],
)  # fmt: skip
def test_the_status_of_a_deal(tmp_path: Path, status: str, stage: str, found: str | None) -> None:
    told = preview(tmp_path, f"deal,status,stage,amount\n7,{status},{stage},1\n", "deal")
    assert told.bad == (found is None)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        with path.open("w") as file:
            file.write("date,campaign,term,cost\n")
            file.writelines(f"2026-09-01,brand,word {n},1.25\n" for n in range(rows))
        tracemalloc.start()
        assert read(path, "spend", GIVEN, tmp_path / "bulk").preview.rows == rows
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(120_000) < 1.2 * peak(40_000)
