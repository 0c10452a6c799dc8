"""The telephone side: trunks, phones, routes, calls that are alive, how far a journal was read."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, LargeBinary
from sqlmodel import Field, SQLModel


class Destination(SQLModel, table=True):
    """A place that rings: `uri` is a SIP address like sip:desk@192.0.2.7:5060."""

    __tablename__ = "destination"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str
    uri: str


class Trunk(SQLModel, table=True):
    """A carrier's line: who may send calls, how it writes numbers, what rings by default.

    `addresses` are its source addresses (CIDR). `number_from` names where the called number
    stands: request_uri, to or p_called_party_id. `rules` are [pattern, replacement] pairs that are
    tried, in order, before the dialling rules of `region`. Numbers that nobody owns ring
    `default_destination_id` and are counted at `site_id`.
    """

    __tablename__ = "trunk"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    site_id: int = Field(foreign_key="site.id")
    name: str
    addresses: list[str] = Field(sa_column=Column(JSON, nullable=False))
    region: str
    number_from: str = "request_uri"
    rules: list[list[str]] = Field(sa_column=Column(JSON, nullable=False))
    default_destination_id: int | None = Field(default=None, foreign_key="destination.id")


class Route(SQLModel, table=True):
    """Where a number of the account rings; without one it rings its trunk's default."""

    __tablename__ = "route"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    site_id: int = Field(foreign_key="site.id")
    number: str = Field(unique=True)
    destination_id: int = Field(foreign_key="destination.id")


class LiveCall(SQLModel, table=True):
    """A call that has not ended: written at the ring, gone in the transaction of its fact.

    `key` is the PBX's linked id, `candidates` who held the number at the ring, asked once.
    """

    __tablename__ = "live_call"
    key: str = Field(primary_key=True)
    journal: str = Field(index=True)
    account_id: int = Field(index=True)
    site_id: int
    trunk_id: int | None = None
    number: str
    known: bool
    caller: str | None = None
    presentation: str
    destination: str | None = None
    started_at: int = Field(sa_type=BigInteger)
    answered_at: int | None = Field(default=None, sa_type=BigInteger)
    candidates: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))


class JournalPosition(SQLModel, table=True):
    """How far a PBX journal was read: which file (inode, hash of its first line) and byte."""

    __tablename__ = "journal_position"
    journal: str = Field(primary_key=True)
    inode: int = Field(sa_type=BigInteger)
    first_line: str
    offset: int = Field(sa_column=Column("byte_offset", BigInteger, nullable=False))


class JournalScrap(SQLModel, table=True):
    """A journal line that could not be read, with the reason; kept for a person to read."""

    __tablename__ = "journal_scrap"
    id: int | None = Field(default=None, primary_key=True)
    journal: str
    reason: str
    line: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    read_at: int = Field(sa_type=BigInteger)
