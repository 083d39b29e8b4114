"""What is kept of a person: for the administrator whom they asked, and for themselves."""

import re
from typing import Any

import pytest
from sqlmodel import select

from core.audit.models import AuditEntry
from core.auth.models import Role
from core.db import Database
from core.outbox import drain_all
from core.settings import settings
from feedback.models import Feedback, Message
from tests.conftest import Visitor, _signed_in
from tests.feedback.test_inbox import act, named
from web.worker import SUBSCRIPTIONS

pytestmark = pytest.mark.usefixtures("places")
DANA = {"name": "Dana", "email": "dana@acme.example"}


async def ask(who: Visitor, **form: str) -> Any:
    page = await who.http.get("/feedback/person")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    return await who.http.post("/feedback/person", data={**form, "_csrf_token": token[1] if token else ""})


async def kept(db: Database) -> list[str]:
    async with db.read() as session:
        return sorted((await session.exec(select(Feedback.text))).all())


async def log(db: Database) -> list[tuple[str, str]]:
    async with db.read() as session:
        entries = (
            await session.exec(
                select(AuditEntry).where(AuditEntry.what.startswith("person.")).order_by(AuditEntry.number)
            )
        ).all()  # type: ignore[attr-defined]
    assert not any("dana" in entry.about for entry in entries)
    return [(entry.who, entry.what) for entry in entries]


async def test_an_administrator_sees_what_would_go_before_it_goes(helpdesk: Any, site: Any, db: Database) -> None:
    await named(helpdesk, "by name", contact=DANA)
    await named(helpdesk, "in confidence", contact=DANA, confidential=True)
    await named(helpdesk, "somebody else", contact={"email": "gil@globex.example"})
    ada = await _signed_in(db, site, "ada", Role.ADMIN, [])
    page = (await ask(ada, do="look", email=" Dana@acme.example ")).text
    assert "Erase all of it" in page
    assert "in confidence" not in page  # the words are for the person, in the file
    file = await ask(ada, do="export", email="dana@acme.example")
    assert file.headers["content-disposition"].startswith("attachment")
    assert sorted(one["text"] for one in file.json()["feedback"]) == ["by name", "in confidence"]
    for wrong in ("", "gil@globex.example"):
        answer = await ask(ada, do="erase", email="dana@acme.example", again=wrong)
        assert (answer.status_code, "Type the address once more" in answer.text) == (422, True)
    assert len(await kept(db)) == 3
    gone = await ask(ada, do="erase", email="dana@acme.example", again="DANA@acme.example")
    assert "Name, address and every word are gone" in gone.text
    assert await kept(db) == ["somebody else"]
    assert "Nothing is kept under this address" in (await ask(ada, do="look", email="dana@acme.example")).text
    assert (await ask(ada, do="look", email="dana")).status_code == 422
    told = [("ada@touchstone.example", f"person.{what}") for what in ("exported", "erased")]
    assert await log(db) == told
    await ada.http.aclose()


async def test_a_manager_is_no_administrator(alice: Visitor) -> None:
    assert (await alice.http.get("/feedback/person")).status_code == 403


async def own_page(helpdesk: Any, alice: Visitor, db: Database, **more: Any) -> str:
    """What the link in a mail to Dana leads to."""
    id_ = await named(helpdesk, "The lift is slow", contact=DANA, **more)
    await act(alice, id_, do="write", kind="question", text="Which one?")
    await act(alice, id_, do="write", kind="note", text="Dana again")
    await drain_all(db, SUBSCRIPTIONS)
    (mail,) = [path.read_text() for path in settings().data_dir.glob("mail/*.eml")]
    link = re.search(r"/feedback/mine/[0-9a-f]{32}\.[0-9a-f]+", mail.replace("=\n", ""))
    assert link
    return link[0]


async def test_who_is_known_reads_goes_on_and_erases_by_the_link_in_their_mail(
    helpdesk: Any, alice: Visitor, visitor: Visitor, db: Database
) -> None:
    link = await own_page(helpdesk, alice, db, confidential=True)
    await named(helpdesk, "and by name", contact=DANA)
    page = await visitor.http.get(link)
    assert "The lift is slow" in page.text
    assert "Which one?" in page.text
    assert "Dana again" not in page.text  # notes are for colleagues
    assert "set-cookie" not in page.headers
    form = {"do": "more", "text": "The left one", "submission_key": "k"}
    for _ in range(2):
        assert (await visitor.http.post(link, data=form)).status_code == 201
    async with db.read() as session:
        assert [one.kind for one in (await session.exec(select(Message))).all()].count("more") == 1
    assert (await visitor.http.post(link, data={"do": "more", "text": " "})).status_code == 422
    file = (await visitor.http.post(link, data={"do": "export"})).json()["feedback"]
    assert sorted(one["text"] for one in file) == ["The lift is slow", "and by name"]
    assert "note" not in [turn["kind"] for one in file for turn in one["messages"]]
    assert (await visitor.http.post(link, data={"do": "erase"})).status_code == 422
    assert len(await kept(db)) == 2
    assert "It is deleted" in (await visitor.http.post(link, data={"do": "erase", "sure": "1"})).text
    assert await kept(db) == []
    assert (await visitor.http.get(link)).status_code == 404
    assert await log(db) == [("the person", f"person.{what}") for what in ("exported", "erased")]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Answers go by themselves when they are 24 months"), ("zh", "回答满 24 个月后会自动删")],
)
async def test_who_is_known_reads_how_long_their_answers_are_kept(
    helpdesk: Any,
    alice: Visitor,
    visitor: Visitor,
    db: Database,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    said: str,
) -> None:
    link = await own_page(helpdesk, alice, db)
    assert said not in (await visitor.http.get(f"{link}?lang={language}")).text.split("<details")[1]
    monkeypatch.setenv("TOUCHSTONE_ANSWER_MONTHS", "24")
    settings.cache_clear()
    assert said in (await visitor.http.get(f"{link}?lang={language}")).text.split("<details")[1]


async def test_a_forged_link_is_no_link(helpdesk: Any, alice: Visitor, visitor: Visitor, db: Database) -> None:
    link = await own_page(helpdesk, alice, db)
    last = "0" if link[-1] != "0" else "1"
    for forged in (link[:-1] + last, link.split(".")[0], "/feedback/mine/nonsense", link + "0"):
        for answer in (await visitor.http.get(forged), await visitor.http.post(forged, data={"do": "export"})):
            assert answer.status_code == 404
