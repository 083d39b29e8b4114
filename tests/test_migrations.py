"""The migrations alone make the schema, on both engines: they reach it, agree with the models, and lead back."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Uuid,
    inspect,
    select,
)
from sqlmodel import SQLModel

from core.db import Database
from core.months import is_part
from core.settings import ROOT
from tests.conftest import DATABASE
from web import schema

Shape = dict[str, dict[str, list[str]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is yet."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/empty.db"
        return
    server, name = os.environ[DATABASE], f"touchstone_migrations_{uuid4().hex}"
    asyncio.run(_administer(server, f"CREATE DATABASE {name}"))
    yield server.replace("postgresql://", "postgresql+asyncpg://", 1).rsplit("/", 1)[0] + f"/{name}"
    asyncio.run(_administer(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _administer(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(statement)
    await connection.close()


def shape(url: str) -> Shape:
    """Tables with their columns, indexes and constraints, as the database itself describes them."""

    def look(connection: Connection) -> Shape:
        found = inspect(connection)
        return {
            table: {
                "columns": sorted(f"{c['name']} {c['type']} {c['nullable']}" for c in found.get_columns(table)),
                "indexes": sorted(f"{i['name']} {i['column_names']}" for i in found.get_indexes(table)),
                "unique": sorted(f"{u['column_names']}" for u in found.get_unique_constraints(table)),
                "foreign": sorted(f"{f['constrained_columns']} {f['options']}" for f in found.get_foreign_keys(table)),
            }
            for table in found.get_table_names()
            if table != "alembic_version" and not is_part(table)
        }

    async def run() -> Shape:
        db = Database(url)
        async with db.engine.connect() as connection:
            described = await connection.run_sync(look)
        await db.close()
        return described

    return asyncio.run(run())


def test_the_migrations_make_what_the_models_say(empty: str) -> None:
    schema.migrate(empty)
    command.check(schema.config(empty))
    assert set(shape(empty)) == set(SQLModel.metadata.tables)


def test_migrating_again_changes_nothing(empty: str) -> None:
    schema.migrate(empty)
    before = shape(empty)
    schema.migrate(empty)
    assert shape(empty) == before


def test_the_way_back_and_forth_ends_where_it_began(empty: str) -> None:
    schema.migrate(empty)
    before = shape(empty)
    command.downgrade(schema.config(empty), "base")
    assert shape(empty) == {}
    schema.migrate(empty)
    assert shape(empty) == before


def test_it_knows_whether_the_schema_is_current(empty: str) -> None:
    async def current() -> bool:
        db = Database(empty)
        try:
            return await schema.is_current(db)
        finally:
            await db.close()

    assert not asyncio.run(current())
    schema.migrate(empty)
    assert asyncio.run(current())


def test_two_processes_may_migrate_at_once(empty: str) -> None:
    code = f"from web import schema; schema.migrate({empty!r})"
    both = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    command.check(schema.config(empty))


Rows = dict[str, list[tuple[object, ...]]]


COUNTED_ANEW = {"rollup_person": None, "rollup_month": "people"}
"""A table, or a column of it, no longer kept: how many people stand behind a sum is counted from experiences."""


def test_a_lived_in_database_of_the_first_release_loses_nothing(empty: str) -> None:
    """Every table of it holds rows, every column of them a value; all are there after the upgrade, and count on."""
    command.upgrade(schema.config(empty), "0001")
    before = asyncio.run(_fill(empty))
    assert all(rows for _columns, rows in before.values())
    schema.migrate(empty)
    assert asyncio.run(_kept(empty, before)) == {name: rows for name, (_columns, rows) in before.items()}
    command.check(schema.config(empty))


Lived = dict[str, tuple[list[str], list[tuple[object, ...]]]]


async def _fill(url: str) -> Lived:
    """Two rows in every table: what they hold, by the columns that there are."""
    db = Database(url)
    async with db.engine.begin() as connection:
        found = await connection.run_sync(_filled)
    await db.close()
    return found


def _filled(connection: Connection) -> Lived:
    known = MetaData()
    known.reflect(connection)
    tables = [table for table in known.sorted_tables if table.name != "alembic_version"]
    for number in (1, 2):
        for table in tables:
            connection.execute(table.insert().values({one.name: _value(one, number) for one in table.columns}))
    kept = {table.name: [one for one in table.columns if one.name != COUNTED_ANEW.get(table.name)] for table in tables}
    return {
        name: ([one.name for one in columns], _rows(connection, columns))
        for name, columns in kept.items()
        if COUNTED_ANEW.get(name, name) is not None
    }


def _value(column: Column[Any], number: int) -> object:
    """Something of its kind; the same number gives the same, so that rows point to each other."""
    kind = column.type
    if isinstance(kind, Uuid) or str(kind) == "CHAR(32)":
        return UUID(int=number) if isinstance(kind, Uuid) else UUID(int=number).hex
    if isinstance(kind, Boolean):
        return number == 1
    if isinstance(kind, JSON):
        return {"number": number}
    if isinstance(kind, DateTime):
        return datetime(2026, 1, number, 12, tzinfo=UTC)
    if isinstance(kind, Date):
        return date(2026, 1, number)
    if isinstance(kind, Integer | Float):
        return number
    return b"bytes" if isinstance(kind, LargeBinary) else f"{column.name} {number}"


def _rows(connection: Connection, columns: list[Column[Any]]) -> list[tuple[object, ...]]:
    return sorted((tuple(row) for row in connection.execute(select(*columns))), key=repr)


async def _kept(url: str, before: Lived) -> Rows:
    """The same columns of the same tables as they are now."""

    def look(connection: Connection) -> Rows:
        known = MetaData()
        known.reflect(connection)
        return {
            name: _rows(connection, [known.tables[name].c[one] for one in columns])
            for name, (columns, _) in before.items()
        }

    db = Database(url)
    async with db.engine.connect() as connection:
        found = await connection.run_sync(look)
    await db.close()
    return found


REBUILD = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "rebuild", "{head}", None, None


def upgrade() -> None:
    with op.batch_alter_table("auth_user", recreate="always") as table:
        table.add_column(sa.Column("nickname", sa.String()))
"""


@pytest.fixture
def signed_in(tmp_path: Path) -> Path:
    """A database in which somebody has a session: a row that points to another."""
    path = tmp_path / "lived_in.db"
    schema.migrate(f"sqlite+aiosqlite:///{path}")
    with sqlite3.connect(path) as db:
        user = "INSERT INTO auth_user (id, email, password_hash, role, customers, active, created_at) VALUES "
        db.execute(user + "('u', 'alice@x.example', '-', 'admin', '[]', 1, '2026-01-01')")
        session = "INSERT INTO auth_session (token_hash, id, user_id, created_at, expires_at) VALUES "
        db.execute(session + "('t', 's', 'u', '2026-01-01', '2036-01-01')")
    return path


def rebuild(path: Path) -> None:
    """Run a later migration that rebuilds the table of users, as batch migrations on SQLite do."""
    versions = path.parent / "versions"
    versions.mkdir()
    config = schema.config(f"sqlite+aiosqlite:///{path}")
    head = ScriptDirectory.from_config(config).get_current_head()
    (versions / "rebuild.py").write_text(REBUILD.format(head=head))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", f"{ROOT}/alembic/versions{os.pathsep}{versions}")
    command.upgrade(config, "head")


def rows(path: Path, table: str) -> int:
    with sqlite3.connect(path) as db:
        found: int = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return found


def test_rebuilding_a_table_deletes_nothing_that_points_to_it(signed_in: Path) -> None:
    rebuild(signed_in)
    assert (rows(signed_in, "auth_user"), rows(signed_in, "auth_session")) == (1, 1)


def test_a_migration_that_would_leave_rows_pointing_nowhere_is_undone(signed_in: Path) -> None:
    with sqlite3.connect(signed_in) as db:
        db.execute("DELETE FROM auth_user")  # this connection holds no foreign keys
    with pytest.raises(RuntimeError, match="1 rows point to rows that do not exist"):
        rebuild(signed_in)
    with sqlite3.connect(signed_in) as db:
        assert "nickname" not in str(db.execute("SELECT sql FROM sqlite_master").fetchall())
