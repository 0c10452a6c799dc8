"""Where an address is: its country from the registries' tables, its city from the operator's file.

Called by `tracking.client` for every hit. The country is that of the registration, which needs no
file. A MaxMind database (MMDB) of cities, where RINGTRAIL_GEO_DATABASE names one, tells the rest
and is believed before the registries. What can go wrong: the file is none (told at start).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import iptocc
import maxminddb
import msgspec

from ringtrail.core.errors import NotConfigured
from tracking.network import Address, is_public


class Place(msgspec.Struct, frozen=True, gc=False):
    """ISO 3166 alpha-2 code, and English names of region and city; what is not known is None."""

    country: str | None = None
    region: str | None = None
    city: str | None = None


class Places:
    """Finds places; holds the operator's file open."""

    def __init__(self, cities: Path | None = None) -> None:
        self._cities = None if cities is None else _open(cities)

    def find(self, address: Address | None) -> Place:
        """Never raises: what the file holds for an address is read as far as it makes sense."""
        if address is None or not is_public(address):
            return Place()
        if self._cities is None:
            return Place(iptocc.country_code(str(address)))
        record = _of(_record(self._cities, address))
        regions = record.get("subdivisions")
        region = regions[0] if isinstance(regions, list) and regions else None
        code = _of(record.get("country")).get("iso_code")
        return Place(
            country=code if isinstance(code, str) else iptocc.country_code(str(address)),
            region=_name(region),
            city=_name(record.get("city")),
        )


def _record(cities: maxminddb.Reader, address: Address) -> object:
    try:
        return cities.get(address)
    except (ValueError, maxminddb.InvalidDatabaseError):
        # A file of IPv4 alone, or one that is damaged further on.
        return None


def _open(path: Path) -> maxminddb.Reader:
    try:
        return maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise NotConfigured(
            f"RINGTRAIL_GEO_DATABASE {path} cannot be read as an MMDB file: {error}"
        ) from error


def _of(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _name(value: object) -> str | None:
    name = _of(_of(value).get("names")).get("en")
    return name[:255] if isinstance(name, str) else None
