"""A connection to the outside: what speaks to us or is spoken to, and its secret."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class Connection(SQLModel, table=True):
    """`slug` stands in the hook's address, `secret` signs what comes through it."""

    __tablename__ = "connection"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    site_id: int = Field(foreign_key="site.id")
    kind: str
    name: str
    slug: str = Field(unique=True)
    secret: str
    created_at: int = Field(sa_type=BigInteger)
