"""The public calls of the pools, from the modules that do the work; see the package's docstring.

Between transactions a number's `holder` names a lease that is not closed, and its `free_at` is
that lease's `held_until`; a closed lease is nobody's holder; a visit has at most one lease of a
pool that is not closed. A number without a holder whose `free_at` lies ahead is in quarantine.

Every change locks the visit, then its numbers in the order of their ids, then leases and pools. In
that order two requests never wait for each other in a circle: a free number is taken, and an
expired one closed, only if nobody has it locked. SQLite has no such locks and needs none: there the
caller's transaction must have begun as a writing one.
"""

from sqlalchemy import Connection as Store

from numbers_pool.branches.store import add_branch, branches
from numbers_pool.claiming.store import Claimant
from numbers_pool.closing.store import close_expired, forget
from numbers_pool.fixed.store import Entry, begin_static, continue_static, static_numbers
from numbers_pool.keeping.store import (
    add,
    add_all,
    add_control,
    add_static,
    change_pool,
    create_pool,
    move,
    retire,
)
from numbers_pool.leasing.store import beat, lease, lease_each, leave, pin
from numbers_pool.listing.store import known, pools, standings, statics
from numbers_pool.ringing.store import holders, owner

__all__ = [
    "Claimant",
    "Entry",
    "Store",
    "add",
    "add_all",
    "add_branch",
    "add_control",
    "add_static",
    "beat",
    "begin_static",
    "branches",
    "change_pool",
    "close_expired",
    "continue_static",
    "create_pool",
    "forget",
    "holders",
    "known",
    "lease",
    "lease_each",
    "leave",
    "move",
    "owner",
    "pin",
    "pools",
    "retire",
    "standings",
    "static_numbers",
    "statics",
]
