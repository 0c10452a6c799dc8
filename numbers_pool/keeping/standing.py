"""How a number stands: whose it is, what for, and what it is doing. Pure."""

from dataclasses import dataclass
from typing import Literal

from numbers_pool.lease import Life, Terms
from ringtrail.core.clock import Micros

State = Literal["active", "cooling", "quarantined", "retired"]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a number and what for: `role` is pool, static or control."""

    account: int
    site: int
    role: str
    pool: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A number with its present or, when retired, its last owner."""

    number: str
    account: int
    site: int
    role: str
    pool: int | None
    state: State
    free_at: int | None


def state(free_at: int, held: tuple[Life, Terms] | None, now: Micros) -> State:
    """What a pool's number is doing, by when others may have it and how far its lease has come.

    Active: free, or shown to a visitor who is taken to be there. Cooling: kept for one who has
    gone. Quarantined: kept from everybody after another owner.
    """
    if free_at <= now:
        return "active"
    if held is None:
        return "quarantined"
    life, terms = held
    return "active" if life.live(terms, now) else "cooling"


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """A pool, its branch by name, and how many of its numbers are in which state."""

    pool: int
    account: int
    site: int
    name: str
    original: str
    branch: str | None
    match: str
    active: int
    cooling: int
    quarantined: int
