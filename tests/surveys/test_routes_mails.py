"""What stands under a mail: it can be ended with one click, by a person and never by a scanner."""

import re
from uuid import uuid4

import pytest

from core.db import Database
from journeys.models import Person
from surveys.models import Invitation, OptOut, Reason
from tests.conftest import Visitor
from tests.support.mails import mails, words_of
from tests.surveys.story import reasons, resolve, rows, token_in, work


def under(mail: object) -> str:
    """The path of the link that ends mails like this."""
    found = re.fullmatch(r"<http://127\.0\.0\.1:8000(/opt-out/[\w-]+)>", str(mail["List-Unsubscribe"]))  # type: ignore[index]
    assert found
    return found[1]


@pytest.fixture
async def path(db: Database, survey: None) -> str:
    await resolve(db, language="en")
    await work(db)
    return under(mails()[0])


async def opted_out(db: Database) -> bool:
    return [person.opted_out_at is not None for person in await rows(db, Person)] == [True]


async def test_a_mail_can_be_ended_with_one_click(db: Database, visitor: Visitor, path: str) -> None:
    mail = mails()[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert path in words_of(mail)
    answer = await visitor.http.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert await opted_out(db)
    await resolve(db, "INC-2", language="en")
    await work(db)
    assert (await reasons(db))["INC-2"] == Reason.OPTED_OUT


async def test_a_scanner_that_fetches_the_link_ends_nothing(db: Database, visitor: Visitor, path: str) -> None:
    for query in ("", "?List-Unsubscribe=One-Click", "?wish=none"):
        page = await visitor.http.get(path + query)
        assert page.status_code == 200
        assert "Nothing has been changed yet" in page.text
    assert (await visitor.http.head(path)).status_code in (200, 405)
    assert not await opted_out(db)


async def test_one_survey_may_be_ended_and_begun_again(db: Database, visitor: Visitor, path: str) -> None:
    page = await visitor.http.post(path, data={"wish": "not_this"})
    assert "You will not get “How was it for you?” any more" in page.text
    assert not await opted_out(db)
    await visitor.http.post(path, data={"wish": "not_this"})
    assert len(await rows(db, OptOut)) == 1
    await resolve(db, "INC-2", language="en")
    await work(db)
    assert (await reasons(db))["INC-2"] == Reason.OPTED_OUT
    page = await visitor.http.post(path, data={"wish": "ask"})
    assert "You may get surveys from us again." in page.text
    assert await rows(db, OptOut) == []


async def test_ending_all_is_undone_as_well(db: Database, visitor: Visitor, path: str) -> None:
    await visitor.http.post(path, data={"wish": "none"})
    assert "No surveys by mail any more" not in (await visitor.http.get(path)).text
    await visitor.http.post(path, data={"wish": "ask"})
    assert not await opted_out(db)


@pytest.mark.parametrize("body", [{}, {"wish": "everything"}, {"List-Unsubscribe": "Two-Clicks"}])
async def test_it_does_nothing_that_nobody_wished(
    db: Database, visitor: Visitor, path: str, body: dict[str, str]
) -> None:
    assert (await visitor.http.post(path, data=body)).status_code == 422
    assert not await opted_out(db)


async def test_it_works_long_after_the_survey_has_expired(db: Database, visitor: Visitor, path: str) -> None:
    async with db.write() as session:
        found = await session.get(Invitation, (await rows(db, Invitation))[0].id)
        assert found
        found.expires_at = found.decided_at
        session.add(found)
    assert (await visitor.http.get(path)).status_code == 200


async def test_a9_links_that_lead_nowhere_are_one_page(visitor: Visitor, path: str) -> None:
    wrong = [path[:-1], path + "A", path.swapcase().replace("/OPT-OUT", "/opt-out"), f"/opt-out/{uuid4()}"]
    pages = [await visitor.http.get(one) for one in wrong]
    assert {(page.status_code, len(page.content)) for page in pages} == {(404, len(pages[0].content))}
    assert (await visitor.http.post(wrong[0], data={"wish": "none"})).status_code == 404


async def test_a_survey_link_is_no_opt_out_link_nor_the_other_way_round(visitor: Visitor, path: str) -> None:
    survey, ending = token_in(mails()[0]), path.rpartition("/")[2]
    assert (await visitor.http.get(f"/opt-out/{survey}")).status_code == 404
    assert (await visitor.http.get(f"/s/{ending}")).status_code == 404


async def test_a2_opening_and_starting_count_once_and_only_when_a_person_does_it(
    db: Database, visitor: Visitor, path: str
) -> None:
    token = token_in(mails()[0])
    for score in range(1, 6):
        await visitor.http.get(f"/s/{token}?functional={score}")
    assert [(row.opened_at, row.started_at) for row in await rows(db, Invitation)] == [(None, None)]
    for body in ({}, {"step": "finished"}, {"step": "answered_at"}):
        assert (await visitor.http.post(f"/s/{token}/seen", data=body)).status_code == 204
    assert [row.opened_at for row in await rows(db, Invitation)] == [None]
    await visitor.http.post(f"/s/{token}/seen", data={"step": "opened"})
    [first] = await rows(db, Invitation)
    assert first.opened_at
    assert not first.started_at
    await visitor.http.post(f"/s/{token}/seen", data={"step": "started"})
    await visitor.http.post(f"/s/{token}/seen", data={"step": "opened"})
    [second] = await rows(db, Invitation)
    assert second.opened_at == first.opened_at
    assert second.started_at
    assert (await visitor.http.post("/s/nothing/seen", data={"step": "opened"})).status_code == 204
