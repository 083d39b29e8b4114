"""The editor: who may open it, and that what is written never gets lost or counted."""

import re
from typing import Any

import httpx
import pytest

from core.auth.models import Role
from core.db import Database
from core.errors import Invalid
from surveys.models import Response, StepCount, Survey, SurveyVersion
from surveys.rules.files import as_json, as_toml, as_yaml, from_file
from tests.conftest import Visitor, _signed_in
from tests.surveys.questions import survey
from tests.surveys.story import rows

PAGES = ["/surveys", "/surveys/mine", "/surveys/mine/edit", "/surveys/mine/preview", "/surveys/mine/export"]


@pytest.fixture
async def ada(db: Database, site: httpx.ASGITransport) -> Any:
    """Runs the installation."""
    person = await _signed_in(db, site, "ada", Role.ADMIN, [])
    yield person
    await person.http.aclose()


async def post(person: Visitor, path: str, **form: str) -> httpx.Response:
    token = person.http.cookies.get("csrftoken") or ""
    return await person.http.post(path, data={"_csrf_token": token, **form})


async def read_in(person: Visitor, content: str) -> httpx.Response:
    token = person.http.cookies.get("csrftoken") or ""
    file = {"file": ("mine.toml", content.encode())}
    return await person.http.post("/surveys", data={"_csrf_token": token}, files=file)


def fields_of(page: httpx.Response) -> dict[str, str]:
    """What a browser would send of the editor's form, without pressing anything."""
    form = page.text[page.text.index("data-editor") :]
    inputs = re.findall(r'<input type="(?:text|hidden)"[^>]*? name="([^"]+)" (?:lang="[^"]+" )?value="([^"]*)"', form)
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<', form)
    picks = [
        (name, (re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body) or [""])[1])
        for name, body in re.findall(r'<select name="([^"]+)">(.*?)</select>', form, re.DOTALL)
    ]
    flags = re.findall(r'<input type="checkbox" name="([^"]+)" value="([^"]*)" checked', form)
    return {name: value.replace("&#34;", '"') for name, value in [*inputs, *areas, *picks, *flags]}


async def test_a_survey_goes_through_the_editor_unchanged(ada: Visitor, db: Database) -> None:
    """Every setting has its place on the page: saving what is shown changes nothing."""
    assert (await read_in(ada, as_toml(survey()))).status_code == 303
    page = await ada.http.get("/surveys/mine/edit")
    saved = await post(ada, "/surveys/mine/edit", **{**fields_of(page), "action": "save"})
    assert saved.status_code == 303
    exported = from_file((await ada.http.get("/surveys/mine/export")).text)
    shown = {question.key: question for question in exported.questions}
    for question in survey().questions:
        got = shown[question.key]
        assert (got.kind, got.construct, got.options, got.rows) == (
            question.kind, question.construct, question.options, question.rows,
        )  # fmt: skip
        assert (got.show_if, got.required_if, got.not_applicable) == (
            question.show_if, question.required_if, question.not_applicable,
        )  # fmt: skip


@pytest.mark.parametrize("action", ["save", "publish", "undo", "remove.0"])
async def test_a_button_pressed_while_the_page_loads_costs_no_question(ada: Visitor, db: Database, action: str) -> None:
    await read_in(ada, as_toml(survey()))
    sent = list(fields_of(await ada.http.get("/surveys/mine/edit")).items())
    half = dict([one for one in sent if one[0] != "whole"][: len(sent) // 2])
    refused = await post(ada, "/surveys/mine/edit", **{**half, "action": action})
    assert refused.status_code == 422
    assert "had not loaded to its end" in refused.text
    page = await ada.http.get("/surveys/mine/edit")
    assert list(fields_of(page)) == [name for name, _value in sent]
    assert await rows(db, SurveyVersion) == []


async def test_files_go_out_and_come_back(ada: Visitor, db: Database) -> None:
    for text in (as_toml(survey()), as_json(survey()), as_yaml(survey())):
        assert from_file(text) == survey()
        assert from_file("\ufeff" + text.replace("\n", "\r\n")) == survey()
    assert (await read_in(ada, "key = 'mine'")).status_code == 422
    assert (await read_in(ada, "{" * 9000)).status_code == 422
    assert await rows(db, Survey) == []


async def test_what_was_asked_can_be_had_as_a_file_for_good(ada: Visitor, db: Database) -> None:
    first, second = survey("faces", "words"), survey("faces")
    for one in (first, second):
        await read_in(ada, as_yaml(one))
        page = await ada.http.get("/surveys/mine/edit")
        await post(ada, "/surveys/mine/edit", **{**fields_of(page), "action": "publish"})
    old = await ada.http.get("/surveys/mine/export?format=yaml&version=1")
    assert old.headers["content-type"].startswith("application/yaml")
    assert [one.key for one in from_file(old.text).questions] == [one.key for one in first.questions]
    assert (await ada.http.get("/surveys/mine/export?version=3")).status_code == 404
    assert "nobody by itself" in (await ada.http.get("/surveys")).text
    shown = [(await ada.http.get(f"/surveys/mine/preview{query}")).text for query in ("?version=1", "")]
    assert ["About words?" in page for page in shown] == [True, False]


def test_a_survey_in_yaml_is_read_as_it_looks() -> None:
    told = """# what the canteen asks
    key: canteen
    title: {zh: 食堂, en: "no"}
    intro: {zh: 两个问题, en: off}
    thanks: {zh: 谢谢, en: 12:30}
    questions:
      - {key: lunch, construct: satisfaction, kind: csat, required: true, wording: {zh: 怎么样, en: 2026-01-01}}
    """
    read = from_file(told.replace("\n    ", "\n"))
    assert (read.title.en, read.intro.en, read.thanks.en) == ("no", "off", "12:30")
    assert (read.questions[0].required, read.questions[0].wording.en) == (True, "2026-01-01")
    for bomb in ("a: &a [x,x]\nb: &b [*a,*a]\nkey: *b", "key: !!python/object/apply:os.system [id]"):
        with pytest.raises(Invalid) as refused:
            from_file(bomb)
        assert refused.value.errors[0].field == "file"


@pytest.mark.parametrize("path", PAGES)
async def test_managers_and_strangers_see_no_surveys(
    alice: Visitor, charlie: Visitor, visitor: Visitor, ada: Visitor, path: str
) -> None:
    await read_in(ada, as_toml(survey()))
    assert (await ada.http.get(path)).status_code == 200
    for person in (alice, charlie):
        assert (await person.http.get(path)).status_code == 403
    assert (await visitor.http.get(path)).status_code == 303


async def test_only_an_administrator_writes(alice: Visitor, ada: Visitor, db: Database) -> None:
    await read_in(ada, as_toml(survey()))
    for path in ("/surveys", "/surveys/mine", "/surveys/mine/edit", "/surveys/mine/preview"):
        assert (await post(alice, path, action="publish", **{"title.en": "Mine now"})).status_code == 403
        assert (await ada.http.post(path, data={"action": "publish"})).status_code == 403  # without its form token
    assert await rows(db, SurveyVersion) == []


async def test_what_is_no_survey_is_named_and_nothing_is_lost(ada: Visitor, db: Database) -> None:
    await read_in(ada, as_toml(survey("faces", "words")))
    fields = fields_of(await ada.http.get("/surveys/mine/edit"))
    wrong = fields | {"questions.0.key": "Not A Name!", "action": "save"}
    page = await post(ada, "/surveys/mine/edit", **wrong)
    assert page.status_code == 422
    assert "#q-0" in page.text
    unfinished = fields | {"questions.0.wording.zh": "", "intro.en": "I typed this", "action": "publish"}
    page = await post(ada, "/surveys/mine/edit", **unfinished)
    assert page.status_code == 422
    assert "I typed this" in page.text
    assert "I typed this" in (await ada.http.get("/surveys/mine/edit")).text
    assert await rows(db, SurveyVersion) == []


async def test_a_test_stores_nothing(ada: Visitor, db: Database) -> None:
    await read_in(ada, as_toml(survey("faces", "words")))
    page = await post(ada, "/surveys/mine/preview", submission_key="k", faces="4")
    assert "Nothing was stored" in page.text
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in (await ada.http.get("/surveys/mine/edit")).headers["Content-Security-Policy"]
    assert (await rows(db, Response), await rows(db, StepCount)) == ([], [])


async def test_f2_titles_are_words_on_every_page_of_the_editor(ada: Visitor, db: Database) -> None:
    bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    token = ada.http.cookies.get("csrftoken") or ""
    begun = await ada.http.post("/surveys", data={"_csrf_token": token, "title.en": bad, "title.zh": bad})
    where = begun.headers["location"]
    for path in ("/surveys", where, where.removesuffix("/edit"), where.replace("/edit", "/preview")):
        page = await ada.http.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    placed = await post(ada, where, **{"seen": "1", "title.en": "{{ticket.__class__}} {{7*7}}", "action": "save"})
    assert placed.status_code in (303, 422)


async def test_somebody_elses_change_is_not_written_over(ada: Visitor, db: Database) -> None:
    await read_in(ada, as_toml(survey("faces", "words")))
    fields = fields_of(await ada.http.get("/surveys/mine/edit"))
    await post(ada, "/surveys/mine/edit", **fields | {"title.en": "First", "action": "save"})
    late = await post(ada, "/surveys/mine/edit", **fields | {"title.en": "Second", "action": "save"})
    assert late.status_code == 409
    assert "First" in (await ada.http.get("/surveys/mine/edit")).text
