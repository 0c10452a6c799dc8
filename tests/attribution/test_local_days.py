"""A visit counts on the day that its site's clock shows, to the second, whatever the zone."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid5
from zoneinfo import ZoneInfo

import pytest

from ringtrail.core.clock import SECOND, utc
from ringtrail.core.facts import SiteDescribed
from tests.attribution.credit.shop import NOW, SPACE, Shop


@pytest.mark.parametrize(
    "zone",
    # Quarters and halves of an hour; a summer time of half an hour; one west of Greenwich.
    ["Asia/Kathmandu", "Australia/Lord_Howe", "Europe/London", "America/St_Johns"],
)
def test_around_midnight(tmp_path: Path, zone: str) -> None:
    shop = Shop(tmp_path)
    now = utc(NOW)
    today = now.astimezone(ZoneInfo(zone)).date()
    midnights = [
        datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        for day in (today - timedelta(days=before) for before in range(1, 380, 3))
    ]
    days = {}
    facts = []
    for number, midnight in enumerate(midnights):
        for second in (-1, 0):
            name = f"v{number}.{second}"
            before = (now - midnight).total_seconds() - second
            facts.append(shop.visit(name, "ann", before))
            days[uuid5(SPACE, name)] = midnight.date() + timedelta(days=second)
    described = SiteDescribed(account=shop.account, site=shop.site, occurred_at=NOW + SECOND,
                              source_id="zone", name="Shop", timezone=zone)  # fmt: skip
    shop.deliver(described, *facts, shop.contact("form", 0, "ann"))
    counted = {row["day"]: row["visits"] for row in shop.rows(
        "SELECT day, sum(visits)::INTEGER AS visits FROM mart_day GROUP BY day")}  # fmt: skip
    touched = {row["touch"]: row["touch_day"] for row in shop.rows("FROM mart_credit")}
    shop.close()
    assert counted == Counter(days.values())
    assert len(touched) > 50
    assert touched == {touch: days[touch] for touch in touched}
