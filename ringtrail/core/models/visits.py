"""What the website intake remembers between two requests of one browser."""

from sqlalchemy import BigInteger, Column, LargeBinary, Uuid
from sqlmodel import Field, SQLModel


class CurrentVisit(SQLModel, table=True):
    """A visit that may go on; the source decides whether a hit continues it."""

    __tablename__ = "current_visit"
    id: str = Field(sa_column=Column(Uuid(as_uuid=True), primary_key=True))
    site_id: int = Field(index=True)
    visitor: str = Field(sa_column=Column(Uuid(as_uuid=True), nullable=False))
    started_at: int = Field(sa_type=BigInteger)
    last_seen: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    source: str
    medium: str
    campaign: str | None = None
    click_id: str | None = None


class AnsweredEvent(SQLModel, table=True):
    """The answer that an event got, given again when the same event comes again."""

    __tablename__ = "answered_event"
    event_id: str = Field(sa_column=Column(Uuid(as_uuid=True), primary_key=True))
    site_id: int = Field(primary_key=True)
    received_at: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
