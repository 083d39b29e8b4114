"""Many rows in one short statement, the same however many there are.

A statement that names every value of every row is another one for each number of rows: put together again by the
library, and planned again by PostgreSQL. Here the driver takes the rows themselves: SQLite's runs one prepared
statement over them, PostgreSQL's sends a column as one array.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Dialect, Table, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

Processor = Callable[[Any], Any]


class Meeting(NamedTuple):
    """What becomes of a row that is there under the same `keys`: columns replaced, added to, or joined bit by bit."""

    keys: tuple[str, ...]
    replaced: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()


PASSED_OVER = Meeting(())


async def insert_rows(
    connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]], meeting: Meeting = PASSED_OVER
) -> int:
    """Insert rows with the same names; how many were new, or changed. Rows that meet one that is there are passed over
    unless `meeting` says more; then no two of them have the same keys."""
    given = tuple(rows[0])
    left_out = [column.name for column in table.columns if column.default and column.name not in given]
    statement, processors = _inserting(connection.dialect, table, (*given, *left_out), meeting)
    values = [[row[name] for row in rows] for name in given] + [_default(table, name, len(rows)) for name in left_out]
    columns = [_bound(some, processor) for some, processor in zip(values, processors, strict=True)]
    many = connection.dialect.name == "sqlite"
    done = await connection.exec_driver_sql(statement, list(zip(*columns, strict=True)) if many else tuple(columns))
    return done.rowcount


def _default(table: Table, name: str, times: int) -> list[Any]:
    default: Any = table.c[name].default
    return [default.arg(None) if default.is_callable else default.arg for _ in range(times)]


def _bound(values: list[Any], processor: Processor | None) -> list[Any]:
    return [processor(value) for value in values] if processor else values


@lru_cache(1000)
def _inserting(
    dialect: Dialect, table: Table, names: tuple[str, ...], meeting: Meeting
) -> tuple[str, list[Processor | None]]:
    quoted = dialect.identifier_preparer.quote
    kinds = [table.c[name].type.dialect_impl(dialect) for name in names]
    columns = ", ".join(map(quoted, names))
    if dialect.name == "sqlite":
        values = f"VALUES ({', '.join('?' * len(names))})"
    else:
        arrays = (f"${n}::{kind.compile(dialect)}[]" for n, kind in enumerate(kinds, 1))
        values = f"SELECT * FROM unnest({', '.join(arrays)})"  # noqa: S608 - of types alone
    then = _then(quoted, quoted(table.name), meeting)
    statement = f"INSERT INTO {quoted(table.name)} ({columns}) {values} ON CONFLICT {then}"
    return statement, [kind.bind_processor(dialect) for kind in kinds]


def _then(quoted: Callable[[str], str], old: str, meeting: Meeting) -> str:
    made = {quoted(name): "excluded.{0}" for name in meeting.replaced}
    made |= {quoted(name): old + ".{0} + excluded.{0}" for name in meeting.added}
    made |= {quoted(name): old + ".{0} | excluded.{0}" for name in meeting.joined}
    changes = ", ".join(f"{name} = {how.format(name)}" for name, how in made.items())
    return f"({', '.join(map(quoted, meeting.keys))}) DO UPDATE SET {changes}" if made else "DO NOTHING"


def among(dialect: str, column: Any, name: str) -> ColumnElement[bool]:
    """Whether the column holds one of the values of a parameter that `listed` made."""
    if dialect == "sqlite":
        each = func.json_each(bindparam(name)).table_valued("value")
        found: ColumnElement[bool] = column.in_(select(each.c.value))
        return found
    return column == func.any(bindparam(name, type_=ARRAY(column.type)))  # type: ignore[no-any-return]


def listed(dialect: str, values: Iterable[Any]) -> Any:
    """Values for `among`: texts, or ids."""
    if dialect != "sqlite":
        return list(values)
    return msgspec.json.encode([getattr(value, "hex", value) for value in values]).decode()
