"""Rollups: what is added voice by voice is what a recount finds."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from analysis.models import Dimension, Experience, Rollup, RollupMonth
from analysis.queries.experiences import Cell, months
from analysis.schemas.voices import Voice
from analysis.service import rollups
from core.db import Database
from tests.support.company import TODAY, Says, make_company, understand_all, voices_of

WORDS = [
    "",
    "The approval took far too long.",
    "Friendly colleague, but the form did not work at all.",
    "审批太慢了，不过服务台的同事很热情。",
    "👍",
    "12345",
]


async def counts(db: Database) -> dict[tuple[Any, ...], int]:
    async with db.read() as session:
        rows = (await session.exec(select(Rollup))).all()
    return {tuple(getattr(row, name) for name in rollups.COUNTED_BY): row.n for row in rows}


async def months_of(db: Database) -> dict[tuple[Any, ...], tuple[int, ...]]:
    async with db.read() as session:
        rows = (await session.exec(select(RollupMonth))).all()
    sums = ("n", "total", "squares")
    return {cell_of(row): tuple(getattr(row, name) for name in sums) for row in rows}


def cell_of(row: RollupMonth) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in Cell._fields)


async def rebuild(db: Database) -> int:
    async with db.read() as session:
        found = await months(session)
    return sum([await rollups.rebuild_month(db, month) for month in found])


def random_voices(seed: int, n: int) -> list[Voice]:
    luck = random.Random(seed)
    places = ["delivery", "approval", "support-contact", ""]
    made = []
    for _ in range(n):
        says = Says(
            touchpoint=luck.choice(places),
            score=luck.choice([0, 25, 50, 75, 100]),
            text=luck.choice(WORDS),
            customer=luck.choice(["acme", "globex", ""]),
            service=luck.choice(["laptop", "mail", ""]),
            days_ago=luck.randrange(120),
            person=UUID(int=luck.randrange(1, 30)) if luck.random() < 0.8 else None,
        )
        (voice,) = voices_of(says)
        given = {dimension: score for dimension, score in voice.scores.items() if luck.random() < 0.9}
        lost = {Dimension.LOST_MINUTES: float(luck.choice([0, 15, 60]))} if luck.random() < 0.5 else {}
        made.append(replace(voice, scores=given | lost))
    return made


async def test_counting_again_finds_what_was_added_bit_by_bit(db: Database) -> None:
    await make_company(db)
    voices = random_voices(seed=1, n=150)
    for start in range(0, len(voices), 37):
        await understand_all(db, voices[start : start + 37])
    before = await counts(db), await months_of(db)
    assert await rebuild(db) == 150
    assert (await counts(db), await months_of(db)) == before


async def test_months_are_the_sums_of_their_days(db: Database) -> None:
    await make_company(db)
    await understand_all(db, random_voices(seed=3, n=80))
    expected: Counter[tuple[Any, ...]] = Counter()
    for (day, touchpoint, service, customer, _channel, dimension, score), n in (await counts(db)).items():
        cell = (day.replace(day=1), touchpoint, service, customer, dimension)
        for position, value in enumerate((n, n * score, n * score**2)):
            expected[cell, position] += value
    found = {(cell, position): sums[position] for cell, sums in (await months_of(db)).items() for position in range(3)}
    assert found == expected


async def test_a_recount_repairs_counts_that_were_spoilt(db: Database) -> None:
    await make_company(db, [Says("delivery", 75, people=6, days_ago=40), Says("approval", 25, people=6)])
    before = await counts(db)
    async with db.write() as session:
        spoilt = (await session.exec(select(Rollup))).all()
        await session.delete(spoilt[0])
        spoilt[1].n += 7
        session.add(spoilt[1])
        stray = {name: getattr(spoilt[2], name) for name in rollups.COUNTED_BY}
        session.add(Rollup(**stray | {"day": (TODAY - timedelta(days=900)).date(), "n": 3}))
    assert await counts(db) != before
    await rebuild(db)
    assert await counts(db) == before


async def test_a_recount_reads_page_by_page(db: Database, monkeypatch: Any) -> None:
    monkeypatch.setattr(rollups, "PAGE", 4)
    await make_company(db, [Says("delivery", score, people=3) for score in (0, 25, 50, 75)])
    before = await counts(db)
    assert await rebuild(db) == 12
    assert await counts(db) == before


async def test_a_recount_of_nothing_is_nothing(db: Database) -> None:
    assert await rebuild(db) == 0


async def test_every_score_counts_once_for_every_experience(db: Database) -> None:
    await make_company(db)
    voices = random_voices(seed=2, n=60)
    await understand_all(db, voices)
    async with db.read() as session:
        stored = (await session.exec(select(Experience))).all()
    told = Counter(dimension for voice in voices for dimension in voice.scores)
    found: Counter[str] = Counter()
    for (_day, _touchpoint, _service, _customer, _channel, dimension, _score), n in (await counts(db)).items():
        found[dimension] += n
    assert len(stored) == 60
    assert {dimension: found[dimension] for dimension in told} == told
