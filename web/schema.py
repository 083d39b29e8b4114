"""Bringing the database to the newest schema."""

import asyncio

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from core.db import Database
from core.months import make_ahead
from core.settings import ROOT


def config(url: str = "") -> Config:
    made = Config(toml_file=str(ROOT / "pyproject.toml"))
    made.attributes["url"] = url
    return made


def migrate(url: str) -> None:
    command.upgrade(config(url), "head")
    asyncio.run(_make_months(url))


async def _make_months(url: str) -> None:
    db = Database(url)
    try:
        await make_ahead(db)
    finally:
        await db.close()


async def is_current(db: Database) -> bool:
    return await revision(db) == ScriptDirectory.from_config(config()).get_current_head()


async def revision(db: Database) -> str | None:
    """Which schema the database has; None: none yet."""

    def look(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with db.engine.connect() as connection:
        return await connection.run_sync(look)
