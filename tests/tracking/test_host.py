"""The tables of hosts hold together: nothing stands twice, nothing is written so that it fails."""

from collections import Counter
from importlib.resources import files

import pytest

from tracking.host import TABLES, find, named


def lines(table: str) -> list[list[str]]:
    text = files("tracking").joinpath(f"hosts/{table}.csv").read_text("utf-8").splitlines()
    rows = [line.split(",") for line in text if not line.startswith("#")]
    assert rows[0] == ["source", "names", "hosts"]
    return rows[1:]


def test_each_host_stands_once() -> None:
    entries = Counter(
        entry.removeprefix("=")
        for table, _ in TABLES
        for row in lines(table)
        for entry in row[2].split()
    )
    assert [entry for entry, count in entries.items() if count > 1] == []


def test_each_file_is_a_table_and_says_what_it_is() -> None:
    folder = files("tracking").joinpath("hosts")
    names = {entry.name for entry in folder.iterdir()}
    assert names == {f"{table}.csv" for table, _ in TABLES}
    for name in names:
        text = folder.joinpath(name).read_text("utf-8")
        assert text.startswith("# ")
        assert ("CC0" in text) == ("matomo" in name)


@pytest.mark.parametrize("table", [table for table, _ in TABLES])
def test_each_entry_finds_its_row(table: str) -> None:
    kind = dict(TABLES)[table]
    for source, _, hosts in lines(table):
        for entry in hosts.split():
            host, mark, path = entry.removeprefix("=").replace(".*", ".de").partition("/")
            found = find(host, mark + path)
            assert found is not None, entry
            assert (found.source, found.kind) == (source, kind), entry


@pytest.mark.parametrize(
    ("word", "source", "kind", "paid"),
    [
        ("google", "google", "search", False),
        ("www.google.de", "google", "search", False),
        ("fb", "facebook", "social", False),
        ("facebook_ads", "facebook", "social", True),
        ("adwords", "google", "search", True),
        ("mytarget", "vk", "social", True),
        ("direct.yandex.ru", "yandex", "search", True),
        ("taboola.com", "taboola", "ad", True),
        ("вконтакте", "vk", "social", False),
    ],
)
def test_what_a_name_stands_for(word: str, source: str, kind: str, paid: bool) -> None:
    found = named(word)
    assert found is not None
    assert (found.source, found.kind, found.paid) == (source, kind, paid)


@pytest.mark.parametrize("word", ["", "ads", "roads", "somebody", "paypal.com", "."])
def test_what_stands_for_nobody(word: str) -> None:
    assert named(word) is None
