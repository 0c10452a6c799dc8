"""Which number stands on whose page, and who held a number when it rang.

A visit asks `store.lease` for one number per pool of its site; the page's `store.beat` keeps the
numbers, `store.leave` starts their cool-down, after which another visit may have them. A number
is given to the next visit the moment its hold has run out, so `store.close_expired` only reports
what has ended and nothing breaks when it is late. `store.static_numbers` are those that stand for a
source instead of a visit. A ring asks `store.owner` and `store.holders`. A person keeps pools and
numbers by `store.create_pool`, `add`, `move` and `retire`; whose a number is has a past.

Every function of `numbers_pool.store` takes a connection inside a transaction that writes and
returns the facts that the caller puts into the inbox in that same transaction.

Public names: `Card`, `Shown`, `Holder`; the module `numbers_pool.store`.
"""

from numbers_pool.lease import Card, Holder, Shown

__all__ = ["Card", "Holder", "Shown"]
