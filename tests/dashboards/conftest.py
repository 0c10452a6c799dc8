"""A whole dashboards application on invented reports: gate, sign-in, Dash, no store."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from dash import Dash
from fastapi import FastAPI

from attribution.models.rules import RULES
from dashboards import Bundles, Gate, SignedIn, add_sign_in, build
from dashboards.reading import (
    Acquisition,
    AcquisitionMoney,
    AcquisitionRow,
    Begun,
    CallPage,
    CallRow,
    DateBasis,
    DayChannel,
    Evidence,
    Holder,
    JourneyVisit,
    Judged,
    Money,
    MoneyGap,
    MoneyProblem,
    MoneyRow,
    Scoped,
    Setup,
    Totals,
    Unfilled,
    UnknownNumber,
)
from ringtrail.core.clock import SetClock

TODAY = date(2026, 11, 23)
CALL = UUID(int=5)


def person_of(role: str) -> SignedIn:
    """A person in this role."""
    return SignedIn(
        "Ann Berg", "ann@example.com", "Lumen Dental", True, "Europe/Moscow", Scoped(7, (1,), role)
    )


def money_row(level: int, key: tuple[str, str, str, str | None], money: Money) -> MoneyRow:
    """`money` as that of the traffic `key`, or of the level above it."""
    channel, source, medium, campaign = key
    return MoneyRow(
        **asdict(money), level=level, channel=channel, source=source if level else None,
        medium=medium if level else None, campaign=campaign if level == 2 else None,
    )  # fmt: skip


class FakeReports:
    """Two channels, the same counts every day; remembers on whose behalf it was asked."""

    def __init__(self) -> None:
        self.scopes: list[Scoped] = []
        self.asked: list[tuple[object, ...]] = []
        self.broken = False
        self.empty = False
        self.problems: list[MoneyProblem] = []
        self.gaps: list[MoneyGap] = []

    async def acquisition(self, scope: Scoped, since: date, until: date) -> Acquisition:
        self.scopes.append(scope)
        if self.broken:
            raise RuntimeError("the warehouse is away")
        if self.empty:
            return Acquisition(Totals(), Totals(), [], [], [], {})
        length = (until - since).days + 1
        days = [since + timedelta(days=i) for i in range(length)]
        rows = [
            AcquisitionRow(
                60 * length, 6 * length, 5 * length, length, 4 * length, 6 * length,
                60 * length, 600 * length, "paid_search", "yandex", "cpc", "Implants",
            ),
            AcquisitionRow(40 * length, 4 * length, channel="direct"),
        ]  # fmt: skip
        totals = Totals(100 * length, 10 * length, 5 * length, length, 4 * length, 6 * length)
        return Acquisition(
            totals,
            Totals(visits=90 * length, calls=8 * length),
            [
                DayChannel(day, name, visits, calls)
                for day in days
                for name, visits, calls in (("paid_search", 60, 6), ("direct", 40, 4))
            ],
            [(day - timedelta(days=length), 90, 8) for day in days],
            rows,
            {"paid_search": 5 * length, "direct": 3 * length},
        )

    async def money(
        self, scope: Scoped, since: date, until: date, *, model: str, basis: DateBasis
    ) -> AcquisitionMoney:
        self.scopes.append(scope)
        self.asked.append((since, until, model, basis))
        part = 0.25 if model == "linear" else 0.0
        of = {
            ("paid_search", "yandex", "cpc", "Implants"): Money(
                6 - part, 3.0, 40.0, Decimal("120.5"), False, Decimal(900), Decimal(300),
                Decimal("40.17"), 6.47, 1.49,
            ),
            ("direct", "", "", None): Money(4.0, 2.0, 1.0, None, False, Decimal(10), Decimal(5)),
            ("email", "newsletter", "email", None): Money(1 + part, cost_unknown=True),
        }  # fmt: skip
        if self.empty:
            of = {}
        totals = Money(11.0, 5.0, 41.0, None, True, Decimal(910), Decimal(305))
        return AcquisitionMoney(
            model, basis, "0123456789ab", None if self.empty else "GBP",
            Money() if self.empty else totals,
            [money_row(level, key, money) for key, money in of.items() for level in (0, 1, 2)],
            self.problems, self.gaps,
        )  # fmt: skip

    async def begun(self, scope: Scoped) -> Begun:
        self.scopes.append(scope)
        return Begun(visits=not self.empty, calls=not self.empty)

    async def calls(
        self,
        scope: Scoped,
        since: date,
        until: date,
        *,
        start: int,
        stop: int,
        sort: tuple[str, bool] | None,
        outcome: str | None,
    ) -> CallPage:
        self.scopes.append(scope)
        self.asked.append((since, until, start, stop, sort, outcome))
        row = CallRow(
            "c1", datetime(2026, 11, 23, 12, 5, tzinfo=UTC), "+74951234567", "+74957654321",
            "yandex", "cpc", None, "paid_search", "answered", 9, 65, "lease", 0.97,
        )  # fmt: skip
        return CallPage([row], 1)

    async def evidence(self, scope: Scoped, call: UUID) -> Evidence | None:
        self.scopes.append(scope)
        if call != CALL:
            return None
        at = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
        traffic = ("paid_search", "yandex", "cpc", None)
        before = at - timedelta(minutes=4)
        return Evidence(
            at, "+74951234567", "+74957654321", "answered", "lease", 0.97,
            [Holder(True, 0.97, {"on_site": 2e-4}, True, 240.0, before, None, *traffic,
                    "http://a.example/prices?x=1")],
            Judged(0.03, {"background": 6e-6}, "assumed", False, "assumed", 0.0, None),
            [JourneyVisit(before, True, *traffic, "http://a.example/", dict.fromkeys(RULES, 1.0))],
        )  # fmt: skip

    async def unknown_numbers(self, scope: Scoped, since: date, until: date) -> list[UnknownNumber]:
        self.scopes.append(scope)
        return [UnknownNumber("+442079460777", 2), UnknownNumber("0550", 1)]


class FakeSites:
    """One site, whoever asks."""

    async def setups(self, scope: Scoped) -> list[Setup]:
        return [Setup("Lumen Dental", "site-key", "hook-slug")]

    async def unfilled(self, scope: Scoped) -> list[Unfilled]:
        return [Unfilled("utm_campaign", "{campaignid}")]


@dataclass(frozen=True)
class House:
    """What `build` and `Gate` made, and the reports below."""

    dash: Dash
    gate: Gate
    reports: FakeReports
    ended: list[str]


@pytest.fixture(scope="session")
def house() -> House:
    """One application for the session: Dash keeps its pages in a global registry."""
    server, reports = FastAPI(), FakeReports()
    ended: list[str] = []

    async def authenticate(email: str, password: str) -> str | None:
        return "owner" if (email, password) == ("ann@example.com", "right") else None

    async def read_session(cookie: str) -> SignedIn | None:
        return person_of(cookie) if cookie in ("owner", "employee") else None

    async def end_session(cookie: str) -> None:
        ended.append(cookie)

    async def ping() -> dict[str, bool]:
        return {"ok": True}

    server.add_api_route("/api/ping", ping, methods=["GET", "POST"])
    add_sign_in(server, authenticate, end_session)
    dash = build(server, reports, FakeSites(), SetClock(datetime(2026, 11, 22, 21, 30, tzinfo=UTC)))
    backend: Any = dash.backend
    backend._setup_catchall()  # what Dash does when the server's lifespan starts
    gate = Gate(server, read_session=read_session, bundles=Bundles(dash))
    return House(dash, gate, reports, ended)


@pytest_asyncio.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is nobody yet and follows no redirect."""
    transport = httpx.ASGITransport(app=house.gate)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
