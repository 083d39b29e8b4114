"""Whoever ticked "you may contact me" is seen by those who manage their customer, and by nobody else."""

from core.db import Database
from surveys.schemas import Submission
from tests.conftest import Visitor
from tests.surveys.story import install, link, reply


async def ticked(db: Database, ticket: str, contact: str, comment: str) -> None:
    token = await link(db, ticket)
    await reply(db, token, Submission(ticket, "en", {"satisfaction": "2", "comment": comment, "contact": contact}))


async def test_alice_and_bob_see_who_may_be_contacted_and_charlie_nobody(
    db: Database, alice: Visitor, bob: Visitor, charlie: Visitor
) -> None:
    await install(db)
    await ticked(db, "INC-1", "1", "Please call me <b>soon</b>")
    await ticked(db, "INC-2", "", "Do not show who I am")
    for manager in (alice, bob):
        page = (await manager.http.get("/contact")).text
        assert "Please call me &lt;b&gt;soon&lt;/b&gt;" in page
        assert "INC-1" in page
        assert "INC-2" not in page
        assert "Do not show" not in page
    his = (await charlie.http.get("/contact")).text
    assert "INC-1" not in his
    assert "Nobody has asked to be contacted yet" in his


async def test_a_stranger_is_sent_to_the_door(visitor: Visitor) -> None:
    answer = await visitor.http.get("/contact")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/contact")
