"""An open survey in a page of another site: shown by the sites that were allowed, and by nobody else."""

import pytest
from sqlmodel import select

from core.db import Database
from core.errors import Invalid
from surveys.models import Response
from surveys.rules.drafting import draft_from
from surveys.rules.files import as_toml, from_file
from tests.conftest import Visitor
from tests.surveys.questions import survey
from tests.surveys.story import rows
from tests.surveys.test_routes_open import publish

SITES = ["https://intranet.example.org", "http://127.0.0.1:9000"]


async def embedded(db: Database) -> None:
    await publish(db, survey("faces", "words", slug="lunch", origins=SITES))


async def test_only_the_sites_that_were_allowed_may_frame_it(visitor: Visitor, db: Database) -> None:
    await embedded(db)
    form = await visitor.http.get("/embed/lunch")
    sent = await visitor.http.post("/embed/lunch", data={"submission_key": "a", "faces": "4"})
    wrong = await visitor.http.post("/embed/lunch", data={"submission_key": "b", "faces": "9"})
    assert [page.status_code for page in (form, sent, wrong)] == [200, 200, 422]
    for page in (form, sent, wrong):
        policy = page.headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors https://intranet.example.org http://127.0.0.1:9000")
        assert "default-src 'none'" in policy
        assert "Set-Cookie" not in page.headers
    assert len(await rows(db, Response)) == 1


@pytest.mark.parametrize("path", ["/q/lunch", "/kiosk/lunch", "/feedback", "/sign-in", "/embed/never-was"])
async def test_everything_else_still_refuses_to_be_framed(visitor: Visitor, db: Database, path: str) -> None:
    await embedded(db)
    policy = (await visitor.http.get(path)).headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'none'")


async def test_a_survey_that_names_no_site_has_no_widget(visitor: Visitor, db: Database) -> None:
    await publish(db, survey("faces", slug="lunch"))
    pages = [await visitor.http.get(path) for path in ("/embed/lunch", "/widget/lunch.js", "/widget/none.js")]
    pages.append(await visitor.http.post("/embed/lunch", data={"submission_key": "a", "faces": "4"}))
    assert {page.status_code for page in pages} == {404}
    assert {page.headers["Content-Security-Policy"].rpartition(";")[2] for page in pages} == {" frame-ancestors 'none'"}
    async with db.read() as session:
        assert (await session.exec(select(Response))).all() == []


async def test_the_page_around_is_told_nothing_unless_it_was_allowed(visitor: Visitor, db: Database) -> None:
    await embedded(db)
    allowed = (await visitor.http.get(f"/embed/lunch?host={SITES[0]}")).text
    stranger = (await visitor.http.get("/embed/lunch?host=https://intranet.example.org.evil.example")).text
    assert f'data-host="{SITES[0]}"' in allowed
    assert "&amp;host=https%3A%2F%2Fintranet.example.org" in allowed
    assert 'data-host=""' in stranger
    assert "evil" not in stranger


async def test_the_script_is_small_and_speaks_the_survey_s_title(visitor: Visitor, db: Database) -> None:
    bad = "</script><script>alert(1)</script>"
    await publish(db, survey("faces", slug="lunch", origins=SITES, title={"en": bad, "zh": "午饭"}))
    script = await visitor.http.get("/widget/lunch.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.content) < 15_000
    assert "</script>" not in script.text
    assert "提意见" in script.text
    assert "Give feedback" in script.text


@pytest.mark.parametrize(
    "site", ["https://a.example; script-src *", "*", "https://*", "ftp://a.example", "https://a/b"]
)
def test_what_is_no_origin_is_refused(site: str) -> None:
    before = survey("faces", slug="lunch")
    text = as_toml(before).replace('slug = "lunch"', f'slug = "lunch"\norigins = ["{site}"]')
    with pytest.raises(Invalid):
        from_file(text)


def test_the_editor_takes_sites_one_a_line_as_browsers_write_them() -> None:
    before = survey("faces", slug="lunch")
    fields = {"slug": "lunch", "origins": "https://A.example/\r\nhttp://b.example:8080, https://c.example"}
    fields |= {f"{name}.{tongue}": "x" for name in ("title", "intro", "thanks") for tongue in ("en", "zh")}
    one = {"key": "q", "kind": "yesno", "construct": "other", "wording.en": "x", "wording.zh": "x"}
    fields |= {f"questions.0.{name}": value for name, value in one.items()}
    draft = draft_from("mine", fields, before)
    assert draft.origins == ["https://a.example", "http://b.example:8080", "https://c.example"]
    assert draft_from("mine", fields | {"origins": ""}, before).origins == []
