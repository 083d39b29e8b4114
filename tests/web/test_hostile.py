"""What is put into addresses, names and words by those who mean no good."""

import csv
import io
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
import time_machine
from openpyxl import load_workbook
from sqlmodel import SQLModel, select

from core.db import Database
from tests.support.company import TODAY
from tests.support.house import furnish

QUOTE = "' OR 1=1; DROP TABLE experience--"
NAMES = (
    "service", "customer", "touchpoint", "period", "from", "to", "cursor", "q", "sort", "lang", "next", "view", "state",
    "before", "what", "done", "after", "format", "version", "moment", "feedback", "segment", "a", "b",
    "against", "persona",
)  # fmt: skip
VALUES = (f"{QUOTE}<script>alert(1)</script>{{{{7*7}}}}", "//evil.example/\\")
EVIL = (
    """=1+1"><quorble onload=x>'><quorble onload='x'></title></style></textarea></script>{{7*7}}\u202e\u200b"""
    + "W" * 500
)
NAMED = {
    "customer": ["name"],
    "service": ["name"],
    "touchpoint": ["name_en", "name_zh", "description_en", "description_zh", "keywords", "value_stream", "practice"],
    "journey": ["name_en", "name_zh", "personas", "scenarios"],
    "survey_version": ["definition"],
    "survey_draft": ["definition"],
    "ticket": ["key", "summary", "group", "priority", "attributes"],
    "person": ["name", "email"],
    "experience": ["comment"],
    "response": ["comment"],
    "feedback": ["text", "author_name", "author_email", "channel"],
    "feedback_matter": ["owner", "channel"],
    "improvement": [
        *("title", "owner", "vision", "problem", "hypothesis", "plan", "segment", "practice", "value_stream"),
        *("said_en", "said_zh", "done_en", "done_zh", "created_by"),
    ],
    "employee_programme": ["title", "sponsor", "purpose", "collection"],
    "service_review": ["present", "entries"],
    "value_map": ["title", "purpose", "for_whom", "problem", "benefit", "difference", "outcome"],
    "correction": ["made_by"],
    "pack_order": ["made_by"],
    "auth_token": ["name"],
    "auth_session": ["browser"],
    "audit_entry": ["who", "about"],
    "webhook_endpoint": ["name"],
    "theme_set": ["found"],
}
ROLES = ("admin", "nobody", "customer", "manager", "integration", "program")
RUNNING = ("=", "+", "-", "@", "\t", "\r")
LINKS = ("href", "src", "action", "formaction", "data", "xlink:href")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_f7_no_filter_breaks_a_page_or_leads_off_the_site(db: Database, site: httpx.ASGITransport) -> None:
    """Every address, as an administrator: an answer, never an error of ours, markup never alive, redirects at home."""
    wrong = list[str]()
    with time_machine.travel(TODAY, tick=False):
        house = await furnish(db, site)
        for method, path in house.doors():
            for value in VALUES if method == "GET" else ():
                answer = await house.people["admin"].get(
                    house.filled(path), params=urlencode(dict.fromkeys(NAMES, value))
                )
                away = urlsplit(answer.headers.get("location", ""))
                alive = "<script>alert" in answer.text and "html" in answer.headers.get("content-type", "")
                if answer.status_code >= 500 or away.netloc or away.path.startswith("//") or alive:
                    wrong.append(f"{path} {value} {answer.status_code}")
    assert not wrong, "\n".join(wrong)


class Alive(HTMLParser):
    """Whatever of a page could run, or lies outside what we wrote."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        runs = [name for name in told if name.startswith("on") or name == "style" or "quorble" in name]
        led = [told[name] for name in LINKS if told.get(name, "").strip().lower().startswith(("javascript:", "data:"))]
        bare = tag == "style" or "quorble" in tag or (tag == "script" and "src" not in told)
        self.found += [*runs, *led, *([tag] if bare else [])]


def spoilt(value: Any) -> Any:
    """Every text in it that people read, made evil; words that lead somewhere left."""
    if isinstance(value, dict):
        return {key: spoilt(one) if key in WORDS else deeper(one) for key, one in value.items()}
    return [spoilt(one) for one in value] if isinstance(value, list) else EVIL


def as_long(column: str) -> str:
    """Names have an end; what people write may be long."""
    return EVIL + "W" * 9_000 if column in ("comment", "text") else EVIL


def deeper(value: Any) -> Any:
    if isinstance(value, dict):
        return spoilt(value)
    return [deeper(one) for one in value] if isinstance(value, list) else value


WORDS = {"en", "zh", "text", "by", "note", "word", "words"}


async def spoil(db: Database) -> None:
    """As if all of it had come in like this by a file, a ticket system or a form."""
    async with db.write() as session:
        connection = await session.connection()
        for name, columns in NAMED.items():
            table = SQLModel.metadata.tables[name]
            keys = list(table.primary_key.columns)
            for row in (await connection.execute(select(table))).mappings().all():
                new = {one: spoilt(row[one]) if isinstance(row[one], dict | list) else as_long(one) for one in columns}
                here = [key == row[key.name] for key in keys]
                unique = {one: f"{row[one]}{EVIL}" for one in columns if isinstance(row[one], str)}
                if name == "journey":
                    new["personas"] = [one | {"key": EVIL} for one in new["personas"]]
                await connection.execute(table.update().where(*here).values(new | unique))


def cells(answer: httpx.Response) -> list[str]:
    if "spreadsheetml" in answer.headers["content-type"]:
        book = load_workbook(io.BytesIO(answer.content))
        assert not [1 for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        return []
    return [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]


def runs(cell: str) -> bool:
    if not cell.startswith(RUNNING):
        return False
    try:
        return float(cell) != float(cell)
    except ValueError:
        return True


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_f2_no_name_and_no_word_lives_on_any_page_or_in_any_file(db: Database, site: httpx.ASGITransport) -> None:
    """Whatever people can name or write, at every address, before everybody who is let in."""
    wrong, read = list[str](), 0
    with time_machine.travel(TODAY, tick=False):
        house = await furnish(db, site)
        await spoil(db)
        for path in [path for method, path in house.doors() if method == "GET"]:
            for who in ROLES:
                answer = await house.people[who].get(house.filled(path))
                wrong += [f"{who} {path} {one}" for one in evils(answer)]
                read += EVIL[:20] in answer.text or "quorble" in answer.text
        wrong += [f"a file's name: {one}" for one in evils(await sent_under_an_evil_name(house.people["admin"]))]
    assert not wrong, "\n".join(wrong)
    assert read > 150, "it stands on the pages, as text"


async def sent_under_an_evil_name(admin: httpx.AsyncClient) -> httpx.Response:
    form = {"do": "look", "source": EVIL[:60], "_csrf_token": admin.cookies.get("csrftoken") or ""}
    files = {"file": (f"{EVIL[:200]}.csv", b"ticket,satisfaction\nINC-1,3\n", "text/csv")}
    return await admin.post("/surveys-told-elsewhere", data=form, files=files)


def evils(answer: httpx.Response) -> list[str]:
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 500:
        return [f"{answer.status_code}"]
    if "html" in kind or "svg" in kind:
        return Alive(answer.text).found
    return [cell[:20] for cell in cells(answer) if runs(cell)] if "csv" in kind or "spreadsheetml" in kind else []
