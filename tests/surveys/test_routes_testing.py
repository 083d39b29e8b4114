"""A survey is tried on any device by whoever has the test link; nothing that is sent there ever counts."""

import re

import pytest

from core.db import Database
from core.outbox import Fact
from surveys.models import Invitation, Response, StepCount, Survey, TrialAnswer
from surveys.rules.files import as_toml
from surveys.service import testing
from tests.conftest import Visitor
from tests.surveys.questions import survey
from tests.surveys.story import rows
from tests.surveys.test_routes_editor import post, read_in

SENT = {
    "submission_key": "k",
    "faces": "5",
    "one": "mail",
    "many": ["a", "b"],
    "words": "all <b>well</b>",
    "lost": "45",
}


@pytest.fixture
async def link(ada: Visitor) -> str:
    """The test link of a draft that was never published."""
    await read_in(ada, as_toml(survey("faces", "one", "many", "grid", "words", "lost")))
    assert (await post(ada, "/surveys/mine/test", do="open")).status_code == 303
    page = (await ada.http.get("/surveys/mine")).text
    found = re.search(r'href="http://127\.0\.0\.1:8000(/try/mine/\w+)"', page)
    assert found
    return found[1]


async def test_a_test_is_kept_apart_and_counts_nowhere(visitor: Visitor, ada: Visitor, db: Database, link: str) -> None:
    sent = await visitor.http.post(link, data=SENT)
    assert sent.status_code == 200
    assert "It counts nowhere" in sent.text
    assert [(one.language, len(one.told)) for one in await rows(db, TrialAnswer)] == [("en", 5)]
    for table in (Response, Invitation, StepCount):
        assert await rows(db, table) == []
    assert [fact.name for fact in await rows(db, Fact) if "esponse" in fact.name] == []
    page = (await ada.http.get("/surveys/mine")).text
    assert "all &lt;b&gt;well&lt;/b&gt;" in page
    assert "<dt>Answers</dt><dd>0" in page


async def test_every_page_of_it_says_so_in_both_languages(visitor: Visitor, link: str) -> None:
    pages = [await visitor.http.get(f"{link}?lang={language}") for language in ("en", "zh")]
    pages.append(await visitor.http.post(link, data={"submission_key": "k", "faces": "9"}))
    pages.append(await visitor.http.post(link, data=SENT))
    assert [page.status_code for page in pages] == [200, 200, 422, 200]
    for page in pages:
        assert "counts nowhere" in page.text
        assert "不计入任何结果" in page.text
        assert "data-steps" not in page.text, "where people stop is not counted in a test"


async def test_wrong_answers_are_told_and_nothing_is_lost(visitor: Visitor, db: Database, link: str) -> None:
    page = await visitor.http.post(link, data=SENT | {"faces": "9"})
    assert page.status_code == 422
    assert "all &lt;b&gt;well&lt;/b&gt;" in page.text
    assert await rows(db, TrialAnswer) == []


async def test_another_link_and_no_link_end_the_one_before(visitor: Visitor, ada: Visitor, link: str) -> None:
    unknown = (await visitor.http.get("/try/mine/" + "0" * 40)).content
    await post(ada, "/surveys/mine/test", do="open")
    assert (await visitor.http.get(link)).content == unknown
    assert (await visitor.http.get("/try/no-such-survey/x")).content == unknown
    fresh = re.search(r"/try/mine/\w+", (await ada.http.get("/surveys/mine")).text)
    assert fresh
    assert (await visitor.http.get(fresh[0])).status_code == 200
    assert (await ada.http.get("/surveys/mine/test.svg")).content.startswith(b"<?xml")
    await post(ada, "/surveys/mine/test", do="close")
    assert (await visitor.http.get(fresh[0])).status_code == 404
    assert (await visitor.http.post(fresh[0], data=SENT)).status_code == 404


async def test_test_answers_can_be_deleted_and_only_the_newest_are_kept(
    visitor: Visitor, ada: Visitor, db: Database, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testing, "MOST_KEPT", 2)
    for number in range(4):
        await visitor.http.post(link, data=SENT | {"words": f"take {number}"})
    told = [entry["answer"] for one in await rows(db, TrialAnswer) for entry in one.told]
    assert [one for one in told if one.startswith("take")] == ["take 2", "take 3"]
    await post(ada, "/surveys/mine/test", do="forget")
    assert await rows(db, TrialAnswer) == []
    assert [one.test_nonce for one in await rows(db, Survey)] != [None]


async def test_only_administrators_make_test_links(alice: Visitor, visitor: Visitor, link: str) -> None:
    assert (await post(alice, "/surveys/mine/test", do="open")).status_code == 403
    assert (await alice.http.get("/surveys/mine/test.svg")).status_code == 403
    assert (await alice.http.get(link)).status_code == 200, "a colleague may try it as anybody may"
