"""The inbox that carries facts to the warehouse, and the letters that could not be delivered."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Uuid, text
from sqlmodel import Field, SQLModel


class InboxRow(SQLModel, table=True):
    """A fact on its way: waiting (no batch), then a ledger line (batch, no body).

    The emptied line stays so that a second delivery of the same fact is recognised. `answer` is
    what the browser was told when it brought the fact.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("inbox_waiting", "seq", sqlite_where=text("batch IS NULL"),
              postgresql_where=text("batch IS NULL")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
    # SQLite's AUTOINCREMENT exists for its INTEGER alone, which holds 64 bits there.
    seq: int | None = Field(
        default=None,
        sa_column=Column(
            BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
        ),
    )
    fact_id: str = Field(sa_column=Column(Uuid(as_uuid=True), nullable=False, unique=True))
    account_id: int
    kind: str
    occurred_at: int = Field(sa_type=BigInteger)
    received_at: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    batch: str | None = Field(default=None, sa_column=Column(Uuid(as_uuid=True), nullable=True))
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    answer: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class DeadLetter(SQLModel, table=True):
    """A fact that was not taken, with the reason; kept for a person to read."""

    __tablename__ = "dead_letter"
    id: int | None = Field(default=None, primary_key=True)
    fact_id: str = Field(sa_column=Column(Uuid(as_uuid=True), nullable=False, index=True))
    account_id: int = Field(index=True)
    kind: str
    reason: str
    detail: str
    received_at: int = Field(sa_type=BigInteger)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
