"""What is not a visit and not a ring comes in here; and everything goes on to the warehouse here.

Main flow: facts wait in the inbox, `ingest.loader.Loader` moves them into the warehouse, the one
writer of fact tables; `ingest.loading.Loading` says when, `ingest.backlog` how far behind it is.
Public names: `Loader`, `Loading`, `Cadence`, `Batch`, `Backlog`, `backlog`, `forget`.
"""

from ingest.loader import Batch, Loader
from ingest.loading import Cadence, Loading
from ingest.store import Backlog, backlog, forget

__all__ = ["Backlog", "Batch", "Cadence", "Loader", "Loading", "backlog", "forget"]
