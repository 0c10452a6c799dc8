"""Sites whose reports are in several currencies: all of them are named, and nothing is added up."""

from pathlib import Path

from attribution import Reports
from attribution.reports.answering import answer
from ringtrail.core.auth import Scoped
from tests.attribution.reports.test_credited_traffic import EVER, opened
from tests.attribution.reports.test_money import FACTS, described, spent

SPENT = {1: "GBP", 2: "EUR", 3: "USD", 4: "EUR"}


async def test_each_currency_is_named_once(tmp_path: Path) -> None:
    facts = [described(site, currency) for site, currency in SPENT.items()]
    costs = [
        spent(1, "brand-london", "10.10", currency, site=site) for site, currency in SPENT.items()
    ]
    warehouse = opened(tmp_path, [*FACTS, *facts, *costs])
    try:
        told = [("since", str(EVER[0])), ("until", str(EVER[1])), ("by", "site")]
        for sites, named in (((1, 2, 3, 4), "EUR, GBP, USD"), ((2, 4), "EUR"), ((3,), "USD")):
            scope = Scoped(1, sites, "owner")
            found = answer(warehouse, scope, "acquisition", told)
            assert found.totals["currency"] == named
            assert (found.totals["cost"] is None) == ("," in named)
            by_site = {row["site"]: row["currency"] for row in found.rows}
            assert by_site | {site: SPENT[site] for site in sites} == by_site
            money = await Reports(warehouse).money(scope, *EVER, model="first", basis="sale")
            said = [one.currency for one in money.problems if one.problem == "currencies"]
            assert said == ([named] if "," in named else [])
    finally:
        warehouse.close()
