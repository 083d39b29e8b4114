"""Migrations run here: one at a time, in one transaction, on either engine."""

import asyncio

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

import web.models  # noqa: F401 - every floor has to be imported before metadata is compared
from core.db import Database, Json
from core.settings import settings

ONE_AT_A_TIME = 7_238_001


def short(kind: str, item: object, _context: object) -> str | bool:
    """Write the project's JSON type by its name instead of by its two dialects."""
    return "core.db.Json" if kind == "type" and item is Json else False


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Batch migrations rebuild tables; with foreign keys on, dropping the old one deletes its children.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=sqlite,
        compare_type=True,
        render_item=short,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        context.run_migrations()
    if sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"{len(broken)} rows point to rows that do not exist")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


async def online() -> None:
    db = Database(context.config.attributes.get("url") or settings().database_url)
    async with db.engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await db.close()


asyncio.run(online())
