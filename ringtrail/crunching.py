"""Computes a match fit in a process of its own, which ends at once when the app is stopped.

Called by `ringtrail.attribution_match`. The process never opens the warehouse. What can go wrong:
it dies (out of memory), which its caller is told; it is stopped, which raises CancelledError.
"""

import asyncio
import multiprocessing
import signal
import threading
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from attribution.match.labels import Labels
from attribution.match.making import Weighed, weighed
from numbers_pool.posterior import Rates

# Not forked: the app has threads.
_SPAWN = multiprocessing.get_context("spawn")


class Crunching:
    """`weighed`, called from a thread and stopped from any other, for good."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._process: SpawnProcess | None = None
        self._stopped = False

    def __call__(self, labels: Labels, prior: Rates, present: Rates) -> Weighed:
        """The fit that `weighed` makes. Raises what that raises, CancelledError once stopped."""
        receiver, sender = _SPAWN.Pipe(duplex=False)
        process = _SPAWN.Process(target=_compute, args=(sender, labels, prior, present))
        with receiver:
            with sender, self._starting:
                if self._stopped:
                    raise asyncio.CancelledError
                process.start()
                self._process = process
            # Only the process holds the other end now: the pipe ends when it does.
            try:
                told: Weighed | Exception | None = receiver.recv()
            except EOFError:
                told = None
        process.join()
        if isinstance(told, Weighed):
            return told
        if self._stopped:
            raise asyncio.CancelledError
        raise told or RuntimeError(f"the process that fitted the match died ({process.exitcode})")

    def stop(self) -> None:
        """End what is being computed; whatever is asked for from now on is cancelled, too."""
        with self._starting:
            self._stopped = True
            if self._process is not None:
                self._process.terminate()


def _compute(sender: Connection, labels: Labels, prior: Rates, present: Rates) -> None:
    # Ctrl-C reaches all processes of a terminal; the app ends this one itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        told: Weighed | Exception = weighed(labels, prior, present)
    except Exception as error:
        told = error
    sender.send(told)
