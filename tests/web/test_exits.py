"""Every exit of the house: what two people say changes nothing of what anybody is told, anywhere.

Two of `acme` answer about a place where nobody else of theirs does, in words and numbers that cannot be mistaken. Every
address is asked before and after, reports by every role, with every filter and in every format, all others by an
administrator and by the first of the other roles that is let in; every command that prints figures is run; every job
runs, and every mail, webhook and line of the log is read. A new exit is among them by itself.
"""

import asyncio
import logging
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import time_machine
from click.testing import CliRunner

from core.db import Database
from core.outbox import drain_all
from core.settings import settings
from tests.support.company import TODAY
from tests.support.house import House, furnish
from tests.support.telling import PASSING, told
from tests.surveys.story import resolve
from web.cli import touchstone
from web.worker import SUBSCRIPTIONS

CANARY = "zyxquorble"
ALIVE = "<img src=x onerror=alert(1)>"
ALL = re.compile("")
SAID = {
    "functional": 2,
    "emotional": 1,
    "satisfaction": 2,
    "lost_time": "480",
    "comment": f"The {CANARY} was late {ALIVE} again",
}
REPORTS = re.compile(r"/$|/(journeys/{key|reports|api/v1/re|voices$|flow|moments$|improvements$|said-and-done)")
NARROWER = f"period=3&customer=acme&against=before&q={CANARY}&touchpoint=restoration"
FILTERS = ("", NARROWER, "period=all&service=mail")
SHOWN = {
    f"{path}?"
    for path in (
        "/",
        "/journeys/{key:str}",
        "/voices",
        "/api/v1/readings",
        "/api/v1/reports/experience",
        "/reports/experience.csv",
        "/reports/experience.xlsx",
        "/reports/experience.pptx",
        "/reports/experience.pdf",
    )
}
THOSE_SHOWN = re.compile("|".join(f"{re.escape(address[:-1])}$" for address in SHOWN))
MORE = [("GET", f"/surveys/post-ticket{page}") for page in ("", "/funnel", "/asking")]
COMMANDS = (
    "moments --json",
    "flow --json",
    "classifier list",
    "person export --help",
    "hook list",
    "tasks list",
    "webhook list",
    "survey export post-ticket",
)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


async def everything(house: House, only: re.Pattern[str] = ALL) -> dict[tuple[str, str], str]:
    """Who asked for which address -> what they were told."""
    found: dict[tuple[str, str], str] = {}
    for path in [path for method, path in [*house.doors(), *MORE] if only.match(path) and method == "GET"]:
        for query in FILTERS if REPORTS.match(path) and only is ALL else FILTERS[:1]:
            for who in _asking(path, query):
                answer = await house.people[who].get(house.filled(path) + (f"?{query}" if query else ""))
                kind = answer.headers.get("content-type", "")
                assert kind.count("charset") <= 1, f"programs refuse to read {kind} of {path}"
                page = "html" in kind
                assert not (page and ALIVE in answer.text), f"F2: {who} is shown markup that lives at {path}?{query}"
                if answer.status_code == 200:
                    found[who, f"{path}?{query}"] = told(answer, path)
                    if not REPORTS.match(path) and who != "admin":
                        break
    return found


def _asking(path: str, query: str) -> tuple[str, ...]:
    """Of reports, whoever sees all, one customer and two of them, and a customer, who is shown what the manager is; of
    files and with the rarest filter, the first two."""
    if not REPORTS.match(path):
        return ("admin", "nobody", "customer", "manager")
    if path.startswith("/reports/") or query == FILTERS[-1]:
        return ("admin", "manager")
    if path.startswith("/api/"):
        return ("admin", "program", "both")
    return ("admin", "manager", "both") if query else ("admin", "manager", "both", "customer")


async def printed() -> dict[str, str]:
    """Command -> what it prints: in a thread, since it has a loop of its own."""
    runs = {line: await asyncio.to_thread(CliRunner().invoke, touchstone, line.split()) for line in COMMANDS}
    assert [one.exception for one in runs.values() if not isinstance(one.exception, SystemExit | None)] == []
    return {line: PASSING.sub("", one.output) for line, one in runs.items()}


async def asked(db: Database, house: House, ticket: str) -> str:
    """The token of a link of somebody of `acme`, as a program is given it."""
    await resolve(db, ticket, person=f"requester of {ticket}", address=None, language="en")
    wanted = {"survey": "post-ticket", "ticket": {"source": "jira", "id": ticket}, "channel": "link"}
    person = {"person": {"key": f"requester of {ticket}"}}
    answer = await house.people["integration"].post("/api/v1/invitations", json={**wanted, **person})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"]).rpartition("/")[2]


async def answer_all(db: Database, house: House, tokens: list[str]) -> None:
    for token in tokens:
        body = {"token": token, "submission_key": token, "answers": SAID}
        assert (await house.people["nobody"].post("/api/v1/responses", json=body)).status_code == 201
    await drain_all(db, SUBSCRIPTIONS)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # exits are the same before either engine
async def test_d3_two_people_change_nothing_of_what_leaves_the_house(
    db: Database, site: httpx.ASGITransport, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    posted = list[str]()

    async def note(*given: Any) -> int:
        posted.append(given[-1])
        return 200

    monkeypatch.setattr("core.webhooks.jobs.post", note)
    house = await furnish(db, site)
    tokens = [await asked(db, house, f"INC-{number}") for number in range(10)]
    assert await printed_webhook() == 0
    await drain_all(db, SUBSCRIPTIONS)
    printed_before = await printed()
    before = await everything(house)
    await answer_all(db, house, tokens[:2])
    after = await everything(house)
    assert differing(before, after) == []
    assert await printed() == printed_before
    letters = [path.read_text() for path in (settings().data_dir / "mail").glob("*.eml")]
    assert posted
    assert not [text for text in [*letters, *posted, caplog.text] if CANARY in str(text)]
    await answer_all(db, house, tokens[2:])
    enough = await everything(house, THOSE_SHOWN)
    changed = {address for (who, address), text in enough.items() if before[who, address] != text}
    assert changed >= SHOWN, "the two would not have been seen anyway"
    assert any(CANARY in text for (_who, address), text in enough.items() if address == "/voices?")


async def printed_webhook() -> int:
    line = ["webhook", "add", "listener", "https://listener.example/hook"]
    return (await asyncio.to_thread(CliRunner().invoke, touchstone, line)).exit_code


def differing(one: dict[tuple[str, str], str], other: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
