"""Who is who: cookies, phones, e-mails, customers and deals that are one person.

Main flow: `Persons` reads what a batch names in one breath, keeps `mart_person` equal to what a
rebuild would give and tells who is another person now; `history` lets people merge, split and undo.
Public names: `Persons`, `Guards`, and from `history` `merge`, `split`, `stop`, `undo`.
"""

from attribution.identity.guards import Guards
from attribution.identity.history import Deciding, merge, named, split, stop, undo
from attribution.identity.persons import Persons

__all__ = ["Deciding", "Guards", "Persons", "merge", "named", "split", "stop", "undo"]
