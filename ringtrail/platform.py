"""What lives as long as the process: its stores and its jobs. Built by the CLI and the demo.

`Platform` opens and migrates both stores, wires the loader to the marts' upkeep, and runs the
loader beside the requests, and the bridge to the PBX where one is set. A loader that fails leaves
its facts in the inbox and tries again; a bridge that fails leaves its calls in the PBX's journal.
"""

from dataclasses import dataclass

import ingest
import tracking
from attribution import Days, Reports, Restatement, Upkeep, hosts_of_sites, reclassify
from numbers_pool import store as pool
from ringtrail import __version__
from ringtrail.core.auth import Auth
from ringtrail.core.clock import HOUR, SECOND, Clock, Micros, SystemClock
from ringtrail.core.database import Writer, migrate, open_engine
from ringtrail.core.inbox import put
from ringtrail.core.settings import Settings
from ringtrail.core.warehouse import Warehouse
from telephony_bridge import Bridge, JournalState, Pbx


@dataclass(frozen=True, slots=True)
class State:
    """How a running platform does; told by /readyz and `ringtrail doctor`."""

    version: str
    loading: bool
    waiting: int
    oldest_seconds: float
    dead_letters: dict[str, int]
    unrefreshed_batches: int
    journal: JournalState | None

    @property
    def ready(self) -> bool:
        return self.loading


class Platform:
    """Stores and jobs of one process that plays every role."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        settings.prepare()
        self.settings = settings
        self.clock = clock or SystemClock()
        self.engine = open_engine(settings.database)
        migrate(self.engine)
        self.warehouse = Warehouse(settings.warehouse)
        self.warehouse.migrate()
        self.upkeep = Upkeep(self.warehouse)
        self.reports = Reports(self.warehouse)
        self.auth = Auth(self.engine, settings.signing_secret())
        self.writer = Writer(self.engine)
        self.loader = ingest.Loader(
            self.engine,
            self.warehouse,
            self.clock,
            batch_loaded=lambda _: self.upkeep.catch_up(),
        )
        self._loading = ingest.Loading(self.loader)
        self.writer.after_commit(self._loading.wake)
        self._bridge = self._bridge_to_pbx()

    def start(self) -> None:
        """Finish what a dead process left, then run the jobs."""
        self.loader.recover()
        self.upkeep.catch_up()
        self.writer.start()
        self._loading.start()
        if self._bridge is not None:
            self._bridge.start()

    def stop(self) -> None:
        """Commit and load what was handed in, then close the stores."""
        if self._bridge is not None:
            self._bridge.stop()
        self.writer.stop()
        self._loading.stop()
        self.close()

    def close(self) -> None:
        """Close the stores of a platform that was never started."""
        self.warehouse.close()
        self.engine.dispose()

    def state(self) -> State:
        """Ask both stores and the loader; raises what a store raises that does not answer."""
        with self.engine.connect() as connection:
            backlog = ingest.backlog(connection)
        now = self.clock.now()
        return State(
            version=__version__,
            loading=self._loading.alive,
            waiting=backlog.waiting,
            oldest_seconds=(now - (backlog.oldest or now)) / SECOND,
            dead_letters=backlog.dead_letters,
            unrefreshed_batches=self.upkeep.behind(),
            journal=None if self._bridge is None else self._bridge.state(),
        )

    def reclassify(self, days: Days) -> Restatement:
        """Tell of the visits of these days anew where they came from."""
        return reclassify(self.warehouse, self.upkeep, hosts_of_sites(self.engine), days)

    def tidy(self) -> None:
        """Close leases that ran out and forget what no second delivery can ask for."""

        def work(connection: pool.Store) -> None:
            now = self.clock.now()
            put(connection, pool.close_expired(connection, now=now), now)
            pool.forget(connection, now=now)
            tracking.forget(connection, now, Micros(now - 48 * HOUR))
            ingest.forget(connection, now)

        self.writer.immediate(work)

    def _bridge_to_pbx(self) -> Bridge | None:
        settings = self.settings
        if settings.pbx_journal is None:
            return None
        pbx = Pbx(settings.pbx_journal, settings.pbx_manager, settings.pbx_secret())
        return Bridge(pbx, self.engine, self.writer, self.clock)
