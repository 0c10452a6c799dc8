"""Who may see what: accounts, their sites and branches, people, memberships, keys."""

from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Column
from sqlmodel import Field, SQLModel, UniqueConstraint


class Role(StrEnum):
    """What a member may do; from the most to the least."""

    administrator = "administrator"
    manager = "manager"
    marketer = "marketer"
    accountant = "accountant"
    group_head = "group_head"
    employee = "employee"


class Account(SQLModel, table=True):
    """A tenant: no row of one account is ever read for another."""

    __tablename__ = "account"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    demo: bool = False
    created_at: int = Field(sa_type=BigInteger)


class Site(SQLModel, table=True):
    """A website that carries the script; `origins` may send visits, `key` stands in its pages.

    Visits from `own_networks` (CIDR) are those of the business's own people and are not counted;
    `contact_fields` are the fields of its forms that are kept beside phone, e-mail, name, message.
    `currency` is what its reports are in.
    """

    __tablename__ = "site"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str
    key: str = Field(unique=True)
    origins: list[str] = Field(sa_column=Column(JSON, nullable=False))
    timezone: str
    region: str
    own_networks: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    contact_fields: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    currency: str | None = None
    created_at: int = Field(sa_type=BigInteger)


class Branch(SQLModel, table=True):
    """A place of the business behind a site."""

    __tablename__ = "branch"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    name: str


class User(SQLModel, table=True):
    """A person who signs in; raising `session_epoch` ends their sessions."""

    __tablename__ = "person"
    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str
    session_epoch: int = 0
    created_at: int = Field(sa_type=BigInteger)


class Membership(SQLModel, table=True):
    """A person's role in an account."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "account_id"),)
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="person.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    role: str


class ApiKey(SQLModel, table=True):
    """A program's key to one account; only its hash is kept."""

    __tablename__ = "api_key"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str
    hash: str = Field(unique=True)
    role: str
    created_at: int = Field(sa_type=BigInteger)
