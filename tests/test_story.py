"""The tour: one voice, from a ticket to the report, through the outbox and its jobs. Read this first.

Dana's remote access fails. The help desk solves her ticket, Touchstone asks her, she answers in Chinese, and Alice,
who manages the customer `acme`, sees it beside the voices of Dana's colleagues. Charlie, who manages another
customer, sees nothing.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlmodel import col, select

from analysis.models import Experience, Mention, Rollup
from core.backlog import backlog
from core.db import Database
from core.outbox import drain_all
from surveys.models import Invitation, Response
from tests.conftest import Visitor
from tests.support.mails import mails, words_of
from web import builtin
from web.worker import SUBSCRIPTIONS

COLLEAGUES = ("dana", "emil", "fang", "gita", "hugo", "ines", "jun", "kira")
COMMENT = "等了三天没有消息，不过同事很热情。"


def ticket_of(person: str) -> list[dict[str, Any]]:
    """Opened a day ago, handed over once, solved a minute ago: as a help desk tells it."""
    solved = datetime.now(UTC) - timedelta(minutes=1)
    steps = {"created": 24, "responded": 23, "assigned": 10, "resolved": 0}
    common = {
        "source": "desk",
        "ticket": f"INC-{person}",
        "kind": "incident",
        "service": "vpn",
        "customer": "acme",
        "requester": {"key": person, "email": f"{person}@acme.example", "language": "zh"},
    }
    return [
        {
            **common,
            "event_id": f"{person}-{kind}",
            "type": kind,
            "at": (solved - timedelta(hours=hours)).isoformat(),
            "group": "Network" if kind == "assigned" else "Service Desk",
        }
        for kind, hours in steps.items()
    ]


async def test_one_voice_from_ticket_to_report(
    db: Database, helpdesk: httpx.AsyncClient, visitor: Visitor, alice: Visitor, charlie: Visitor
) -> None:
    await builtin.install(db)

    # 1. The help desk tells what happened, twice, as help desks do.
    events = [event for person in COLLEAGUES for event in ticket_of(person)]
    told = await helpdesk.post("/api/v1/tickets/events", json=events)
    assert (told.status_code, told.json()["accepted"]) == (202, len(events))
    again = await helpdesk.post("/api/v1/tickets/events", json=events)
    assert (again.json()["accepted"], again.json()["duplicate"]) == (0, len(events))

    # 2. Everybody is asked once, by a real mail. The database keeps a hash of the link, and nothing else of it.
    await drain_all(db, SUBSCRIPTIONS)
    await drain_all(db, SUBSCRIPTIONS)
    links = {mail["To"]: re.findall(r"/s/[\w-]+", words_of(mail))[0] for mail in mails()}
    assert set(links) == {f"{person}@acme.example" for person in COLLEAGUES}
    async with db.read() as session:
        assert all(invitation.asked for invitation in (await session.exec(select(Invitation))).all())

    # 3. Opening the link writes nothing. Answering is one commit; sending again is confirmed again.
    form = await visitor.http.get(links["dana@acme.example"])
    assert form.status_code == 200
    assert "保密" in form.text
    for number, person in enumerate(COLLEAGUES):
        answers = {
            "functional": "2",
            "emotional": "4",
            "satisfaction": "2" if number % 2 else "3",
            "comment": COMMENT,
            "submission_key": person,
        }
        for _ in range(2):
            sent = await visitor.http.post(links[f"{person}@acme.example"], data=answers, follow_redirects=True)
            assert sent.status_code == 200, sent.text
    async with db.read() as session:
        assert len((await session.exec(select(Response))).all()) == len(COLLEAGUES)

    # 4. The jobs read what was said: both halves of the sentence, each on its place of the journey.
    await drain_all(db, SUBSCRIPTIONS)
    await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        experience = (await session.exec(select(Experience).limit(1))).one()
        assert (experience.language, experience.touchpoint, experience.functional) == ("zh", "restoration", 25)
        mentions = (await session.exec(select(Mention).where(col(Mention.experience_id) == experience.id))).all()
        assert {mention.score > 0 for mention in mentions} == {True, False}
        counted = select(Rollup).where(Rollup.touchpoint == "restoration", Rollup.dimension == "satisfaction")
        assert sum(row.n for row in (await session.exec(counted)).all()) == len(COLLEAGUES)
        left = await backlog(session)
        assert (left.waiting, left.dead) == (0, 0)

    # 5. Alice opens her report. It names the place, the number, and how many people stand behind it.
    report = await alice.http.get("/?lang=zh")
    assert report.status_code == 200
    assert "故障处理" in report.text
    numbers = (await alice.http.get("/api/v1/reports/experience")).json()
    satisfaction = numbers["dimensions"]["satisfaction"]
    assert (satisfaction["value"], satisfaction["n"]) == (37.5, len(COLLEAGUES))

    # Charlie manages another customer: for him there is nothing.
    assert COMMENT[:6] not in (await charlie.http.get("/?lang=zh")).text
    assert "故障处理" not in (await charlie.http.get("/?lang=zh")).text
    his = (await charlie.http.get("/api/v1/reports/experience")).json()
    assert all(dimension["suppressed"] for dimension in his["dimensions"].values())
