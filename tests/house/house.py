"""The files the house rules are held against."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "ringtrail",
    "tracking",
    "numbers_pool",
    "telephony_bridge",
    "ingest",
    "attribution",
    "dashboards",
    "exporters",
)


def sources(*suffixes: str, folders: tuple[str, ...] = PACKAGES) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "vendor" not in path.parts:
                yield path


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
