"""Pools, the numbers in them, whose they are, and who holds or held each number."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Table, Uuid, text
from sqlmodel import Field, SQLModel


class NumberPool(SQLModel, table=True):
    """Numbers that stand in for the business number `original` on a site's pages.

    A lease lives `hold_seconds` from the page's last sign of life, then cools down for
    `cooldown_seconds`; an unload starts the cool-down at once. `match` says whether numbers of the
    area and type of `original` come first (prefer) or alone (require). Of the visits,
    `audit_share` get a number for `audit_seconds` after their last sign of life, but only while
    that leaves more than `audit_free_share` of the pool free.
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
    match: str = "off"
    audit_share: float = 0.02
    audit_free_share: float = 0.5
    audit_seconds: int = 21_600


class TrackingNumber(SQLModel, table=True):
    """A number, its present holder (a lease) and the moment from which another may have it.

    `alike` says whether it has the area and type of its pool's `original`; it follows from the
    digits of both and lies here so that an index can order by it.
    """

    __tablename__ = "tracking_number"
    __table_args__ = (
        Index("tracking_number_longest_free", "pool_id", "free_at", "id"),
        Index("tracking_number_longest_free_alike", "pool_id", "alike", "free_at", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    pool_id: int = Field(foreign_key="number_pool.id")
    e164: str = Field(unique=True)
    holder: str | None = Field(
        default=None, sa_column=Column(Uuid(as_uuid=True), nullable=True, index=True)
    )
    free_at: int = Field(default=0, sa_type=BigInteger)
    alike: bool = True


class Lease(SQLModel, table=True):
    """Who held a number, from when to when, with a card of the visit for whoever answers a ring."""

    __tablename__ = "lease"
    __table_args__ = (
        Index("lease_by_number", "number", "opened_at"),
        *(
            Index(
                f"lease_{name}not_closed",
                *columns,
                sqlite_where=text("closed IS 0"),
                postgresql_where=text("closed IS false"),
            )
            for name, columns in (
                ("", ("held_until", "id")),
                ("visit_", ("visit",)),
                ("visitor_", ("visitor",)),
            )
        ),
    )
    id: str = Field(sa_column=Column(Uuid(as_uuid=True), primary_key=True))
    account_id: int
    site_id: int
    pool_id: int
    number: str
    visit: str = Field(sa_column=Column(Uuid(as_uuid=True), nullable=False))
    visitor: str | None = Field(default=None, sa_column=Column(Uuid(as_uuid=True), nullable=True))
    opened_at: int = Field(sa_type=BigInteger)
    last_seen: int = Field(sa_type=BigInteger)
    held_until: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    left_at: int | None = Field(default=None, sa_type=BigInteger)
    pinned_until: int | None = Field(default=None, sa_type=BigInteger)
    audit: bool = False
    closed: bool = False
    card: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class NumberOwnership(SQLModel, table=True):
    """Whose a number is or was, from `since` up to, not including, `until`.

    `role`: pool (shown to visitors), static (stands for a source), control (never shown).
    """

    __tablename__ = "number_ownership"
    __table_args__ = (
        Index("number_ownership_by_number", "number", "since"),
        Index(
            "number_ownership_now",
            "number",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    number: str
    account_id: int = Field(foreign_key="account.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    role: str
    pool_id: int | None = Field(default=None, foreign_key="number_pool.id")
    since: int = Field(sa_type=BigInteger)
    until: int | None = Field(default=None, sa_type=BigInteger)


class StaticNumber(SQLModel, table=True):
    """A number that stands for a source wherever `original` stands, for whom `rule` is true.

    `rule`: landing, referrer, group or always; `patterns` are what it looks for, any of them.
    """

    __tablename__ = "static_number"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    number: str = Field(unique=True)
    original: str
    rule: str
    patterns: list[str] = Field(sa_column=Column(JSON, nullable=False))
    channel: str
    source: str
    medium: str
    campaign: str | None = None


class StaticShown(SQLModel, table=True):
    """Which static number a visit began with, so that its later pages show the same."""

    __tablename__ = "static_shown"
    visit: str = Field(sa_column=Column(Uuid(as_uuid=True), primary_key=True))
    number: str = Field(primary_key=True)
    site_id: int
    shown_at: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))


def _table(model: type[SQLModel]) -> Table:
    table: Table = vars(model)["__table__"]
    return table


POOL, NUMBER, LEASE = (_table(model) for model in (NumberPool, TrackingNumber, Lease))
OWNERSHIP, STATIC, STATIC_SHOWN = (
    _table(model) for model in (NumberOwnership, StaticNumber, StaticShown)
)
