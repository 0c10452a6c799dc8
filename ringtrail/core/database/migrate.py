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
from sqlalchemy.exc import SQLAlchemyError

from ringtrail.core.errors import NotConfigured

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Upgrade to the newest version; does nothing when it is there."""
    config, script = _scripts()
    with engine.execution_options(writes=True).begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in {r.revision for r in script.walk_revisions()}:
            raise NotConfigured(
                f"the operational store is at version {current}, newer than this program: "
                "upgrade Ringtrail"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def standing(engine: Engine) -> str:
    """`current`, `behind` or `empty` (migrate), or `newer` (upgrade the program).

    Changes nothing; raises `NotConfigured` for a store that does not answer.
    """
    _, script = _scripts()
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file is not None and not Path(file).exists():
        return "empty"
    try:
        with engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        raise NotConfigured(f"the operational store does not answer: {reason}") from error
    if at is None:
        return "empty"
    if at == script.get_current_head():
        return "current"
    return "behind" if at in {r.revision for r in script.walk_revisions()} else "newer"


def _scripts() -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config, ScriptDirectory.from_config(config)
