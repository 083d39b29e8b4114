"""Spending invitations, keeping answers and announcing them, for many at once: what was not there before."""

from collections.abc import Collection, Mapping, Sequence
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
# PostgreSQL asks nobody whether these are there: they are the invitation's, and it was asked when that was made.
OF_INVITATION = {
    "version_id": "coalesce(spent.version_id, given.version_id)",
    "ticket_id": "spent.ticket_id",
    "person_id": "spent.person_id",
}


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
    new = await _stored(session, _in_one(dialect), [row | {"due": due[key]} for key, row in rows.items()], moment)
    return {key for key, row in rows.items() if row["id"] in new}


async def store_by_link(session: AsyncSession, rows: Sequence[dict[str, Any]], moment: datetime) -> set[UUID]:
    """On PostgreSQL: answers with the hash of a link that nobody has opened; the ids of those that are stored now.

    Nothing is done about a link that opens nothing, an invitation that was answered, and one to another version than
    the row says: what is the matter there is for others to find out.
    """
    return await _stored(session, _by_link(session.get_bind().dialect), rows, moment) if rows else set()


async def _stored(session: AsyncSession, statement: str, rows: Sequence[dict[str, Any]], moment: datetime) -> set[UUID]:
    """Rows go as one document, which costs less than a list a column, and is the same statement for any number."""
    new = {id_ for (id_,) in await said(session, statement, (_encode(rows).decode(), moment))}
    announced(session)
    return new


@cache
def _in_one(dialect: Dialect) -> str:
    names = _names(but=["ticket_id", "person_id"])
    return _storing(
        f"given AS MATERIALIZED ({_sent(dialect, names)})",
        spent="id = ANY(ARRAY(SELECT invitation_id FROM given))",
        kept={name: f"given.{name}" for name in names} | OF_INVITATION,
        where="given.invitation_id IS NULL OR spent.id IS NOT NULL",
    )


@cache
def _by_link(dialect: Dialect) -> str:
    """The version is in the condition of the update: an invitation to another one must not be spent."""
    names = _names(but=["ticket_id", "person_id", "invitation_id", "received_at"])
    own = {"invitation_id": "spent.id", "received_at": "$2::timestamptz"}
    return _storing(
        f"""sent AS MATERIALIZED ({_sent(dialect, names, ", token_hash text")}), given AS MATERIALIZED (
            SELECT sent.*, link.invitation_id FROM invitation_link AS link JOIN sent USING (token_hash)
            WHERE link.token_hash = ANY(ARRAY(SELECT token_hash FROM sent))
        )""",  # noqa: S608 - names of columns alone
        spent="""id = ANY(ARRAY(SELECT invitation_id FROM given)) AND asked AND expires_at > $2::timestamptz
            AND (id, version_id) IN (SELECT invitation_id, version_id FROM given)""",
        kept={name: f"given.{name}" for name in names} | OF_INVITATION | own,
        where="spent.id IS NOT NULL",
    )


def _storing(given: str, spent: str, kept: Mapping[str, str], where: str) -> str:
    return f"""
        WITH {given}, spent AS (
            UPDATE invitation SET answered_at = $2::timestamptz
            WHERE {spent} AND answered_at IS NULL RETURNING id, version_id, ticket_id, person_id
        ), kept AS (
            INSERT INTO response ({", ".join(kept)})
            SELECT {", ".join(kept.values())} FROM given LEFT JOIN spent ON spent.id = given.invitation_id
            WHERE {where} ON CONFLICT DO NOTHING RETURNING id
        ), told AS (
            INSERT INTO {_table(Fact).name} (name, data, not_before, fanned_out)
            SELECT '{ResponseReceived.__name__}', jsonb_build_object('response_id', given.id), given.due, false
            FROM given JOIN kept ON kept.id = given.id WHERE given.due IS NOT NULL
        )
        SELECT id FROM kept
    """  # noqa: S608 - names of columns alone


def _names(but: Collection[str]) -> list[str]:
    return [column.name for column in _table(Response).columns if column.name not in but]


def _sent(dialect: Dialect, names: Sequence[str], more: str = "") -> str:
    table = _table(Response)
    kinds = ", ".join(f"{name} {_kind(table, name, dialect)}" for name in names)
    return f"SELECT * FROM json_to_recordset($1::json) AS sent({kinds}, due timestamptz{more})"  # noqa: S608


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
