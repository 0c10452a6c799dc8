"""The website's intake: a script on the page, three requests, one visit with a leased number.

Main flow: `GET /ringtrail.js` runs in the visitor's browser and posts a visit; the hit passes the
named steps of `tracking.pipeline`, gets its source and channel, continues or begins a visit, asks
`numbers_pool` for a number and leaves facts in the inbox. Public names: `routes`, `forget`.
"""

from tracking.store import forget
from tracking.wiring import routes

__all__ = ["forget", "routes"]
