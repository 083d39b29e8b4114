"""Migrations run here: one at a time, in one transaction, on either engine."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

import web.models  # noqa: F401 - every floor has to be imported before metadata is compared
from core.db import HELD_ELSEWHERE, Database, Json
from core.months import is_part
from core.settings import settings

ONE_AT_A_TIME = 7_238_001


def short(kind: str, item: object, _context: object) -> str | bool:
    """Write the project's JSON type by its name instead of by its two dialects."""
    return "core.db.Json" if kind == "type" and item is Json else False


def compared(item: Any, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Not what a model names and PostgreSQL is not asked to hold; nor a foreign key once more for each partition."""
    elsewhere = kind.endswith("_constraint") and name in item.table.info.get(HELD_ELSEWHERE, ())
    to_part = kind == "foreign_key_constraint" and is_part(item.elements[0].target_fullname.partition(".")[0])
    return not elsewhere and not to_part


def kept_by_hand(name: str | None, kind: str, _parents: object) -> bool:
    """Partitions come and go with the months."""
    return kind != "table" or not is_part(name or "")


def migrate(connection: Connection) -> None:
    """All or nothing. Batch migrations on SQLite rebuild tables: with foreign keys on, dropping the old one deletes
    its children, so they are off meanwhile and checked before the commit."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        foreign_keys(connection, "OFF")
    with connection.begin():
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=sqlite,
            compare_type=True,
            render_item=short,
            include_name=kept_by_hand,
            include_object=None if sqlite else compared,
        )
        if not sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            check_foreign_keys(connection)
    if sqlite:
        foreign_keys(connection, "ON")


def foreign_keys(connection: Connection, state: str) -> None:
    """Through the driver: inside a transaction, which any statement of SQLAlchemy begins, the pragma does nothing."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={state}")
    cursor.close()


def check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"{len(broken)} rows point to rows that do not exist")


async def online() -> None:
    db = Database(context.config.attributes.get("url") or settings().database_url)
    async with db.engine.connect() as connection:
        await connection.run_sync(migrate)
    await db.close()


asyncio.run(online())
