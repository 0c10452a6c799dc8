"""Countries from the registries, cities from a file of the operator's own."""

from ipaddress import IPv4Network, ip_address
from pathlib import Path

import pytest

from ringtrail.core.errors import NotConfigured
from tests.tracking.mmdb import write_mmdb
from tracking.place import Place, Places

YANDEX = ip_address("77.88.8.8")
KAZAN = {
    "country": {"iso_code": "RU"},
    "subdivisions": [{"names": {"en": "Tatarstan", "ru": "Татарстан"}}],
    "city": {"names": {"en": "Kazan"}},
}


def test_a_country_needs_no_file() -> None:
    places = Places()
    assert places.find(YANDEX) == Place("RU")
    assert places.find(ip_address("2a02:6b8::1")) == Place("RU")
    assert places.find(ip_address("8.8.8.8")) == Place("US")


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.1", "fe80::1"])
def test_what_is_not_public_is_nowhere(address: str) -> None:
    assert Places().find(ip_address(address)) == Place()
    assert Places().find(None) == Place()


def test_the_operators_file_tells_region_and_city(tmp_path: Path) -> None:
    write_mmdb(tmp_path / "cities.mmdb", IPv4Network("77.88.8.0/24"), KAZAN)
    places = Places(tmp_path / "cities.mmdb")
    assert places.find(YANDEX) == Place("RU", "Tatarstan", "Kazan")
    assert places.find(ip_address("8.8.8.8")) == Place("US")
    assert places.find(ip_address("2a02:6b8::1")) == Place("RU")


@pytest.mark.parametrize(
    "record",
    ["", [], {}, {"city": "Kazan"}, {"city": {"names": ["Kazan"]}}, {"subdivisions": "Tatarstan"},
     {"subdivisions": []}, {"subdivisions": ["x"]}, {"country": {"iso_code": []}}],
)  # fmt: skip
def test_a_file_with_another_shape_tells_nothing_more(tmp_path: Path, record: object) -> None:
    write_mmdb(tmp_path / "odd.mmdb", IPv4Network("77.88.8.0/24"), record)
    assert Places(tmp_path / "odd.mmdb").find(YANDEX) == Place("RU")


def test_a_file_that_is_none_ends_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mmdb"
    broken.write_text("no database")
    for path in (broken, tmp_path / "missing.mmdb"):
        with pytest.raises(NotConfigured, match="RINGTRAIL_GEO_DATABASE"):
            Places(path)
