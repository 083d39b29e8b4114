"""Spending invitations, keeping answers and announcing them, for many at once: what was not there before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Dialect, Table, bindparam, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import UtcTime, insert_new
from core.direct import Fixed, looked_up, said
from core.outbox import Fact, announce, announced
from core.rows import among, listed
from surveys.events import ResponseReceived
from surveys.models import Invitation, Response

_encode = msgspec.json.Encoder().encode
Rows = Mapping[UUID, dict[str, Any]]
Due = Mapping[UUID, datetime | None]


async def store_new(session: AsyncSession, rows: Rows, due: Due, moment: datetime) -> set[UUID]:
    """Rows of answers by key; the keys of those that are stored now. The others came second: nothing was done.

    `due`: from when on each is told, None: not at all. On PostgreSQL it is one statement, and so one way to the server
    and one commit, also where no transaction was begun.
    """
    if not rows:
        return set()
    dialect = session.get_bind().dialect
    if dialect.name == "sqlite":
        return await _in_three(session, rows, due, moment)
    given = [row | {"told": _told(row) if due[key] else None, "due": due[key]} for key, row in rows.items()]
    new = {id_ for (id_,) in await said(session, _in_one(dialect), (_encode(given).decode(), moment))}
    announced(session)
    return {key for key, row in rows.items() if row["id"] in new}


def _told(row: Mapping[str, Any]) -> dict[str, str]:
    return {"response_id": str(row["id"])}


@cache
def _in_one(dialect: Dialect) -> str:
    """Rows come as one document, which costs less than a list a column, and is the same statement for any number."""
    table, facts = _table(Response), _table(Fact)
    names = [column.name for column in table.columns]
    kinds = ", ".join(f"{name} {_kind(table, name, dialect)}" for name in names)
    kept, columns = ", ".join(f"given.{name}" for name in names), ", ".join(names)
    return f"""
        WITH given AS MATERIALIZED (
            SELECT * FROM json_to_recordset($1::json) AS sent({kinds}, told jsonb, due timestamptz)
        ), spent AS (
            UPDATE invitation SET answered_at = $2::timestamptz
            WHERE id = ANY(ARRAY(SELECT invitation_id FROM given)) AND answered_at IS NULL RETURNING id
        ), kept AS (
            INSERT INTO response ({columns})
            SELECT {kept} FROM given LEFT JOIN spent ON spent.id = given.invitation_id
            WHERE given.invitation_id IS NULL OR spent.id IS NOT NULL
            ON CONFLICT DO NOTHING RETURNING id
        ), told AS (
            INSERT INTO {facts.name} (name, data, not_before, fanned_out)
            SELECT '{ResponseReceived.__name__}', given.told, given.due, false
            FROM given JOIN kept ON kept.id = given.id WHERE given.due IS NOT NULL
        )
        SELECT id FROM kept
    """  # noqa: S608 - names of columns alone


def _kind(table: Table, name: str, dialect: Dialect) -> str:
    return table.c[name].type.dialect_impl(dialect).compile(dialect)


def _table(table: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(table.__tablename__)]


async def _in_three(session: AsyncSession, rows: Rows, due: Due, moment: datetime) -> set[UUID]:
    free = await _spend(session, [row["invitation_id"] for row in rows.values() if row["invitation_id"]], moment)
    first = {key: row for key, row in rows.items() if not row["invitation_id"] or row["invitation_id"] in free}
    new = await _kept(session, first)
    for at in sorted({at for key in new if (at := due[key])}):
        facts = [ResponseReceived(str(rows[key]["id"])) for key in rows if key in new and due[key] == at]
        await announce(session, *facts, not_before=at)
    return new


async def _spend(session: AsyncSession, invitations: Sequence[UUID], moment: datetime) -> set[UUID]:
    """Those that were not answered before."""
    if not invitations:
        return set()
    dialect = session.get_bind().dialect
    given = {"ids": listed(dialect.name, invitations), "moment": moment}
    return {id_ for (id_,) in await looked_up(session, _spending(dialect), given)}


@cache
def _spending(dialect: Dialect) -> Fixed:
    open_ = among(dialect.name, col(Invitation.id), "ids"), col(Invitation.answered_at).is_(None)
    spent = update(Invitation).where(*open_).values(answered_at=bindparam("moment", type_=UtcTime()))
    return Fixed(spent.returning(col(Invitation.id)), dialect)


async def _kept(session: AsyncSession, rows: Rows) -> set[UUID]:
    """Stores them; those that were not there before, which hardly ever are fewer."""
    if await insert_new(session, Response, list(rows.values())) == len(rows):
        return set(rows)
    mine = {(row["id"], row["confirmation"]): key for key, row in rows.items()}
    there = select(Response.id, Response.confirmation).where(col(Response.id).in_([id_ for id_, _code in mine]))
    return {mine[found] for found in (await session.exec(there)).all() if found in mine}
