"""PostgreSQL full of drawn voices, for `bench.voices`.

The first 50,000 are drawn in Python (`bench/filling.py`), with the sums that reports read. The database adds what a
voice has besides: three events a ticket, a link, answers, for six of ten a comment of some fifty letters with a
mention. What is beyond are copies made by the database, two tables at a time, with ids of their own that lead to each
other as the first do and times shifted by seconds, while constraints and indexes are away; these are built afterwards.
"""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy import text

from bench.filling import AT_ONCE, BASE, DAYS, NOW, SHARED, VISITS, Drawn, _empty, _insert
from bench.filling import TABLES as DRAWN
from core import months
from core.db import Database

# The largest first, so that two that are filled side by side end together.
TABLES = (
    "response", "ticket", "ticket_event", "experience", "invitation", "invitation_link", "mention", "moment_chain",
    "person",
)  # fmt: skip
COPIES_AT_ONCE, SIDE_BY_SIDE = 5, 2
NEVER = 10**9
DRESS = (
    """CREATE FUNCTION bench_id(of uuid, k int) RETURNS uuid LANGUAGE sql AS $$
       SELECT overlay(md5(of::text || k) PLACING '0000' FROM 21)::uuid $$""",
    """INSERT INTO ticket_event (id, ticket_id, source, event_id, type, at, sequence, "group", waiting_for)
       SELECT bench_id(id, k), id, 'bench', key || '-' || k, (ARRAY['created', 'assigned', 'resolved'])[k],
         CASE WHEN k = 3 THEN resolved_at ELSE opened_at END, k, '', ''
       FROM ticket, generate_series(1, 3) k""",
    """INSERT INTO invitation_link SELECT md5(id::text) || md5('k' || id::text), id FROM invitation""",
    """UPDATE invitation SET expires_at = sent_at + interval '14 days'""",
    """UPDATE response SET submission_key = left(submission_key, 27), confirmation = '1234-5678-9012',
         answers = (SELECT jsonb_agg(jsonb_build_object('question', q, 'version', 1, 'construct', q, 'kind', 'rating',
           'scale', jsonb_build_object('min', 1, 'max', 5), 'value', 4))
           FROM unnest(array['functional', 'emotional', 'satisfaction']) q)""",
    """UPDATE experience SET comment = CASE WHEN random() < 0.6
         THEN 'The laptop came after ' || floor(random() * 90) || ' days and two more calls.' ELSE '' END""",
    """UPDATE response SET comment = experience.comment FROM experience WHERE experience.voice_id = response.id""",
    """INSERT INTO mention (id, experience_id, touchpoint, candidates, start, "end", sentiment, score, confidence)
       SELECT bench_id(id, 0), id, touchpoint, '[]', 0, 30, 'negative', -0.5, 0.8 FROM experience
       WHERE comment <> ''""",
    """UPDATE moment_chain SET parameters = 1""",
)
OWN_WORDS = ("key", "submission_key", "event_id")


async def draw(db: Database, connection: Any) -> Drawn:
    """The first ones, and a copy of their rows to copy from."""
    drawn, left = await _empty(db, BASE), BASE // VISITS
    await _learnt(db)
    while left > 0:
        rows = drawn.batch(min(left, AT_ONCE // VISITS))
        left -= len(rows["person"])
        async with db.write() as session:
            for name in DRAWN:
                await _insert(session, name, rows[name])
    for statement in DRESS:
        await connection.execute(statement)
    for table in TABLES:
        await connection.execute(f"CREATE UNLOGGED TABLE bench_{table} AS TABLE {table}")
    return drawn


async def _learnt(db: Database) -> None:
    """As in the middle of a month: moments are counted by what was learnt, and nothing is to be learnt anew."""
    from analysis.models import MomentParameters
    from analysis.statistics.moments.frozen import Frozen

    async with db.write() as session:
        today = datetime.now(UTC).date()
        session.add(MomentParameters(version=1, learnt_on=today, answers=NEVER, values=Frozen().dump()))


async def by_months(db: Database) -> None:
    """As after two years of running: a partition for each month that is drawn, and none for all that was before."""
    async with db.write() as session:
        connection = await session.connection()
        for table in reversed(months.by_month()):
            for statement in (
                f'ALTER TABLE "{table}" DETACH PARTITION "{table}_before"',
                f'DROP TABLE "{table}_before"',
            ):
                await connection.execute(text(statement))
        first = (NOW - timedelta(days=DAYS)).date()
        await months.make(connection, months.months_from(first, 2 + DAYS // 30))


async def keep_sums(db: Database, connection: Any, drawn: Drawn, before: int, times: int) -> None:
    """As many times as the first, where they stood for `before` times."""
    from analysis.service.chains import _add as keep_lived
    from analysis.statistics.moments.tallies import Tally

    more = Tally()
    more.add(drawn.lived, times - before)
    await connection.execute("TRUNCATE published_sum, flow_cell, asked_cell")
    async with db.write() as session:
        await _insert(session, "published_sum", list(drawn.published(times)))
        await _insert(session, "flow_cell", list(drawn.flow_cells(times)))
        await _insert(session, "asked_cell", list(drawn.asked_cells(times)))
        await keep_lived(session, more)


async def copy(url: str, connection: Any, first: int, last: int) -> None:
    """Copies of the first ones, by their numbers, the last included."""
    if first > last:
        return
    await _hurried(connection, True)
    again, foreign = await _bared(connection)
    left = list(TABLES)

    async def some() -> None:
        own: Any = await asyncpg.connect(url)  # type: ignore[no-untyped-call]
        while left:
            await _copy(own, table := left.pop(0), first, last)
            for statement in [*again[table], f"VACUUM ANALYZE {table}"]:
                await own.execute(statement)
        await own.close()

    await asyncio.gather(*(some() for _ in range(SIDE_BY_SIDE)))
    for statement in [*foreign, "VACUUM ANALYZE"]:
        await connection.execute(statement)
    await _hurried(connection, False)
    await connection.execute("CHECKPOINT")


async def _copy(connection: Any, table: str, first: int, last: int) -> None:
    columns = await connection.fetch(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = $1 AND table_schema = current_schema() ORDER BY ordinal_position",
        table,
    )
    names = ", ".join(f'"{name}"' for name, _kind in columns)
    own = ", ".join(_of_copy(name, kind) for name, kind in columns)
    for start in range(first, last + 1, COPIES_AT_ONCE):
        numbers = f"generate_series({start}, {min(last, start + COPIES_AT_ONCE - 1)}) AS copy(number)"
        await connection.execute(f"INSERT INTO {table} ({names}) SELECT {own} FROM bench_{table}, {numbers}")
    await connection.execute("SET maintenance_work_mem = '2GB'")


def _of_copy(name: str, kind: str) -> str:
    """`new_id` leaves sixteen bits for the number; what is random has them to spare."""
    number = "lpad(to_hex(number), 4, '0')"
    if kind == "uuid" and name not in SHARED:
        return f'(left("{name}"::text, 24) || {number} || right("{name}"::text, 8))::uuid'
    if name == "token_hash":
        return "md5(token_hash || number) || md5(number || token_hash)"
    if name in OWN_WORDS:
        return f"\"{name}\" || '-' || {number}"
    return f"\"{name}\" + number * interval '7 seconds'" if kind.startswith("timestamp") else f'"{name}"'


async def _bared(connection: Any) -> tuple[dict[str, list[str]], list[str]]:
    """Takes constraints and indexes off; the statements that put them on again, by table, and those that lead from one
    table to another. What refers to what is right by making, and not looked up."""
    foreign = await connection.fetch(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conparentid = 0"
        " AND (conrelid::regclass::text = ANY($1) OR confrelid::regclass::text = ANY($1))",
        TABLES,
    )
    unique = await connection.fetch(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype IN ('p', 'u') AND conparentid = 0 AND conrelid::regclass::text = ANY($1)",
        TABLES,
    )
    for table, name, _how in [*foreign, *unique]:
        await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    of_tables = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY($1)"
    indexes = await connection.fetch(of_tables, TABLES)
    made = defaultdict[str, list[str]](list)
    for table, name, how in unique:
        made[table].append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {how}")
    for table, name, how in indexes:
        await connection.execute(f"DROP INDEX {name}")
        made[table].append(how.replace(" ON ONLY ", " ON "))
    unchecked = [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {how.removesuffix(' NOT VALID')} NOT VALID"
        for table, name, how in foreign
    ]
    return made, unchecked


async def _hurried(connection: Any, hurry: bool) -> None:
    """While it is only filled nothing has to outlive a power cut; what is measured afterwards waits for the disk."""
    for name in ("fsync", "full_page_writes", "autovacuum"):
        await connection.execute(f"ALTER SYSTEM SET {name} = {'off' if hurry else 'on'}")
    await connection.execute("SELECT pg_reload_conf()")
