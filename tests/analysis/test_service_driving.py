"""Drivers on a page: Alice sees what moves the whole for her customer, Charlie nothing of it; noise drives nothing."""

from datetime import date, timedelta
from random import Random
from uuid import uuid4

import msgspec

from analysis.models import MomentChain
from analysis.rules.driving import rated, wholes
from analysis.schemas.drivers import Standing
from analysis.schemas.lived import Visit
from analysis.service.driving import drivers_shown
from core.clock import now
from core.db import Database
from tests.conftest import Visitor
from tests.support.company import make_company

PLACES = ("approval", "delivery", "first-day")


def life(random: Random, moves: float, customer: str = "acme") -> list[Visit]:
    scores = [float(random.randint(1, 5)) for _ in PLACES]
    end = min(5.0, max(1.0, round(3 + moves * (scores[0] - 3) + random.gauss(0, 0.7))))
    visits = [Visit(20_000.0 + k, f"{k}", 0, place, scores[k], customer=customer) for k, place in enumerate(PLACES)]
    return [*visits, Visit(20_010.0, "end", 0, "", end, customer=customer)]


async def lived(db: Database, lives: list[list[Visit]]) -> None:
    async with db.write() as session:
        for number, visits in enumerate(lives):
            packed = msgspec.msgpack.encode(visits)
            session.add(
                MomentChain(person=uuid4(), draw=number % 10_000, visits=packed, parameters=0, answers=3, stale=False)
            )


async def test_what_moves_the_whole_is_first_and_a_stranger_sees_nothing(db: Database, alice: Visitor) -> None:
    await make_company(db)
    random = Random(1)
    await lived(db, [life(random, 0.8) for _ in range(150)])
    async with db.read() as session:
        mine = await drivers_shown(session, frozenset({"acme"}), now().date())
        hers = await drivers_shown(session, frozenset({"globex"}), now().date())
    assert (mine.standing, mine.first, mine.lines[0].sign) == (Standing.RANKED, ("approval",), "positive")
    assert mine.lines[0].share.low > 0.5
    assert (hers.standing, hers.lines) == (Standing.QUIET, ())
    text = (await alice.http.get("/drivers")).text
    assert "Approval moves the satisfaction with the whole most." in text
    assert "<svg" in text


async def test_noise_drives_nothing_and_the_page_says_so(db: Database, alice: Visitor) -> None:
    await make_company(db)
    random = Random(2)
    await lived(db, [life(random, 0.0) for _ in range(150)])
    async with db.read() as session:
        assert (await drivers_shown(session, None, now().date())).standing is Standing.NONE
    assert "No reliable driver" in (await alice.http.get("/drivers")).text


async def test_without_the_question_about_the_whole_the_page_asks_for_it(db: Database, alice: Visitor) -> None:
    await make_company(db)
    assert "Ask the question about the whole journey" in (await alice.http.get("/drivers")).text


def test_a_touchpoint_that_too_few_people_rated_is_left_out_by_name() -> None:
    found = wholes([life(Random(seed), 0.5) for seed in range(6)], None)
    rare = wholes([[Visit(1.0, "a", 0, "rare", 2.0), Visit(2.0, "b", 0, "", 3.0)]], None)
    assert rated([*found, *rare], 5) == (list(PLACES), ["rare"])


async def test_a_look_within_the_month_sees_none_of_its_answers(db: Database) -> None:
    await make_company(db)
    random = Random(3)
    await lived(db, [life(random, 0.8) for _ in range(150)])
    last = date(1970, 1, 1) + timedelta(days=20_010)
    async with db.read() as session:
        assert (await drivers_shown(session, None, last)).standing is Standing.QUIET
        assert (await drivers_shown(session, None, last + timedelta(days=31))).standing is Standing.RANKED
