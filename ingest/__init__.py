"""What is not a visit and not a ring comes in here; and everything goes on to the warehouse here.

Main flow: facts wait in the inbox, `ingest.loader.Loader` moves them into the warehouse, the one
writer of fact tables. `ingest.backlog` tells how far behind it is.
Public names: `Loader`, `Batch`, `Backlog`, `backlog`, `forget`.
"""

from ingest.loader import Batch, Loader
from ingest.store import Backlog, backlog, forget

__all__ = ["Backlog", "Batch", "Loader", "backlog", "forget"]
