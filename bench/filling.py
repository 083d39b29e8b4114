"""Installations full of drawn voices, for `bench.reports`: one of 50,000 answers, and larger ones of copies of it.

Rows are drawn in Python up to BASE answers. What is beyond is made of them by the database itself: the same rows with
ids of their own, while the indexes are away. Sums are kept by the same code as in earnest, or written as it would keep
them, and multiplied likewise.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import SQLModel

from analysis.schemas.lived import Visit
from analysis.statistics.moments.frozen import Frozen
from analysis.statistics.moments.tallies import Tally, tally
from journeys.queries.flow_cells import KEYS
from journeys.rules.flow_cells import sums_of
from journeys.schemas import TicketFlow
from surveys.rules.asked import as_it_is
from surveys.schemas.asked import AskedKey, Decision

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)
BASE, DAYS, AT_ONCE, VISITS = 50_000, 720, 5_000, 5
CUSTOMERS, SERVICES, GROUPS = [[f"{name}-{n}" for n in range(many)] for name, many in (("c", 4), ("s", 6), ("g", 3))]
KINDS = ("incident", "request", "demand")
SCORES = (0, 25, 50, 75, 75, 100)
Rows = dict[str, list[dict[str, Any]]]


def new_id(random: Random, at: datetime) -> UUID:
    """Sixteen bits are left for the number of the copy."""
    drawn = random.getrandbits(60) & ~(0xFFFF << 32)
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | drawn)


class Drawn:
    """Rows of all tables for a batch of people."""

    def __init__(
        self, seed: int, ids: dict[str, dict[str, UUID]], places: list[Any], version: tuple[UUID, UUID]
    ) -> None:
        self.random, self.ids, self.places, self.version = Random(seed), ids, places, version
        self.sums: Counter[tuple[Any, ...]] = Counter()
        self.asked: Counter[AskedKey] = Counter()
        self.flow: dict[tuple[Any, ...], Counter[str]] = {}
        self.lived = Tally()

    def batch(self, people: int) -> Rows:
        rows: Rows = {name: [] for name in TABLES}
        self.lived.add(tally([self._person(rows) for _ in range(people)], Frozen()))
        return rows

    def _person(self, rows: Rows) -> tuple[int, list[Visit]]:
        began = NOW - timedelta(days=self.random.uniform(30, DAYS))
        customer, person = self.random.choice(CUSTOMERS), new_id(self.random, began)
        rows["person"].append({"id": person, "key": f"{person}", "customer_id": self.ids["customer"][customer]})
        visits = [
            self._ticket(rows, began + timedelta(days=step * self.random.uniform(1, 5)), customer, person)
            for step in range(1, VISITS + 1)
        ]
        whole = sum(visit.score or 3.0 for visit in visits) / VISITS
        end = Visit(visits[-1].day + 9, f"{person}", 0, "", round(whole), customer=customer, service=visits[0].service)
        packed = msgspec.msgpack.encode([*visits, end])
        rows["moment_chain"].append(
            {"person": person, "draw": person.int % 10_000, "parameters": 0, "answers": VISITS, "stale": False}
            | {"visits": packed}
        )
        return person.int & 0x7FFF_FFFF_FFFF_FFFF, [*visits, end]

    def _ticket(self, rows: Rows, at: datetime, customer: str, person: UUID) -> Visit:
        draw = self.random
        service, kind, place = draw.choice(SERVICES), draw.choice(KINDS), draw.choice(self.places).key
        ids = [new_id(draw, at) for _ in range(4)]
        over = at + timedelta(hours=draw.lognormvariate(3, 1))
        rows["ticket"].append(self._ticket_row(ids[0], at, over, person, customer, service, kind))
        rows["invitation"].append(self._asked(ids[1], ids[0], person, over, service, customer))
        score = draw.choice(SCORES)
        answers = {name: min(100, max(0, score + draw.choice((-25, 0, 0, 25)))) for name in ("functional", "emotional")}
        rows["response"].append(self._response(ids[2], ids[1], ids[0], person, over))
        about = {"customer": customer, "service": service, "touchpoint": place, "channel": "mail"}
        self._sum(over.date().replace(day=1), about, {**answers, "satisfaction": score})
        rows["experience"].append(
            {"id": ids[3], "voice_kind": "response", "voice_id": ids[2], "ticket_id": ids[0], "person_id": person}
            | {"day": over.date(), "said_at": over, **about, **answers, "satisfaction": score, "released": 15}
            | {"comment": "It took long" if draw.random() < 0.2 else "", "sentiment": "negative", "as_read": {}}
            | {"emotions": {}, "language": "en", "placed_by": "ticket"}
        )
        visit = {name: about[name] for name in ("touchpoint", "customer", "service", "channel")}
        return Visit(over.timestamp() / 86400, f"{ids[2]}", 0, score=1 + score / 25, **visit)

    def _ticket_row(
        self, id_: UUID, at: datetime, over: datetime, person: UUID, customer: str, service: str, kind: str
    ) -> dict[str, Any]:
        spent = (over - at).total_seconds()
        flow = {
            "events": 4, "state": "closed", "group": "", "opened_at": at.isoformat(), "resolved_at": over.isoformat(),
            "first_resolved_at": over.isoformat(), "responded_at": (at + (over - at) / 4).isoformat(),
            "active_s": spent / 2, "waiting_s": spent / 4, "queue_s": spent / 4, "handoffs": self.random.randrange(3),
        }  # fmt: skip
        in_time = self.random.random() < 0.9
        group = self.random.choice(GROUPS)
        cell = (over.date().replace(day=1), service, customer, kind, group, "", "portal")
        self.flow.setdefault(cell, Counter()).update(sums_of(msgspec.convert(flow, TicketFlow), in_time))
        return {
            "id": id_, "source": "bench", "key": f"{id_}", "kind": kind, "service_id": self.ids["service"][service],
            "customer_id": self.ids["customer"][customer], "requester_id": person, "group": group, "counted": True,
            "state": "closed", "opened_at": at, "resolved_at": over, "flow": flow, "as_of": {}, "attributes": {},
            "sla_met": in_time, "summary": "", "priority": "", "channel": "portal",
        }  # fmt: skip

    def _asked(
        self, id_: UUID, ticket: UUID, person: UUID, at: datetime, service: str, customer: str
    ) -> dict[str, Any]:
        survey, version = self.version
        counted = as_it_is(Decision(id_, True, None, at, at, None, service, customer))
        assert counted
        self.asked[counted.key] += 1
        return {
            "id": id_, "survey_id": survey, "version_id": version, "ticket_id": ticket, "person_id": person,
            "asked": True, "channel": "mail", "decided_at": at, "sent_at": at, "answered_at": at, "snapshot": {},
            "counted": True, "counted_as": counted.packed(),
        }  # fmt: skip

    def _response(self, id_: UUID, invitation: UUID, ticket: UUID, person: UUID, at: datetime) -> dict[str, Any]:
        return {
            "id": id_, "invitation_id": invitation, "version_id": self.version[1], "ticket_id": ticket,
            "person_id": person, "submission_key": f"{id_}", "confirmation": "", "language": "en", "answers": [],
            "received_at": at,
        }  # fmt: skip

    def _sum(self, month: date, about: dict[str, str], scores: dict[str, int]) -> None:
        for dimension, score in scores.items():
            key = (month, about["touchpoint"], about["service"], about["customer"], dimension)
            for name, n in (("n", 1), ("total", score), ("squares", score * score)):
                self.sums[(*key, name)] += n

    def published(self, times: int) -> Iterator[dict[str, Any]]:
        for month, touchpoint, service, customer, dimension in {key[:5] for key in self.sums}:
            key = (month, touchpoint, service, customer, dimension)
            yield {
                "month": month, "since": month, "kind": "cell", "portfolio": "", "customer": customer,
                "touchpoint": touchpoint, "service": service, "dimension": dimension,
                **{name: times * self.sums[(*key, name)] for name in ("n", "total", "squares")},
            }  # fmt: skip

    def flow_cells(self, times: int) -> Iterator[dict[str, Any]]:
        for key, sums in self.flow.items():
            packed = msgspec.msgpack.encode({name: times * n for name, n in sums.items()})
            yield {**dict(zip(KEYS, key, strict=True)), "sums": packed}

    def asked_cells(self, times: int) -> Iterator[dict[str, Any]]:
        for key, n in self.asked.items():
            yield key._asdict() | {"n": times * n, "answered": times * n}


TABLES = ("person", "ticket", "invitation", "response", "experience", "moment_chain")
SHARED = ("survey_id", "version_id", "service_id", "customer_id")  # what copies have in common
NAMED = ("key", "submission_key")
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"


async def fill(db: Any, answers: int, file: Path) -> None:
    drawn, times = await _empty(db, answers), max(1, answers // BASE)
    left = min(answers, BASE) // VISITS
    while left > 0:
        rows = drawn.batch(min(left, AT_ONCE // VISITS))
        left -= len(rows["person"])
        async with db.write() as session:
            for name in TABLES:
                await _insert(session, name, rows[name])
    await db.close()  # nobody else may have the file open; the next session opens it again
    await asyncio.to_thread(copied, file, times - 1)
    await _keep_sums(db, drawn, times)


async def _empty(db: Any, seed: int) -> Drawn:
    """The built-in surveys and journey, customers and services."""
    from journeys.queries.places import customer_keys, service_keys, touchpoints
    from journeys.service.places import name_customer, name_service
    from surveys.queries import newest_version, survey_by_key
    from web import builtin

    await builtin.install(db)
    async with db.write() as session:
        for customer in CUSTOMERS:
            await name_customer(session, customer, customer)
        for service in SERVICES:
            await name_service(session, service, service)
    async with db.read() as session:
        ids = {
            "customer": {key: id_ for id_, key in (await customer_keys(session)).items()},
            "service": {key: id_ for id_, key in (await service_keys(session)).items()},
        }
        survey = await survey_by_key(session, "post-ticket")
        assert survey
        version = await newest_version(session, survey.id)
        assert version
        return Drawn(seed, ids, await touchpoints(session), (survey.id, version.id))


async def _insert(session: Any, name: str, rows: list[dict[str, Any]]) -> None:
    await (await session.connection()).execute(SQLModel.metadata.tables[name].insert(), rows)


async def _keep_sums(db: Any, drawn: Drawn, times: int) -> None:
    from analysis.service.chains import _add as keep_lived

    everybody = Tally()
    everybody.add(drawn.lived, times)
    async with db.write() as session:
        await _insert(session, "published_sum", list(drawn.published(times)))
        await _insert(session, "flow_cell", list(drawn.flow_cells(times)))
        await _insert(session, "asked_cell", list(drawn.asked_cells(times)))
        await keep_lived(session, everybody)


def copied(file: Path, copies: int) -> None:
    """Every row so many times more, each time with other ids that lead to each other as the first do."""
    with closing(sqlite3.connect(file)) as connection:
        for how in ("journal_mode = DELETE", "journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000"):
            connection.execute(f"PRAGMA {how}")
        for table in TABLES:
            indexes = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
                (table,),
            ).fetchall()
            for name, _ in indexes:
                connection.execute(f"DROP INDEX {name}")
            _copy(connection, table, copies)
            for _, again in indexes:
                connection.execute(again)
            connection.commit()
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")


def _copy(connection: sqlite3.Connection, table: str, copies: int) -> None:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    names = ", ".join(f'"{column[1]}"' for column in columns)
    of_copy = ", ".join(_of_copy(column[1], column[2]) for column in columns)
    originals = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]
    for number in range(1, copies + 1):
        insert = f"INSERT INTO {table} ({names}) SELECT {of_copy} FROM {table} WHERE rowid <= :last"
        connection.execute(insert, {"number": f"{number:04x}", "last": originals})


def _of_copy(name: str, kind: str) -> str:
    if kind == "CHAR(32)" and name not in SHARED:
        return f'substr("{name}", 1, 20) || :number || substr("{name}", 25)'
    return f"\"{name}\" || '-' || :number" if name in NAMED else f'"{name}"'
