"""A shop on real stores whose facts are delivered batch by batch, and what the marts then have."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from attribution import Upkeep
from attribution.models.rules import RULES
from ingest import Loader
from ringtrail import store
from ringtrail.core.clock import SECOND, Micros, SetClock
from ringtrail.core.database import Engine, Writer, migrate, open_engine
from ringtrail.core.facts import Call, Contact, Fact, LeaseOpened, NumberOwned, Visit
from ringtrail.core.inbox import put_each
from ringtrail.core.warehouse import Query, Warehouse

NOW = Micros(1_790_000_000_000_000)
NUMBERS = tuple(f"+4420794601{index:02d}" for index in range(4))
SPACE = UUID(int=7)
CHANNELS = (("google", "cpc", "Paid Search"), ("(direct)", "(none)", "Direct"),
            ("newsletter", "email", "Email"))  # fmt: skip
MARTS = {"mart_conversion": "conversion", "mart_share": "conversion, person",
         "mart_credit": "conversion, touch"}  # fmt: skip
WEIGHTS = tuple(f"weight_{name}" for name in RULES)


class Shop:
    """A site on real stores; times are seconds before NOW."""

    def __init__(self, folder: Path) -> None:
        self.engine: Engine = open_engine(f"sqlite:///{folder / 'a.sqlite3'}")
        migrate(self.engine)
        clock = SetClock(NOW)
        self.account = store.open_account(self.engine, clock, "Shop")
        new = store.NewSite("Shop", ("http://a.example",), "Europe/London", "GB", "+442079460958",
                            NUMBERS)  # fmt: skip
        self.site = store.open_site(self.engine, clock, self.account, new).site
        self.warehouse = Warehouse(folder / "w.duckdb")
        self.warehouse.migrate()
        self.upkeep = Upkeep(self.warehouse)

    def close(self) -> None:
        self.warehouse.close()
        self.engine.dispose()

    def deliver(self, *facts: Fact) -> None:
        Writer(self.engine).immediate(
            lambda connection: put_each(
                connection, [(fact, Micros(fact.occurred_at)) for fact in facts]
            )
        )
        Loader(
            self.engine,
            self.warehouse,
            SetClock(NOW),
            batch_loaded=lambda _: self.upkeep.catch_up(),
        ).run()

    def visit(self, name: str, visitor: str, before: float, channel: int = 0) -> Visit:
        source, medium, group = CHANNELS[channel]
        return Visit(**self._said(name, before), visit=uuid5(SPACE, name),
                     visitor=uuid5(SPACE, visitor), landing="http://a.example/", source=source,
                     medium=medium, channel=group, rule="utm")  # fmt: skip

    def lease(self, visit: str, before: float, number: int = 0) -> LeaseOpened:
        said = self._said(f"l{visit}{number}", before)
        return LeaseOpened(**said, lease=uuid5(SPACE, f"l{visit}"), visit=uuid5(SPACE, visit),
                           pool=1, number=NUMBERS[number])  # fmt: skip

    def call(self, name: str, before: float, number: int = 0) -> Call:
        said = self._said(name, before)
        return Call(**said, key=name, call=uuid5(SPACE, name), told_at=said["occurred_at"],
                    number=NUMBERS[number], caller="+447700900123", outcome="answered")  # fmt: skip

    def flyer(self, before: float, number: int = 3, ended: float | None = None) -> NumberOwned:
        """From when on, and until when, a number stands on a flyer."""
        said = self._said(f"flyer{number}{before}{ended}", before if ended is None else ended)
        return NumberOwned(
            **said, number=NUMBERS[number], role="static", since=NOW - int(before * SECOND),
            until=None if ended is None else said["occurred_at"], channel="Offline",
            source="flyer", medium="print",
        )  # fmt: skip

    def contact(self, name: str, before: float, visitor: str | None, told: int = 0) -> Contact:
        said = self._said(f"{name}:{told}", before)
        return Contact(**said, key=name, contact=uuid5(SPACE, name), told_at=NOW + told,
                       way="form", vendor="api",
                       visitor=uuid5(SPACE, visitor) if visitor else None)  # fmt: skip

    def _said(self, name: str, before: float) -> dict[str, Any]:
        at = NOW - int(before * SECOND)
        return {"account": self.account, "site": self.site, "occurred_at": at, "source_id": name}

    def rows(self, text: str) -> list[dict[str, Any]]:
        return self.warehouse.rows(Query("test", text))

    def marts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Keys and money as they are, shares and weights to nine places."""
        return {mart: self._sorted(f"FROM {mart} ORDER BY {keys}") for mart, keys in MARTS.items()}

    def _sorted(self, text: str) -> list[tuple[Any, ...]]:
        return [tuple(round(value, 9) if isinstance(value, float) else value
                      for value in row.values()) for row in self.rows(text)]  # fmt: skip

    def weights(self, conversion: str, model: str) -> dict[str | None, float]:
        """By the name of the visit, or of the call to a static number."""
        names = {uuid5(SPACE, f"{kind}{n}"): f"{kind}{n}" for n in range(20) for kind in "vs"}
        rows = self.rows(
            f"SELECT touch, weight_{model} AS weight FROM mart_credit "
            f"WHERE conversion = '{uuid5(SPACE, conversion)}'"
        )
        return {names.get(row["touch"]): row["weight"] for row in rows}
