"""What monthly partitions cost a look, and save a month that goes: the same rows in plain tables and in parts.

    python -m bench.months [--months 36] [--rows 400000]

Sketches of the tables of answers, experiences and mentions with the indexes that looks go through, side by side on a
PostgreSQL from the wheel of the tests. Of each look: the pages of the database that it reads, and milliseconds of
planning and of running, as EXPLAIN (ANALYZE, BUFFERS) tells them; pages are the same whatever else the machine does.
"""

import argparse
import asyncio
import re
import time
from typing import Any

import asyncpg

from tests.support.servers import Servers

SETUP = """
CREATE FUNCTION id_at(at timestamptz, n bigint, what text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n || what), 1, 3)
          || 'a' || substr(md5(what || n), 1, 15))::uuid $$;
CREATE FUNCTION first_at(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT rpad(lpad(to_hex((extract(epoch FROM '2023-01-01Z'::timestamptz + n * interval '1 month') * 1000)::bigint),
              12, '0'), 32, '0')::uuid $$;
"""
TABLES = """
CREATE SCHEMA {0};
SET search_path = {0}, public;
CREATE TABLE response (id uuid PRIMARY KEY, invitation_id uuid, ticket_id uuid, body text) {1};
CREATE INDEX ON response (invitation_id); CREATE INDEX ON response (ticket_id);
CREATE TABLE experience (id uuid PRIMARY KEY, voice_id uuid, person_id uuid, day date, month int, sure float) {1};
CREATE INDEX ON experience (day, id); CREATE INDEX ON experience (month, sure, id);
CREATE INDEX ON experience (person_id); CREATE INDEX ON experience (voice_id);
CREATE TABLE mention (id uuid PRIMARY KEY, experience_id uuid NOT NULL REFERENCES experience (id), place text) {1};
CREATE INDEX ON mention (experience_id); CREATE INDEX ON mention (place, id);
"""
FILL = """
INSERT INTO response SELECT id_at({0}, n, 'r'), id_at({0}, n, 'i'), id_at({0}, n, 't'), repeat('x', 300) FROM {1};
INSERT INTO experience SELECT id_at({0}, n, 'r'), id_at({0}, n, 'r'), id_at('2023-01-01', n % ({2} / 5), 'p'),
  {0}::date, extract(year FROM {0})::int * 12 + extract(month FROM {0})::int - 1, random() FROM {1};
INSERT INTO mention SELECT id_at({0}, n, 'm'), id_at({0}, n, 'r'), 't' || n % 20 FROM {1};
"""
LOOKS = {
    "one by its id": "SELECT * FROM experience WHERE id = '{one}'",
    "500 by id": "SELECT * FROM experience WHERE id = ANY('{many}')",
    "500 by voice": "SELECT * FROM experience WHERE voice_id = ANY('{many}')",
    "all that 500 people said": "SELECT * FROM experience WHERE person_id = ANY('{people}')",
    "the mentions of 20": "SELECT * FROM mention WHERE experience_id = ANY('{few}')",
    "the answer to an invitation": "SELECT * FROM response WHERE invitation_id = '{invitation}'",
    "the answers about a ticket": "SELECT * FROM response WHERE ticket_id = '{ticket}'",
    "a page of the newest words": "SELECT id FROM experience ORDER BY month DESC, sure DESC, id DESC LIMIT 50",
    "the newest 20,000": "SELECT person_id FROM experience WHERE day < '2030-01-01' ORDER BY id DESC LIMIT 20000",
}
TOLD = (
    re.compile(r"(?:shared hit|read)=(\d+)"),
    re.compile(r"Planning Time: ([\d.]+)"),
    re.compile(r"Execution Time: ([\d.]+)"),
)


async def fill(connection: Any, schema: str, months: int, rows: int) -> None:
    await connection.execute(TABLES.format(schema, "PARTITION BY RANGE (id)" if schema == "parts" else ""))
    for table in ("response", "experience", "mention") if schema == "parts" else ():
        for n in range(months):
            bounds = f"FROM (first_at({n})) TO (first_at({n + 1}))"
            await connection.execute(f"CREATE TABLE {table}_{n} PARTITION OF {table} FOR VALUES {bounds}")
        await connection.execute(f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT")
    at = f"('2023-01-01Z'::timestamptz + interval '1 day' * ({months} * 30.4 * n / {rows}))"
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(FILL.format(at, f"generate_series(1, {rows}) n", rows))
    await connection.execute("SET session_replication_role = origin")
    await connection.execute("VACUUM ANALYZE")


async def told(connection: Any, look: str) -> tuple[int, float, float]:
    """Pages, and milliseconds of planning and of running: the third time, when all is in memory."""
    for _ in range(3):
        plan = [row[0] for row in await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS) {look}")]
    first = next(line for line in plan if "Buffers:" in line)
    text = "\n".join(plan)
    return sum(map(int, TOLD[0].findall(first))), float(TOLD[1].findall(text)[0]), float(TOLD[2].findall(text)[0])


async def gone(connection: Any) -> tuple[float, float]:
    """Seconds in which the oldest month is deleted from the plain tables, and dropped from the others."""
    begun = time.perf_counter()
    for table in ("mention", "experience", "response"):
        await connection.execute(f"DELETE FROM plain.{table} WHERE id < first_at(1)")
    deleted, begun = time.perf_counter() - begun, time.perf_counter()
    for table in ("mention", "experience", "response"):
        await connection.execute(f"ALTER TABLE parts.{table} DETACH PARTITION parts.{table}_0")
        await connection.execute(f"DROP TABLE parts.{table}_0")
    return deleted, time.perf_counter() - begun


async def main(url: str, months: int, rows: int) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(SETUP)
    for schema in ("plain", "parts"):
        await fill(connection, schema, months, rows)
    found = await connection.fetch("SELECT id, person_id FROM plain.experience TABLESAMPLE SYSTEM (1) LIMIT 500")
    of = await connection.fetchrow("SELECT invitation_id, ticket_id FROM plain.response WHERE id = $1", found[0]["id"])
    ids, people = ([str(row[name]) for row in found] for name in ("id", "person_id"))
    named = {"one": ids[0], "many": _array(ids), "few": _array(ids[:20]), "people": _array(people)}
    named |= {"invitation": of["invitation_id"], "ticket": of["ticket_id"]}
    print(f"{rows:,} rows, {months} months: pages, ms of planning, ms of running; plain / in parts")
    for name, look in LOOKS.items():
        both = []
        for schema in ("plain", "parts"):
            await connection.execute(f"SET search_path = {schema}, public")
            both.append(await told(connection, look.format(**named)))
        print(f"  {name}: " + "; ".join(f"{one:,} / {other:,}" for one, other in zip(*both, strict=True)))
    deleted, dropped = await gone(connection)
    print(f"  the oldest month, {rows // months:,} of each: deleted in {deleted:.3f} s, dropped in {dropped:.3f} s")
    await connection.close()


def _array(ids: list[str]) -> str:
    return "{" + ",".join(ids) + "}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--rows", type=int, default=400_000)
    given, servers = parser.parse_args(), Servers()
    try:
        asyncio.run(main(servers.start_postgres(), given.months, given.rows))
    finally:
        servers.stop()
