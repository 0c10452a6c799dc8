"""aria-* and data-* attributes for Dash's html parts, which take them only as odd keywords."""

from typing import Any


def aria(**names: str) -> dict[str, Any]:
    """`aria(label="x")` as `{"aria-label": "x"}`."""
    return {f"aria-{name}": value for name, value in names.items()}


def data(**names: str) -> dict[str, Any]:
    """`data(path="x")` as `{"data-path": "x"}`."""
    return {f"data-{name}": value for name, value in names.items()}
