"""Two services, or before and after: Alice gets a verdict, a stranger too few answers, and a mistake a clear word."""

import pytest
import time_machine

from core.db import Database
from tests.conftest import Visitor
from tests.support.company import TODAY, Says, make_company


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


async def test_a_change_for_the_better_is_told_with_an_interval(db: Database, alice: Visitor, charlie: Visitor) -> None:
    await make_company(
        db,
        [
            *(Says("delivery", score, people=20, days_ago=120) for score in (0, 25, 50)),
            *(Says("delivery", score, people=20, days_ago=20) for score in (50, 75, 100)),
        ],
    )
    address = "/compare?how=time&since=2026-05-01"
    text = (await alice.http.get(address)).text
    assert "Better. After the change: 50 points higher than before it" in text
    assert "Looked at whenever you like" in text
    assert "Too few answers to compare" in (await charlie.http.get(address)).text


async def test_two_services_that_are_alike_within_what_matters(db: Database, alice: Visitor) -> None:
    says = [Says("delivery", score, people=60, service=service) for service in ("laptop", "mail") for score in (50, 75)]
    await make_company(db, says)
    text = (await alice.http.get("/compare?how=services&one=laptop&other=mail&worthwhile=20")).text
    assert "No difference that matters" in text


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(db: Database, alice: Visitor) -> None:
    await make_company(db)
    answer = await alice.http.get("/compare?how=time&since=soon&worthwhile=900")
    assert answer.status_code == 422
    assert "A date looks like 2026-01-31" in answer.text
    assert 'value="900"' in answer.text
    answer = await alice.http.get("/compare?how=customers&one=acme&other=globex")
    assert answer.status_code == 422
