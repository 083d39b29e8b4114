"""Told back: by mail where allowed, once, in the reader's language, without naming anybody."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

from sqlmodel import col, select

from core import clock
from core.db import Database
from core.settings import settings
from journeys.models import Person
from journeys.service.people import stop_asking
from surveys.models import Response
from surveys.schemas import Submission
from tests.support.company import make_company
from tests.surveys import story
from tests.value.story import FIELDS
from value.models import Audience, ImprovementLink, LinkKind, State
from value.service import register, steps
from value.service.telling import tell

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ACME = frozenset(["acme"])


def letters() -> dict[str, EmailMessage]:
    found: dict[str, EmailMessage] = {}
    for path in sorted((settings().data_dir / "mail").glob("*.eml")):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        assert letter["To"] not in found
        found[letter["To"]] = letter
    return found


def body(letter: EmailMessage) -> str:
    plain = letter.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content())


async def answered(db: Database, ticket: str, contact: bool, language: str = "en") -> None:
    token = await story.link(db, ticket, language=language)
    given = {"functional": 1, "emotional": 1, "satisfaction": 1, "comment": f"secret of {ticket}"}
    await story.reply(
        db, token, Submission(f"key-{ticket}", language, {**given, **({"contact": True} if contact else {})})
    )


async def done_for_everybody_who_answered(db: Database) -> register.Improvement:
    places = {**FIELDS, "touchpoints": ["delivery"], "audience": Audience.CUSTOMERS}
    async with db.write() as session:
        one = await register.register(session, "alice", places, ["acme"])
        responses = (await session.exec(select(Response.id))).all()
        await register.link(session, one.id, [(LinkKind.RESPONSE, id_) for id_ in responses])
        for state in (State.PLANNED, State.DOING, State.DONE):
            one = await steps.move(session, ACME, one.id, "alice", state, one.version)
    return one


async def test_who_allowed_it_hears_of_it_once_and_nobody_is_named(db: Database) -> None:
    with clock.at(NOW):
        await make_company(db)
        await story.install(db)
        for ticket, contact, language in (("A", True, "en"), ("B", True, "zh"), ("C", False, "en"), ("D", True, "en")):
            await answered(db, ticket, contact, language)
        async with db.write() as session:
            for person in (await session.exec(select(Person))).all():
                person.email = f"{person.key[-1].lower()}@acme.example"
                session.add(person)
                if person.key.endswith("D"):
                    await stop_asking(session, person.id, NOW)
        one = await done_for_everybody_who_answered(db)
        await tell(db, one.id)
        await tell(db, one.id)
    found = letters()
    assert set(found) == {"a@acme.example", "b@acme.example"}
    assert "Laptops are set up before" in body(found["a@acme.example"])
    assert "电脑在交付前已全部装好" in body(found["b@acme.example"])
    assert "/said-and-done/acme." in body(found["a@acme.example"])
    assert found["a@acme.example"]["List-Unsubscribe"]
    for letter in found.values():
        assert "secret" not in letter.as_string()
        assert "requester of" not in letter.as_string()
    async with db.read() as session:
        ways = (await session.exec(select(ImprovementLink.how).order_by(col(ImprovementLink.how)))).all()
    assert list(ways) == ["mail", "mail", "not_allowed", "not_allowed"]


async def test_nobody_hears_of_what_nobody_may_read(db: Database) -> None:
    with clock.at(NOW):
        await make_company(db)
        await story.install(db)
        await answered(db, "A", contact=True)
        one = await done_for_everybody_who_answered(db)
        async with db.write() as session:
            await register.edit(session, ACME, one.id, "alice", {"audience": Audience.NOBODY}, one.version)
        await tell(db, one.id)
    assert letters() == {}
