"""The operational store's tables, one noun a file; imported as a whole so that Alembic sees all."""

from ringtrail.core.models.access import Account, ApiKey, Branch, Membership, Role, Site, User
from ringtrail.core.models.connection import Connection
from ringtrail.core.models.delivery import DeadLetter, InboxRow
from ringtrail.core.models.numbers import (
    Lease,
    NumberOwnership,
    NumberPool,
    StaticNumber,
    StaticShown,
    TrackingNumber,
)
from ringtrail.core.models.telephony import (
    Destination,
    JournalPosition,
    JournalScrap,
    LiveCall,
    Route,
    Trunk,
)
from ringtrail.core.models.visits import (
    AnsweredEvent,
    CurrentVisit,
    HardCodedNumber,
    OwnVisitor,
    RecentContact,
    UnfilledMacro,
)

__all__ = [
    "Account",
    "AnsweredEvent",
    "ApiKey",
    "Branch",
    "Connection",
    "CurrentVisit",
    "DeadLetter",
    "Destination",
    "HardCodedNumber",
    "InboxRow",
    "JournalPosition",
    "JournalScrap",
    "Lease",
    "LiveCall",
    "Membership",
    "NumberOwnership",
    "NumberPool",
    "OwnVisitor",
    "RecentContact",
    "Role",
    "Route",
    "Site",
    "StaticNumber",
    "StaticShown",
    "TrackingNumber",
    "Trunk",
    "UnfilledMacro",
    "User",
]
