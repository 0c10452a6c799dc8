"""When the loader runs: soon enough for whoever looks at calls, seldom enough to cost little.

A run costs the warehouse much the same for ten facts as for ten thousand, so loading may take a
stated share of the time and rests for the remainder. Whatever a person waits for (a call, a
contact, a deal) ends the rest; visitors' pages and leases go with it or wait up to `latest`.
Started and stopped by `ringtrail.platform`.

What can go wrong: a run that fails is logged; its facts wait in the inbox, and the next run tries
again.
"""

import threading
import time
from dataclasses import dataclass

import structlog

from ingest.loader import Loader

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Cadence:
    """Seconds, but for `share`: how much of the time loading may take at most.

    `soonest`: what is gathered after a commit, and between two looks for what cannot wait.
    `latest`: the longest rest, even if loading then takes more than its share.
    `unasked`: when to look without a commit of this process: others write to the same inbox.
    """

    share: float = 0.1
    soonest: float = 0.5
    latest: float = 5.0
    unasked: float = 1.0

    def rest(self, took: float) -> float:
        """How long to rest after a run that took so long."""
        return min(max(took * (1 / self.share - 1), self.soonest), self.latest)


class Loading:
    """Runs a loader in a thread of its own."""

    def __init__(self, loader: Loader, cadence: Cadence | None = None) -> None:
        self._loader = loader
        self._cadence = cadence or Cadence()
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether it is at work."""
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something was committed; called from any thread."""
        self._wake.set()

    def stop(self) -> None:
        """Load what waits, then end."""
        self._ending.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            ending = self._ending.is_set()
            self._wake.clear()
            began = time.monotonic()
            try:
                self._loader.run()
            except Exception:
                _log.exception("the loader failed; its facts wait in the inbox")
            if ending:
                return
            ended = time.monotonic()
            self._rest(ended + self._cadence.rest(ended - began))

    def _rest(self, until: float) -> None:
        self._wake.wait(self._cadence.unasked)
        self._ending.wait(self._cadence.soonest)
        while (left := until - time.monotonic()) > 0:
            if self._ending.wait(min(left, self._cadence.soonest)) or self._is_urged():
                return

    def _is_urged(self) -> bool:
        try:
            return self._loader.is_urged()
        except Exception:
            _log.exception("the inbox does not answer")
            return True
