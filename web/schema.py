"""Bringing the database to the newest schema."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from core.db import Database
from core.settings import ROOT


def config(url: str = "") -> Config:
    made = Config(toml_file=str(ROOT / "pyproject.toml"))
    made.attributes["url"] = url
    return made


def migrate(url: str) -> None:
    command.upgrade(config(url), "head")


async def is_current(db: Database) -> bool:
    return await revision(db) == ScriptDirectory.from_config(config()).get_current_head()


async def revision(db: Database) -> str | None:
    """Which schema the database has; None: none yet."""

    def look(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with db.engine.connect() as connection:
        return await connection.run_sync(look)
