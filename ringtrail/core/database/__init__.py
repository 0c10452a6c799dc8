"""The operational store: engine, migrations and the one writer that groups commits."""

from sqlalchemy import Engine

from ringtrail.core.database.among import among, listed
from ringtrail.core.database.engine import open_engine
from ringtrail.core.database.migrate import migrate, standing
from ringtrail.core.database.prepared import Prepared
from ringtrail.core.database.writer import Overtaken, Writer

__all__ = [
    "Engine",
    "Overtaken",
    "Prepared",
    "Writer",
    "among",
    "listed",
    "migrate",
    "open_engine",
    "standing",
]
