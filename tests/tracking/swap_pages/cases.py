"""HTML before and after the swap: the project's own table, and an oracle that it did not write.

The oracle stands beside the repository, not in it; where it is absent its tests skip.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tracking.swap_pages.shop import Shop

OWN = Path(__file__).parent / "cases.json"
ORACLE = Path(__file__).parents[4] / "shared" / "oracles" / "swap_cases.json"


def own_cases() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(OWN.read_text())["cases"]
    return cases


def oracle_cases() -> list[Any]:
    if not ORACLE.exists():
        reason = "the swap oracle does not stand beside the repository"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason), id="absent")]
    cases = json.loads(ORACLE.read_text())["cases"]
    return [pytest.param(case, id=f"{case['level']}-{case['id']}") for case in cases]


def show(shop: Shop, case: dict[str, Any]) -> tuple[str, str | None]:
    """The case's page after the swap, and the content of its shadow root if it has one."""
    shop.leased[case["id"]] = [(t["original"], t["tracking"]) for t in case["targets"]]
    shop.put("/case", case["html"], site=case["id"])
    page = shop.visit("/case")
    if "mutate" in case:
        page.evaluate(case["mutate"])
        shop.frames()
    shadow = case.get("shadow")
    inside = shadow and page.evaluate(
        "at => document.querySelector(at).shadowRoot.innerHTML", shadow["selector"]
    )
    return shop.content(), inside
