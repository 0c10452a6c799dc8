"""What the demo clinic's advertising cost, and which treatments its callers bought.

`ringtrail.demo.running` lets `Books` listen to the month's facts and then tells these. Pure: the
same month gives the same facts. Google is billed in pounds, Facebook in dollars, for which there
are rates; `whitening-spring` costs and brings nobody, `invisible-braces` has visits and no cost, as
when a campaign runs in an account that nobody connected.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from ringtrail.core.clock import DAY, HOUR, SECOND, Micros, micros, utc
from ringtrail.core.facts import Call, Fact, Visit, restated
from ringtrail.core.money_facts import Deal, Rate, Spend, key_of
from ringtrail.demo import month

CURRENCY = "GBP"
SPEND_WITHOUT_VISITS = "whitening-spring"
VISITS_WITHOUT_SPEND = "invisible-braces"
_CENT = Decimal("0.01")
# Campaign -> its id and name in the advertising system, and what a click costs there.
_GOOGLE = {
    "brand-london": ("20817734001", "Brand London", "0.62"),
    "implants-london": ("20817734002", "Implants London", "4.85"),
    "emergency-dentist": ("20817734003", "Emergency dentist", "3.40"),
}
_FACEBOOK = {
    "smile-makeover": ("120208841730", "Smile makeover", "1.15"),
    "implants-autumn": ("120208841731", "Implants autumn", "1.72"),
}
_WITHOUT_VISITS = ("20817734009", SPEND_WITHOUT_VISITS, "1.90")
# Treatment -> how many of a hundred buy it, its price from and to, what is left of it.
_TREATMENTS = (
    ("Check-up", 48, 60, 110, "0.55"),
    ("Emergency", 24, 120, 320, "0.50"),
    ("Whitening", 14, 280, 450, "0.60"),
    ("Implant", 14, 1900, 3400, "0.38"),
)


class Books:
    """The clinic's book-keeping: hears of visits and calls, tells of spend, rates and deals."""

    def __init__(self, account: int, site: int, until: Micros, seed: int = 7) -> None:
        self._account, self._site, self._until = account, site, until
        self._rng = random.Random(seed)
        self._zone = ZoneInfo(month.ZONE)
        self._clicks: Counter[tuple[date, str, str]] = Counter()
        self._callers: dict[str, Call] = {}

    def listen(self, facts: Iterable[tuple[Fact, Micros]]) -> Iterator[tuple[Fact, Micros]]:
        """The same facts, heard of on their way."""
        for fact, received_at in facts:
            if isinstance(fact, Visit) and fact.campaign:
                self._clicks[self._day(fact.occurred_at), fact.source, fact.campaign] += 1
            elif isinstance(fact, Call) and fact.outcome == "answered" and fact.caller:
                self._callers.setdefault(fact.caller, fact)
            yield fact, received_at

    def facts(self) -> Iterator[tuple[Fact, Micros]]:
        """What money did in the weeks that were heard of, each with its time of receipt."""
        days = sorted({day for day, _, _ in self._clicks})
        for day in days:
            told_at = self._morning_after(day)
            if told_at <= self._until:
                yield from ((fact, told_at) for fact in self._of_day(day, told_at))
        for turn, call in enumerate(self._callers.values(), start=1):
            yield from self._deal(f"LD-{turn:04d}", call)

    def _of_day(self, day: date, told_at: Micros) -> Iterator[Fact]:
        for campaign, (number, name, price) in _GOOGLE.items():
            clicks = self._clicks[day, "google", campaign]
            yield self._spend(day, told_at, "google", "cpc", number, name, price, clicks, "GBP")
        clicks = self._rng.randint(2, 9)
        number, name, price = _WITHOUT_VISITS
        yield self._spend(day, told_at, "google", "cpc", number, name, price, clicks, "GBP")
        for campaign, (number, name, price) in _FACEBOOK.items():
            clicks = self._clicks[day, "facebook", campaign]
            yield self._spend(
                day, told_at, "facebook", "paid_social", number, name, price, clicks, "USD"
            )
        yield self._rate(day, told_at)

    def _spend(
        self, day: date, told_at: Micros, source: str, medium: str, number: str, name: str,
        price: str, clicks: int, currency: str,
    ) -> Spend:  # fmt: skip
        pace = Decimal(self._rng.randint(88, 112)) / 100
        cost = (clicks * Decimal(price) * pace).quantize(_CENT)
        about = (source, day, source, medium, "id", number, None, None, None, currency)
        key = key_of(self._site, *about)
        return Spend(
            account=self._account, site=self._site, occurred_at=told_at,
            source_id=restated(key, f"{cost} {clicks}".encode()), key=key, told_at=told_at,
            connection=source, day=day, source=source, medium=medium, campaign_id=number,
            campaign=name, currency=currency, cost=cost, clicks=clicks,
            impressions=clicks * self._rng.randint(18, 60), vat_included=False,
        )  # fmt: skip

    def _rate(self, day: date, told_at: Micros) -> Rate:
        rate = Decimal(7850 + self._rng.randint(-60, 60)).scaleb(-4)
        key = key_of(day, "USD", CURRENCY, "ecb")
        return Rate(
            account=self._account, site=0, occurred_at=told_at,
            source_id=restated(key, f"{rate}".encode()), key=key, told_at=told_at, day=day,
            base="USD", quote=CURRENCY, rate=rate, teller="ecb",
        )  # fmt: skip

    def _deal(self, key: str, call: Call) -> Iterator[tuple[Fact, Micros]]:
        """A caller's treatment: asked for, done or dropped, now and then paid back in part."""
        rng = self._rng
        weights = [weight for _, weight, *_ in _TREATMENTS]
        name, _, low, high, left = rng.choices(_TREATMENTS, weights)[0]
        price, kept = Decimal(rng.randint(low // 5, high // 5) * 5), Decimal(left)
        opened = Micros(call.told_at + rng.randint(2, 40) * 60 * SECOND)
        closed = Micros(opened + rng.randint(20, 480) * HOUR)
        won, back = rng.random() < 0.58, rng.random() < 0.05
        steps = [(opened, "open", price), (closed, "won" if won else "lost", price)]
        if won and back:
            steps.append((Micros(closed + rng.randint(2, 9) * DAY), "won", price * Decimal("0.6")))
        if rng.random() < 0.3:
            return
        for at, status, amount in steps:
            if at <= self._until:
                content = f"{at} {status} {amount}"
                yield Deal(
                    account=self._account, site=self._site, occurred_at=at,
                    source_id=restated(key, content.encode()), key=key, told_at=at,
                    connection="crm", stage=name, status=status, amount=amount,
                    margin=(amount * kept).quantize(_CENT), currency=CURRENCY, opened_at=opened,
                    closed_at=None if status == "open" else closed, phone=call.caller,
                    customer=f"P-{key[3:]}", source="phone",
                ), at  # fmt: skip

    def _day(self, at: int) -> date:
        return utc(at).astimezone(self._zone).date()

    def _morning_after(self, day: date) -> Micros:
        return micros(datetime.combine(day + timedelta(1), time(6), self._zone))
