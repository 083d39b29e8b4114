"""What each report costs with many voices behind it: it should cost the same.

    python -m bench.reports --sizes 10000,100000,1000000 [--keep FOLDER]

For each size an installation of its own (SQLite) is filled with drawn rows: a ticket, an invitation, an answer and a
person for every five of them; 4 customers, 6 services, the built-in journey, two years. Sums are kept by the same code
as in earnest, or written as it would keep them. Then each report is asked for twice as somebody who sees all, and as
somebody who sees one customer; the quicker time counts, in CPU seconds of this process, which holds the database too.
"""

import argparse
import asyncio
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from sqlmodel import SQLModel

from analysis.schemas.lived import Visit
from journeys.queries.flow_cells import KEYS
from journeys.rules.flow_cells import sums_of
from journeys.schemas import TicketFlow

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)
DAYS, AT_ONCE, VISITS = 720, 5_000, 5
CUSTOMERS, SERVICES, GROUPS = [[f"{name}-{n}" for n in range(many)] for name, many in (("c", 4), ("s", 6), ("g", 3))]
KINDS = ("incident", "request", "demand")
SCORES = (0, 25, 50, 75, 75, 100)
Rows = dict[str, list[dict[str, Any]]]
Report = Callable[[Any, Any], Awaitable[Any]]


def new_id(random: Random, at: datetime) -> UUID:
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | random.getrandbits(60))


class Drawn:
    """Rows of all tables for a batch of people."""

    def __init__(
        self, seed: int, ids: dict[str, dict[str, UUID]], places: list[Any], version: tuple[UUID, UUID]
    ) -> None:
        self.random, self.ids, self.places, self.version = Random(seed), ids, places, version
        self.sums: Counter[tuple[Any, ...]] = Counter()
        self.flow: dict[tuple[Any, ...], Counter[str]] = {}

    def batch(self, people: int) -> Rows:
        rows: Rows = {name: [] for name in TABLES}
        for _ in range(people):
            self._person(rows)
        return rows

    def _person(self, rows: Rows) -> None:
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

    def _ticket(
        self, rows: dict[str, list[dict[str, Any]]], at: datetime, customer: str, person: UUID
    ) -> dict[str, Any]:
        draw = self.random
        service, kind, place = draw.choice(SERVICES), draw.choice(KINDS), draw.choice(self.places).key
        ids = [new_id(draw, at) for _ in range(4)]
        over = at + timedelta(hours=draw.lognormvariate(3, 1))
        rows["ticket"].append(self._ticket_row(ids[0], at, over, person, customer, service, kind))
        rows["invitation"].append(self._asked(ids[1], ids[0], person, over))
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

    def _asked(self, id_: UUID, ticket: UUID, person: UUID, at: datetime) -> dict[str, Any]:
        survey, version = self.version
        return {
            "id": id_, "survey_id": survey, "version_id": version, "ticket_id": ticket, "person_id": person,
            "asked": True, "channel": "mail", "decided_at": at, "sent_at": at, "answered_at": at, "snapshot": {},
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

    def published(self) -> Iterator[dict[str, Any]]:
        for month, touchpoint, service, customer, dimension in {key[:5] for key in self.sums}:
            key = (month, touchpoint, service, customer, dimension)
            yield {
                "month": month, "since": month, "kind": "cell", "portfolio": "", "customer": customer,
                "touchpoint": touchpoint, "service": service, "dimension": dimension,
                **{name: self.sums[(*key, name)] for name in ("n", "total", "squares")},
            }  # fmt: skip

    def flow_cells(self) -> Iterator[dict[str, Any]]:
        for key, sums in self.flow.items():
            yield {**dict(zip(KEYS, key, strict=True)), "sums": msgspec.msgpack.encode(dict(sums))}


TABLES = ("person", "ticket", "invitation", "response", "experience", "moment_chain")


async def fill(db: Any, answers: int) -> None:
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
        drawn = Drawn(answers, ids, await touchpoints(session), (survey.id, version.id))
    left = answers // VISITS
    while left > 0:
        rows = drawn.batch(min(left, AT_ONCE // VISITS))
        left -= len(rows["person"])
        async with db.write() as session:
            for name in TABLES:
                await _insert(session, name, rows[name])
    async with db.write() as session:
        await _insert(session, "published_sum", list(drawn.published()))
    async with db.write() as session:
        await _insert(session, "flow_cell", list(drawn.flow_cells()))


async def _insert(session: Any, name: str, rows: list[dict[str, Any]]) -> None:
    await (await session.connection()).execute(SQLModel.metadata.tables[name].insert(), rows)


def reports() -> dict[str, Report]:
    from analysis.models import Dimension
    from analysis.rules.periods import window_of
    from analysis.schemas.compared import How, Question
    from analysis.schemas.readings import Search
    from analysis.schemas.reports import Filters
    from analysis.service.comparison import comparison
    from analysis.service.driving import drivers_shown
    from analysis.service.experience import experience_report
    from analysis.service.flow import flow_by, flow_report
    from analysis.service.flow_experience import flow_breaks
    from analysis.service.green import green_report
    from analysis.service.overview import overview
    from analysis.service.rates import rate_report
    from analysis.service.streams import stream_shown
    from analysis.service.sureness import sureness
    from analysis.service.voices import voices
    from analysis.service.whole_matters import newest_matters
    from feedback.schemas import Desk

    today = NOW.date()
    between = Question(How.SERVICES, Dimension.SATISFACTION, 5.0, SERVICES[0], SERVICES[1])
    year = Filters(window_of("12", "", "", today)[1], "12")
    return {
        "start page": lambda s, of: overview(s, of, year),
        "experience": lambda s, of: experience_report(s, of, year),
        "response rate": lambda s, of: rate_report(s, of, year),
        "flow": lambda s, of: flow_report(s, of, year),
        "flow by touchpoint": lambda s, of: flow_by(s, of, "touchpoint", year),
        "value stream": lambda s, of: stream_shown(s, of, year, None),
        "where waiting tells": lambda s, of: flow_breaks(s, of, today),
        "kept, still unhappy": lambda s, of: green_report(s, of, year, today),
        "how sure": lambda s, of: sureness(s, of, today),
        "drivers": lambda s, of: drivers_shown(s, of, today),
        "compare": lambda s, of: comparison(s, of, between, today),
        "voices": lambda s, of: voices(s, of, Search(), None),
        "whole matters": lambda s, of: newest_matters(s, Desk("bench", of, {})),
    }


async def measured(db: Any, scope: Any) -> dict[str, float]:
    found = {}
    for name, report in reports().items():
        times = []
        for _ in range(2):
            began = time.process_time()
            async with db.read() as session:
                await report(session, scope)
            times.append(time.process_time() - began)
        found[name] = min(times)
    return found


async def one_size(answers: int, folder: Path) -> dict[str, dict[str, float]]:
    from core.clock import at
    from core.db import Database
    from core.settings import settings
    from web import schema

    url = f"sqlite+aiosqlite:///{folder}/{answers}.db"
    os.environ.update(TOUCHSTONE_DATA_DIR=str(folder), TOUCHSTONE_DATABASE_URL=url)
    settings.cache_clear()
    new = not (folder / f"{answers}.db").exists()
    await asyncio.to_thread(schema.migrate, url)
    db = Database(url)
    try:
        with at(NOW):
            if new:
                await fill(db, answers)
            return {"all": await measured(db, None), "one": await measured(db, frozenset(CUSTOMERS[:1]))}
    finally:
        await db.close()


def main() -> None:
    import web.models  # noqa: F401 - the whole schema

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=[10_000, 100_000])
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        for size in given.sizes:
            found = asyncio.run(one_size(size, given.keep or Path(made)))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"\n{size:,} answers, peak {peak:.0f} MB so far (CPU seconds: who sees all, who sees one customer)")
            for name in found["all"]:
                print(f"{name:22}{found['all'][name]:8.2f}{found['one'][name]:8.2f}", flush=True)


if __name__ == "__main__":
    main()
