"""Brings the operational store to this program's version by Alembic.

Only `ringtrail migrate` and the app role call it. A store that is newer than the program is
refused: an older program would misread it.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from ringtrail.core.errors import NotConfigured

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Upgrade to the newest version; does nothing when it is there."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    script = ScriptDirectory.from_config(config)
    with engine.execution_options(writes=True).begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in {r.revision for r in script.walk_revisions()}:
            raise NotConfigured(
                f"the operational store is at version {current}, newer than this program: "
                "upgrade Ringtrail"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
