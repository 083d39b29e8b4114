"""Every exit of the house: what two people say changes nothing of what anybody is told, anywhere.

Two of `acme` answer about a place where nobody else of theirs does, in words and numbers that cannot be mistaken. Every
address is asked before and after, reports by every role, with every filter and in every format, all others by an
administrator and by the first of the other roles that is let in; every command that prints figures is run; every job
runs, and every mail, webhook and line of the log is read. A new exit is among them by itself.
"""

import asyncio
import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import time_machine
from click.testing import CliRunner
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from core.db import Database
from core.outbox import drain_all
from core.settings import settings
from tests.support.company import TODAY
from tests.support.house import House, furnish
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
# What is new each time somebody looks, whoever spoke: keys of forms, ids, proofs of work, how long ago.
PASSING = re.compile(r'[\w.-]{26,}={0,2}|[0-9a-f]{8}-[0-9a-f-]{27}|"seconds":\d+|value="\{.*?\}"')
# Work of the machine, told to who runs it: how many deliveries there were, not what for.
# Who looked is written down each time somebody looks: by the test itself too.
WORK = {"/audit": r"<main.*", "/metrics": r".*", "/tasks": r'<td class="num">[\d,]+</td>', "/health/ready": r".*"}
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


def told(answer: httpx.Response, path: str = "") -> str:
    """What an answer says, in any format."""
    kind = answer.headers.get("content-type", "")
    if "pdf" in kind:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    if "spreadsheetml" in kind:
        book = load_workbook(io.BytesIO(answer.content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    if "presentationml" in kind:
        slides = Presentation(io.BytesIO(answer.content)).slides
        return "\n".join(text for slide in slides for shape in slide.shapes for text in _texts(shape))
    return PASSING.sub("", re.sub(WORK.get(path, "(?!)"), "", answer.text, flags=re.DOTALL))


def _texts(shape: Any) -> Iterator[str]:
    if shape.has_text_frame:
        yield shape.text_frame.text
    if shape.has_table:
        yield from (cell.text for row in shape.table.rows for cell in row.cells)


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
