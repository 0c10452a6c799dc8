"""What the website intake remembers between two requests of one browser."""

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, Uuid
from sqlmodel import Field, SQLModel


class CurrentVisit(SQLModel, table=True):
    """A visit that may go on; the source decides whether a hit continues it."""

    __tablename__ = "current_visit"
    id: str = Field(sa_column=Column(Uuid(as_uuid=True), primary_key=True))
    site_id: int
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


class RecentContact(SQLModel, table=True):
    """A contact that another telling may still add to; kept for 48 hours, the fact for good."""

    __tablename__ = "recent_contact"
    __table_args__ = (Index("recent_contact_of_site", "site_id", "told_at"),)
    id: str = Field(sa_column=Column(Uuid(as_uuid=True), primary_key=True))
    site_id: int
    occurred_at: int = Field(sa_type=BigInteger)
    told_at: int = Field(sa_type=BigInteger)
    way: str
    vendor: str
    form: str | None = None
    phone: str | None = None
    email: str | None = None
    name: str | None = None
    message: str | None = None
    page: str | None = None
    visit: str | None = Field(default=None, sa_column=Column(Uuid(as_uuid=True), nullable=True))
    visitor: str | None = Field(default=None, sa_column=Column(Uuid(as_uuid=True), nullable=True))
    fields: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))


class OwnVisitor(SQLModel, table=True):
    """A browser of the business's own people, switched off by `?ringtrail=off`."""

    __tablename__ = "own_visitor"
    site_id: int = Field(foreign_key="site.id", primary_key=True)
    visitor: str = Field(sa_column=Column(Uuid(as_uuid=True), primary_key=True))
    marked_at: int = Field(sa_type=BigInteger)


class UnfilledMacro(SQLModel, table=True):
    """A parameter of an address that an advertising system was to fill in and did not."""

    __tablename__ = "unfilled_macro"
    site_id: int = Field(foreign_key="site.id", primary_key=True)
    parameter: str = Field(primary_key=True)
    macro: str = Field(primary_key=True)
    last_seen: int = Field(sa_type=BigInteger)


class HardCodedNumber(SQLModel, table=True):
    """A number of a pool that the script found written into a page of the site."""

    __tablename__ = "hard_coded_number"
    site_id: int = Field(foreign_key="site.id", primary_key=True)
    number: str = Field(primary_key=True)
    page: str = Field(primary_key=True)
    last_seen: int = Field(sa_type=BigInteger)
