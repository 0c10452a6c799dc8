"""What is not a visit and not a ring comes in here; and everything goes on to the warehouse here.

Main flow: facts wait in the inbox, `ingest.loader.Loader` moves them into the warehouse, the one
writer of fact tables. Public names: `Loader`, `Loaded`, `forget`.
"""

from ingest.loader import Loaded, Loader
from ingest.store import forget

__all__ = ["Loaded", "Loader", "forget"]
