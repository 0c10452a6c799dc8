"""Gives each dirty call its candidates, and says from when on one of them is sure.

Called by `attribution.upkeep` within its transaction. It reads the temporary tables dirty_call and
call_now, fills `declared` (calls of numbers that stand for a source) and writes mart_candidate,
from which `call_holder.sql` takes each call's visit. What can go wrong: a fit that is in force and
cannot be read; the refresh then fails, and says so in the log.
"""

from datetime import UTC, datetime

from attribution.match.collect import statement
from attribution.match.evidence import judge
from attribution.match.in_force import in_force
from ringtrail.core.clock import Micros, micros
from ringtrail.core.warehouse import Transaction

SURE = 0.9
"""From this probability on a call is wholly its visit's: of so many at most one in ten is wrong.

In simulated worlds a fifth to a quarter of all calls are, and 92 to 95 in a hundred of those are
right; what is below is divided among the candidates.
"""


def judge_calls(transaction: Transaction, rang_at: datetime) -> None:
    """Write mart_candidate for the dirty calls, none of which rang before `rang_at`."""
    transaction.run(statement("declared"))
    transaction.run(statement("asked"), {"rang_at": rang_at})
    span = transaction.rows(statement("asked_span"))[0]
    judge(transaction, in_force(transaction), _micros(span["since"]), _micros(span["until"]))
    transaction.run(statement("candidate_delete"), {"rang_at": rang_at})
    transaction.run(statement("candidate_insert"))


def _micros(at: datetime) -> Micros:
    return micros(at.replace(tzinfo=UTC))
