"""An account whose facts are told and loaded one piece at a time, and what its marts say then."""

from pathlib import Path
from typing import Any
from uuid import UUID

from attribution import Upkeep
from attribution.leads.corrections import Body, Decider, decide
from ingest import Loader
from ringtrail.core.auth import Scoped
from ringtrail.core.clock import DAY, MINUTE, Micros, SetClock
from ringtrail.core.database import Writer, migrate, open_engine
from ringtrail.core.facts import Call, Contact, Fact, LeaseOpened, Visit
from ringtrail.core.inbox import put_each
from ringtrail.core.lead_facts import OwnPhone, SiteRule
from ringtrail.core.warehouse import Query, Row, Warehouse

# Sunday, 20 September 2026, 12:00 UTC.
NOON = Micros(1_789_905_600_000_000)
NUMBERS = ("+442079460101", "+442079460102", "+442079460103")
ANN, BOB = "+447700900001", "+447700900002"


class House:
    """Tells facts; `at` is minutes after a Sunday's noon, 2026-09-20."""

    def __init__(self, home: Path) -> None:
        self.engine = open_engine(f"sqlite:///{home / 'a.sqlite3'}")
        migrate(self.engine)
        self.warehouse = Warehouse(home / "w.duckdb")
        self.warehouse.migrate()
        self.upkeep = Upkeep(self.warehouse)
        self._clock = SetClock(NOON)
        self._told = 0

    def tell(self, *facts: Fact) -> None:
        """Load them, and refresh the marts."""
        now = self._clock.now()
        # The inbox takes what browsers tell for two days only.
        received = [(fact, Micros(fact.occurred_at) if fact.browser else now) for fact in facts]
        Writer(self.engine).immediate(lambda store: put_each(store, received))
        Loader(
            self.engine, self.warehouse, self._clock, batch_loaded=lambda _: self.upkeep.catch_up()
        ).run()

    def decide(self, asked: Body, *, account: int = 1, role: str = "manager") -> UUID:
        """Correct something as Ann would, and load it."""
        scope = Scoped(account, (account,), role)
        self._clock.forward(minutes=1)
        decider = Decider(scope, asked.by or "ann@a.example", self._clock.now())
        correction, fact = decide(self.warehouse, decider, asked)
        self.tell(fact)
        return correction

    def wait(self, micros: int) -> None:
        self._clock.forward(microseconds=micros)

    def call(self, call: int, at: float = 0, **said: Any) -> Call:
        self._told += 1
        given: dict[str, Any] = {
            "caller": ANN, "talk_seconds": 90, "outcome": "answered", "number": NUMBERS[0],
        }  # fmt: skip
        return Call(**self._own(at), key=f"c{call}", call=UUID(int=call), told_at=self._told,
                    **given | said)  # fmt: skip

    def contact(self, contact: int, at: float = 0, **said: Any) -> Contact:
        self._told += 1
        given = {"phone": ANN, "way": "form", "vendor": "page"}
        return Contact(**self._own(at), key=f"f{contact}", contact=UUID(int=contact),
                       told_at=self._told, **given | said)  # fmt: skip

    def visit(self, visit: int, at: float = 0, visitor: int = 900, **said: Any) -> Visit:
        given = {"source": "google", "medium": "cpc", "channel": "Paid Search", "landing": "/"}
        return Visit(**self._own(at), visit=UUID(int=visit), visitor=UUID(int=visitor), rule="r",
                     **given | said)  # fmt: skip

    def lease(self, lease: int, visit: int, at: float = 0) -> LeaseOpened:
        return LeaseOpened(**self._own(at), lease=UUID(int=lease), visit=UUID(int=visit), pool=1,
                           number=NUMBERS[0])  # fmt: skip

    def rule(self, rule: str, from_day: Any, value: Any) -> SiteRule:
        self._told += 1
        return SiteRule(**self._own(0), key=f"{rule}{from_day}", told_at=self._told, rule=rule,
                        from_day=from_day, **{rule: value})  # fmt: skip

    def phone(self, phone: str, use: str, from_day: Any) -> OwnPhone:
        self._told += 1
        return OwnPhone(**self._own(0) | {"site": 0}, key=f"{phone}{from_day}", phone=phone,
                        told_at=self._told, use=use, from_day=from_day)  # fmt: skip

    def rows(self, text: str) -> list[Row]:
        return self.warehouse.rows(Query("asked", text))

    def mark(self, event: int) -> Row:
        (row,) = self.rows(f"FROM mart_mark WHERE event = '{UUID(int=event)}'")
        return row

    def day(self) -> Row:
        """The counts of all days together."""
        counts = ("calls", "answered", "first_time", "attributed", "talk_seconds", "excluded")
        asked = ", ".join(f"coalesce(sum({count}), 0)::INT AS {count}" for count in counts)
        return self.rows(f"SELECT {asked} FROM mart_day")[0]

    def leads(self) -> list[Row]:
        return self.rows("FROM mart_lead ORDER BY occurred_at, lead")

    def close(self) -> None:
        self.warehouse.close()
        self.engine.dispose()

    def _own(self, at: float) -> dict[str, Any]:
        self._told += 1
        moment = NOON - 20 * DAY + round(at * MINUTE)
        return {"account": 1, "site": 1, "occurred_at": moment, "source_id": str(self._told)}
