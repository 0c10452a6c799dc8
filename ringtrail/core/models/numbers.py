"""Pools, the numbers in them, and who holds or held each number."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Uuid
from sqlmodel import Field, SQLModel


class NumberPool(SQLModel, table=True):
    """Numbers that stand in for the business number `original` on a site's pages.

    A lease lives `hold_seconds` from the page's last sign of life, then cools down for
    `cooldown_seconds`; an unload starts the cool-down at once.
    """

    __tablename__ = "number_pool"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    branch_id: int | None = Field(default=None, foreign_key="branch.id")
    name: str
    original: str
    beat_seconds: int = 30
    hold_seconds: int = 900
    cooldown_seconds: int = 600


class TrackingNumber(SQLModel, table=True):
    """A number, its present holder (a lease) and the moment from which another may have it."""

    __tablename__ = "tracking_number"
    __table_args__ = (Index("tracking_number_longest_free", "pool_id", "free_at"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    pool_id: int = Field(foreign_key="number_pool.id")
    e164: str = Field(unique=True)
    holder: str | None = Field(
        default=None, sa_column=Column(Uuid(as_uuid=True), nullable=True, index=True)
    )
    free_at: int = Field(default=0, sa_type=BigInteger)


class Lease(SQLModel, table=True):
    """Who held a number, from when to when, with a card of the visit for whoever answers a ring."""

    __tablename__ = "lease"
    __table_args__ = (Index("lease_by_number", "number", "opened_at"),)
    id: str = Field(sa_column=Column(Uuid(as_uuid=True), primary_key=True))
    account_id: int
    site_id: int
    pool_id: int
    number: str
    visit: str = Field(sa_column=Column(Uuid(as_uuid=True), nullable=False, index=True))
    opened_at: int = Field(sa_type=BigInteger)
    last_seen: int = Field(sa_type=BigInteger)
    held_until: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    left_at: int | None = Field(default=None, sa_type=BigInteger)
    closed: bool = False
    card: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
