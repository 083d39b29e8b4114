"""What programs send is stored without opening the link first, and is the same answer for it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from core.clock import now
from core.db import Database, Session
from core.errors import Conflict, Invalid, NotFound
from core.settings import settings
from surveys.models import Invitation, Response, SurveyVersion
from surveys.schemas import Condition, Receipt, Submission
from surveys.service import foreseeing, install_survey
from surveys.service.answering import Sent, Taken, take_all
from surveys.service.foreseeing import receive
from surveys.service.links import new_link
from tests.surveys.story import link, post_ticket, rows
from tests.surveys.test_service_answering import facts, submission

SAME = ("version_id", "ticket_id", "person_id", "invitation_id", "id", "confirmation", "received_at")


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tokens of links that were opened first."""
    found = list[str]()

    async def watched(session: Session, sent: Sequence[Sent]) -> list[Taken | None]:
        found.extend(one.token for one in sent)
        return await take_all(session, sent)

    monkeypatch.setattr(foreseeing, "take_all", watched)
    monkeypatch.setattr(foreseeing, "_answered_of_late", [])
    return found


async def test_what_is_foreseen_is_the_same_answer(db: Database, survey: None, looked_up: list[str]) -> None:
    """The first is looked up; the next two, of one moment, are not, where that saves a way."""
    tokens = [await link(db, f"INC-{n}") for n in range(3)]
    assert (await receive(db, tokens[0], submission())).new
    receipts = await asyncio.gather(*(receive(db, token, submission()) for token in tokens[1:]))
    assert all(receipt.new for receipt in receipts)
    assert looked_up == (tokens if db.is_sqlite else tokens[:1])
    kept = sorted(await rows(db, Response), key=lambda one: str(one.id))
    assert [{k: v for k, v in one.model_dump().items() if k not in SAME} for one in kept[1:]] == [
        {k: v for k, v in kept[0].model_dump().items() if k not in SAME}
    ] * 2
    invitations = {one.id: one for one in await rows(db, Invitation)}
    for one in kept:
        asked = invitations[one.invitation_id]
        assert (one.version_id, one.ticket_id, one.person_id) == (asked.version_id, asked.ticket_id, asked.person_id)
        assert one.received_at == asked.answered_at
    assert {fact["response_id"] for fact in await facts(db)} == {str(one.id) for one in kept}
    assert {receipt.confirmation for receipt in receipts} < {one.confirmation for one in kept}


async def test_the_same_many_times_at_once_is_one_answer(db: Database, survey: None, looked_up: list[str]) -> None:
    """Two processes; one of them takes it, everybody is given its confirmation."""
    await receive(db, await link(db, "INC-0"), submission())
    token, other = await link(db), Database(settings().database_url)
    try:
        receipts = await asyncio.gather(*(receive(one, token, submission()) for one in (db, other) * 8))
    finally:
        await other.close()
    assert sum(receipt.new for receipt in receipts) == 1
    assert len({receipt.confirmation for receipt in receipts}) == 1
    assert (len(await rows(db, Response)), len(await facts(db))) == (2, 2)


async def test_of_different_answers_at_once_one_counts(db: Database, survey: None, looked_up: list[str]) -> None:
    """Also where they come by two links of one invitation."""
    await receive(db, await link(db, "INC-0"), submission())
    token, other = await link(db), Database(settings().database_url)
    [invitation] = [one for one in await rows(db, Invitation) if one.answered_at is None]
    async with db.write() as session:
        second = (await new_link(session, invitation.id, now() + timedelta(days=1))).rpartition("/")[2]
    sent = [submission(f"k{number}", functional=number % 5 + 1) for number in range(12)]
    try:
        calls = [receive((db, other)[n % 2], (token, second)[n // 2 % 2], said) for n, said in enumerate(sent)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
    finally:
        await other.close()
    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 11
    assert (len(await rows(db, Response)), len(await facts(db))) == (2, 2)


async def test_nothing_comes_in_by_what_is_foreseen(db: Database, survey: None, looked_up: list[str]) -> None:
    """A guess, a link that is over, somebody who was not asked in the end, and answers that do not fit."""
    await receive(db, await link(db, "INC-0"), submission())
    over, unasked, wrong = [await link(db, f"INC-{n}") for n in (1, 2, 3)]
    kept = {one.ticket_id: one.id for one in await rows(db, Invitation)}
    _first, of_over, of_unasked, _of_wrong = kept.values()
    await change(db, of_over, expires_at=now() - timedelta(seconds=1))
    await change(db, of_unasked, asked=False)
    for token in ("guess", over, unasked):
        with pytest.raises(NotFound):
            await receive(db, token, submission())
    with pytest.raises(Invalid):
        await receive(db, wrong, submission(functional=99))
    assert (len(await rows(db, Response)), len(await facts(db))) == (1, 1)
    assert sum(one.answered_at is not None for one in await rows(db, Invitation)) == 1
    assert (await receive(db, wrong, submission())).new


async def change(db: Database, invitation: Any, **values: Any) -> None:
    async with db.write() as session:
        await (await session.connection()).execute(
            update(Invitation).where(Invitation.id == invitation).values(**values)  # type: ignore[arg-type]
        )


async def test_an_answer_is_to_the_version_that_was_asked(db: Database, survey: None, looked_up: list[str]) -> None:
    """Also while two versions with the same questions are on their way, and the other one was answered last."""
    old = [await link(db, f"INC-{n}") for n in range(2)]
    definition = post_ticket()
    harder = [msgspec.structs.replace(one, required=True) for one in definition.questions[:1]]
    async with db.write() as session:
        changed = [*harder, *definition.questions[1:]]
        await install_survey(session, msgspec.structs.replace(definition, questions=changed))
    new = [await link(db, f"INC-{n}") for n in range(2, 4)]
    for token in (old[0], new[0], old[1], new[1]):
        assert (await receive(db, token, submission())).new
    numbers = {one.id: one.number for one in await rows(db, SurveyVersion)}
    asked = {one.id: one.version_id for one in await rows(db, Invitation)}
    kept = await rows(db, Response)
    assert sorted(numbers[one.version_id] for one in kept) == [1, 1, 2, 2]
    assert all(asked[one.invitation_id] == one.version_id for one in kept)
    assert all({entry["version"] for entry in one.answers} == {numbers[one.version_id]} for one in kept)


async def test_where_questions_depend_on_the_ticket_it_is_looked_up(db: Database, looked_up: list[str]) -> None:
    definition = post_ticket()
    only = [Condition(ticket="kind", values=["request"])]
    first, *others = definition.questions
    asked = [msgspec.structs.replace(first, required=False, required_if=only), *others]
    async with db.write() as session:
        await install_survey(session, msgspec.structs.replace(definition, questions=asked))
    tokens = [await link(db, f"INC-{n}") for n in range(3)]
    for token in tokens:
        assert (await receive(db, token, Submission("k", "en", {"comment": "slow"}))).new
    assert looked_up == tokens
