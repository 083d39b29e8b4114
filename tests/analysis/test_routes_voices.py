"""Pages of comments: Alice reads and puts right what her customer's people wrote, Charlie finds nothing of it."""

import re
from html import unescape
from uuid import UUID

import httpx
import pytest
import time_machine

from analysis.models import Experience
from analysis.queries import voices as queries
from analysis.queries.voices import how_many_unplaced
from analysis.service import voices as service
from core.audit.queries import entries as newest_entries
from core.audit.service import verify
from core.auth.models import Role
from core.db import Database
from core.ids import veiled
from tests.conftest import Visitor, _signed_in
from tests.support.company import TODAY, Says, make_company
from tests.support.readings import assert_counts_hold, by_text, corrections, experiences, mentions

SLOW = [f"The approval took far too long, {word}." for word in ("alas", "again", "sadly", "as ever", "once more")]
MORE = [f"Nothing came of the approval, {word}." for word in ("alas", "again", "sadly", "as ever")]
SOUP = "The soup was cold."


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
async def acme_writes(db: Database) -> None:
    """Nine people about approvals in two months, three about access; Globex writes as well."""
    says = [Says("approval", 25, text=text, days_ago=5) for text in SLOW]
    says += [Says("approval", 25, text=text, days_ago=40, service="mail") for text in MORE]
    says += [Says("access", 25, text=f"My account is locked, {number}.", days_ago=6) for number in ("ay", "be", "see")]
    says += [Says("approval", 75, people=9, text="All approved at once, bravo!", customer="globex")]
    await make_company(db, says)


def quotes(text: str) -> list[str]:
    found = re.findall(r'<blockquote class="said"[^>]*><p class="words">(.*?)</p>', text, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", one)) for one in found]


async def page(visitor: Visitor, path: str) -> str:
    answer = await visitor.http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def post(visitor: Visitor, path: str, **form: str) -> httpx.Response:
    token = {"_csrf_token": visitor.http.cookies.get("csrftoken") or ""}
    return await visitor.http.post(path, data=form | token)


@pytest.mark.usefixtures("acme_writes")
async def test_alice_reads_what_enough_people_wrote_about(alice: Visitor) -> None:
    assert sorted(quotes(await page(alice, "/voices"))) == sorted(SLOW + MORE)


@pytest.mark.usefixtures("acme_writes")
async def test_three_people_about_one_touchpoint_are_too_few(alice: Visitor) -> None:
    text = await page(alice, "/voices?touchpoint=access")
    assert quotes(text) == []
    assert "at least 8 people" in text
    assert quotes(await page(alice, "/voices?q=locked")) == []


@pytest.mark.usefixtures("acme_writes")
async def test_a_part_of_too_few_people_cannot_be_cut_out(alice: Visitor) -> None:
    """Five wrote about laptops and four about mail: too few for words, and of mail for a number as well."""
    assert quotes(await page(alice, "/voices?service=laptop")) == []
    assert (await alice.http.get("/voices?service=mail")).status_code == 404


async def test_months_wait_until_there_are_enough(db: Database, alice: Visitor) -> None:
    await make_company(db, [Says("approval", 25, text=text, days_ago=40) for text in SLOW + MORE])
    assert len(quotes(await page(alice, "/voices"))) == 9
    await make_company(db, [Says("approval", 25, text="A single new voice about the approval.", days_ago=2)])
    assert len(quotes(await page(alice, "/voices"))) == 9, "it would be known by its time"


@pytest.mark.usefixtures("acme_writes")
async def test_filters_narrow_what_is_shown(alice: Visitor) -> None:
    assert len(quotes(await page(alice, "/voices?touchpoint=approval"))) == 9
    assert quotes(await page(alice, "/voices?q=ONCE more")) == [SLOW[4]]
    assert quotes(await page(alice, "/voices?language=zh")) == []
    assert quotes(await page(alice, "/voices?sentiment=positive")) == []
    assert len(quotes(await page(alice, "/voices?sentiment=negative&language=en"))) == 9


async def test_what_is_taken_out_of_words_cannot_be_searched_for(db: Database, alice: Visitor) -> None:
    said = [f"The approval is late, call me at +49 170 12345{n}." for n in range(9)]
    await make_company(db, [Says("approval", 25, text=text) for text in said])
    assert len(quotes(await page(alice, "/voices?q=late"))) == 9
    assert quotes(await page(alice, "/voices?q=123454")) == []
    assert "12345" not in await page(alice, "/voices")


async def test_pages_follow_each_other_without_a_gap(
    db: Database, alice: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PAGE", 4)
    said = {f"The approval took too long, number {n}.": n for n in range(23)}
    await make_company(db, [Says("approval", 25, text=text, days_ago=n * 4) for text, n in said.items()])
    found, path, pages = list[str](), "/voices", 0
    while path:
        text = await page(alice, path)
        found, pages = found + quotes(text), pages + 1
        older = re.search(r'href="([^"]+)">More comments', text)
        path = unescape(older[1]) if older else ""
    shown = [text for text, n in said.items() if n * 4 >= 14 or len(found) == len(said)]
    assert sorted(found) == sorted(shown)
    assert len(set(found)) == len(found)
    assert pages == -(-len(found) // 4)


async def test_a_search_says_how_far_it_came_and_goes_on_from_there(
    db: Database, alice: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks at so many comments at a time, however many there are, and none is passed over."""
    monkeypatch.setattr(queries, "LOOKED_AT", 3)
    said = [f"The approval took too long, {'quorble' if n == 0 else n}." for n in range(11)]
    await make_company(db, [Says("approval", 25, text=text, days_ago=60 - 3 * n) for n, text in enumerate(said)])
    found, path, pages = list[str](), "/voices?q=quorble", 0
    while path:
        text = await page(alice, path)
        found, pages = found + quotes(text), pages + 1
        further = re.search(r'href="([^"]+)">Look further back', text)
        assert bool(further) == ("Looked through as far back as" in text)
        path = unescape(further[1]) if further else ""
    assert found == said[:1]
    assert pages >= 3


async def test_a_wrong_cursor_is_refused_in_words(db: Database, alice: Visitor) -> None:
    await make_company(db)
    assert (await alice.http.get("/voices?cursor=nonsense")).status_code == 422


@pytest.mark.usefixtures("acme_writes")
async def test_no_ordered_id_and_no_customer_stand_on_the_page(db: Database, alice: Visitor) -> None:
    text = await page(alice, "/voices")
    ids = [str(one.id) for one in [*await experiences(db), *await mentions(db)]]
    assert not any(id_ in text for id_ in ids)
    assert "Acme" not in text


@pytest.mark.usefixtures("acme_writes")
async def test_charlie_reads_nothing_of_acme(charlie: Visitor) -> None:
    assert set(quotes(await page(charlie, "/voices"))) == {"All approved at once, bravo!"}
    assert quotes(await page(charlie, "/voices?q=long")) == []


@pytest.mark.usefixtures("acme_writes")
async def test_a_customer_reads_the_voices_of_their_own_people_and_corrects_nothing(
    db: Database, site: httpx.ASGITransport
) -> None:
    carol = await _signed_in(db, site, "carol", Role.CUSTOMER, ["acme"])
    text = await page(carol, "/voices")
    assert sorted(quotes(text)) == sorted(SLOW + MORE)  # through the same gate: three about access are too few
    assert "All approved at once" not in text
    assert '<form method="post" action="/voices' not in text
    assert quotes(await page(carol, "/voices?q=bravo")) == []
    (one, *_others) = await experiences(db)
    for path in (f"/voices/{veiled('reading', one.id)}/corrections", "/voices/unplaced"):
        assert (await post(carol, path, label="positive")).status_code in (403, 405)
    assert (await carol.http.get("/voices/unplaced")).status_code == 403
    await carol.http.aclose()


@pytest.mark.parametrize("path", ["/voices", "/voices/unplaced", "/classifier", f"/voices/{UUID(int=7)}"])
async def test_who_is_not_signed_in_is_asked_to(db: Database, visitor: Visitor, path: str) -> None:
    assert (await visitor.http.get(path)).status_code == 303


async def test_an_empty_installation_teaches(db: Database, alice: Visitor) -> None:
    await make_company(db)
    assert "Nobody has written yet" in await page(alice, "/voices")
    assert "Nothing waits to be placed" in await page(alice, "/voices/unplaced")
    assert "Nothing learnt yet" in await page(alice, "/classifier")


async def test_seven_people_are_told_to_wait(db: Database, alice: Visitor) -> None:
    await make_company(db, [Says("approval", 25, text=text) for text in (SLOW + MORE)[:7]])
    assert "Not enough comments yet" in await page(alice, "/voices")


# ---- one click, and back ----


def shown(one: Experience) -> str:
    return str(veiled("reading", one.id))


@pytest.mark.usefixtures("acme_writes")
async def test_one_click_puts_right_and_one_takes_back(db: Database, alice: Visitor) -> None:
    slow = by_text(await experiences(db), SLOW[0])
    await page(alice, "/voices")
    form = {"label": "very_positive", "back": "/voices?touchpoint=approval"}
    answer = await post(alice, f"/voices/{shown(slow)}/corrections", **form)
    (kept,) = await corrections(db)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/voices?touchpoint=approval&done={kept.id}#v-{shown(slow)}"
    assert kept.made_by == "alice@touchstone.example"
    text = await page(alice, answer.headers["location"])
    assert "Put right: Very positive. It was: Negative." in re.sub(r"\s+", " ", text)
    assert "put right" in text
    assert by_text(await experiences(db), SLOW[0]).sentiment == "very_positive"
    undone = await post(alice, f"/voices/{shown(slow)}/corrections/{kept.id}/undo", back="/voices")
    assert "Taken back" in await page(alice, undone.headers["location"])
    assert by_text(await experiences(db), SLOW[0]).sentiment == slow.sentiment
    await assert_counts_hold(db)


@pytest.mark.usefixtures("acme_writes")
async def test_a_comment_that_leaves_the_list_can_be_brought_back(db: Database, alice: Visitor) -> None:
    """Placed at a touchpoint of which too few wrote, it is shown no longer, but the way back is."""
    slow = by_text(await experiences(db), SLOW[0])
    await page(alice, "/voices")
    answer = await post(alice, f"/voices/{shown(slow)}/corrections", touchpoint="access", back="/voices")
    assert answer.status_code == 303
    text = await page(alice, answer.headers["location"])
    (kept,) = await corrections(db)
    assert f"/voices/{shown(slow)}/corrections/{kept.id}/undo" in text


@pytest.mark.usefixtures("acme_writes")
async def test_bob_takes_back_what_alice_did(db: Database, alice: Visitor, bob: Visitor) -> None:
    slow = by_text(await experiences(db), SLOW[0])
    await page(alice, "/voices")
    await page(bob, "/voices")
    await post(alice, f"/voices/{shown(slow)}/corrections", label="positive")
    (kept,) = await corrections(db)
    assert (await post(bob, f"/voices/{shown(slow)}/corrections/{kept.id}/undo")).status_code == 303


@pytest.mark.usefixtures("acme_writes")
async def test_charlie_can_neither_see_nor_correct_nor_take_back(
    db: Database, alice: Visitor, charlie: Visitor
) -> None:
    slow = by_text(await experiences(db), SLOW[0])
    await page(alice, "/voices")
    await post(alice, f"/voices/{shown(slow)}/corrections", label="positive")
    (kept,) = await corrections(db)
    text = await page(charlie, f"/voices?done={kept.id}")
    assert "Put right" not in text
    assert (await charlie.http.get(f"/voices/{shown(slow)}")).status_code == 404
    assert (await post(charlie, f"/voices/{shown(slow)}/corrections", label="negative")).status_code == 404
    assert (await post(charlie, f"/voices/{shown(slow)}/corrections/{kept.id}/undo")).status_code == 404
    assert len(await corrections(db)) == 1


@pytest.mark.usefixtures("acme_writes")
async def test_a_form_without_its_token_is_refused(db: Database, alice: Visitor) -> None:
    slow = by_text(await experiences(db), SLOW[0])
    answer = await alice.http.post(f"/voices/{shown(slow)}/corrections", data={"label": "positive"})
    assert answer.status_code == 403
    assert await corrections(db) == []


@pytest.mark.usefixtures("acme_writes")
@pytest.mark.parametrize("form", [{}, {"label": "angry"}, {"touchpoint": "nowhere-at-all"}])
async def test_a_correction_that_says_nothing_is_refused(db: Database, alice: Visitor, form: dict[str, str]) -> None:
    slow = by_text(await experiences(db), SLOW[0])
    await page(alice, "/voices")
    assert (await post(alice, f"/voices/{shown(slow)}/corrections", **form)).status_code == 422


@pytest.mark.usefixtures("acme_writes")
@pytest.mark.parametrize("back", ["https://evil.example/voices", "//evil.example/voices", "/sign-in", "javascript:0"])
async def test_the_way_back_stays_on_this_site(db: Database, alice: Visitor, back: str) -> None:
    slow = by_text(await experiences(db), SLOW[0])
    await page(alice, "/voices")
    answer = await post(alice, f"/voices/{shown(slow)}/corrections", label="positive", back=back)
    assert answer.headers["location"].startswith("/voices?")


@pytest.mark.usefixtures("acme_writes")
async def test_one_comment_has_a_page_of_its_own(db: Database, alice: Visitor) -> None:
    slow = by_text(await experiences(db), SLOW[0])
    assert quotes(await page(alice, f"/voices/{shown(slow)}")) == [SLOW[0]]
    assert (await alice.http.get(f"/voices/{slow.id}")).status_code == 404, "only as it was shown"


async def test_pages_speak_chinese(db: Database, alice: Visitor) -> None:
    await make_company(db, [Says("approval", 25, text=text) for text in SLOW + MORE])
    for path in ("/voices", "/voices/unplaced", "/classifier"):
        main = "<main" + (await page(alice, f"{path}?lang=zh")).split("<main")[1]
        visible = re.sub(r"<blockquote.*?</blockquote>|<q .*?</q>|<[^>]+>|&\w+;", " ", main, flags=re.DOTALL)
        words = set(re.findall(r"[A-Za-z]{3,}", visible)) - {"Touchstone", "Wilson", "Laptops", "Mail"}
        assert words == set(), path


# ---- what waits to be placed ----


@pytest.fixture
async def soup(db: Database) -> None:
    """Nine people about something that no touchpoint knows."""
    await make_company(db, [Says("", 25, text=f"{SOUP[:-1]}, number {n}.") for n in range(9)])


@pytest.mark.usefixtures("soup")
async def test_what_no_touchpoint_knows_waits_and_is_placed_with_one_click(db: Database, alice: Visitor) -> None:
    text = await page(alice, "/voices/unplaced")
    assert "9 are waiting" in text
    action = re.search(r'action="(/voices/[\w-]+/corrections)"', text)
    mention = re.search(r'name="mention" value="([\w-]+)"', text)
    assert action
    assert mention
    answer = await post(alice, action[1], mention=mention[1], touchpoint="guidance", back="/voices/unplaced")
    assert answer.headers["location"].startswith("/voices/unplaced?done=")
    assert [one.touchpoint for one in await mentions(db)].count("guidance") == 1
    await assert_counts_hold(db)


@pytest.mark.usefixtures("soup")
async def test_what_others_meant_is_offered_where_the_words_name_nothing(db: Database, alice: Visitor) -> None:
    text = await page(alice, "/voices/unplaced")
    assert offered(text) == []
    action = re.search(r'action="(/voices/[\w-]+/corrections)"', text)
    mention = re.search(r'name="mention" value="([\w-]+)"', text)
    assert action
    assert mention
    await post(alice, action[1], mention=mention[1], touchpoint="guidance", back="/voices/unplaced")
    text = await page(alice, "/voices/unplaced")
    assert offered(text) == ["guidance"]
    assert "what others mostly mean is offered too" in text


def offered(text: str) -> list[str]:
    """The touchpoints that take one click."""
    actions = re.search(r'<div class="actions candidates">(.*?)</div>', text, re.DOTALL)
    assert actions
    return re.findall(r'name="touchpoint" value="([\w-]+)"', actions[1])


@pytest.mark.usefixtures("soup")
async def test_none_of_these_ends_the_waiting_too(db: Database, alice: Visitor) -> None:
    text = await page(alice, "/voices/unplaced")
    action = re.search(r'action="(/voices/[\w-]+/corrections)"', text)
    mention = re.search(r'name="mention" value="([\w-]+)"', text)
    assert action
    assert mention
    await post(alice, action[1], mention=mention[1], touchpoint="", back="/voices/unplaced")
    async with db.read() as session:
        assert await how_many_unplaced(session, frozenset({"acme"})) == 8


@pytest.mark.usefixtures("soup")
async def test_skipping_comes_to_an_end(alice: Visitor) -> None:
    path, seen = "/voices/unplaced", list[str]()
    while found := re.search(r'href="(/voices/unplaced\?after=[^"]+)"', text := await page(alice, path)):
        seen += quotes(text)
        path = unescape(found[1])
    assert len(set(seen)) == len(seen) == 9
    assert "That was the last one" in text


@pytest.mark.usefixtures("soup")
async def test_charlie_has_nothing_to_place(charlie: Visitor) -> None:
    assert "Nothing waits to be placed" in await page(charlie, "/voices/unplaced")


async def test_a_quote_of_the_report_leads_to_how_it_was_read(db: Database, alice: Visitor) -> None:
    complaints = [Says("delivery", 0, text=f"Nothing arrived, the delivery was late {word}.") for word in "abcdefgh"]
    await make_company(db, [*complaints, Says("support-contact", 100, people=20)])
    found = re.search(r'<a href="(/voices/[\w-]+)">Read wrongly\?', await page(alice, "/"))
    assert found
    assert "Nothing arrived" in quotes(await page(alice, found[1]))[0]


@pytest.mark.usefixtures("acme_writes")
async def test_who_saw_words_and_took_files_is_written_down_for_administrators(
    db: Database, alice: Visitor, charlie: Visitor
) -> None:
    """By what was chosen, never by what was searched for; who was sent away has seen nothing."""
    await page(alice, "/voices?touchpoint=approval&q=quorble")
    one = re.search(r"/voices/[0-9a-f-]{36}", await page(alice, "/voices"))
    assert one
    await page(alice, one[0])
    await page(alice, "/reports/experience.csv?period=3")
    await page(alice, "/api/v1/readings?service=laptop")
    for path in (one[0], "/reports/experience.csv?customer=acme", "/voices?service=mail"):
        assert (await charlie.http.get(path)).status_code == 404
    async with db.read() as session:
        entries = [(one.what, one.about) for one in await newest_entries(session) if one.who.startswith("alice")]
    assert [entry for entry in reversed(entries) if entry[0] != "auth.signed_in"] == [
        ("voices.seen", "touchpoint=approval searched=yes"),
        ("voices.seen", ""),
        ("voices.one_seen", one[0].rpartition("/")[2]),
        ("reports.taken", "csv 2026-04..2026-06"),
        ("voices.seen", "service=laptop"),
    ]
    async with db.read() as session:
        assert not [
            one for one in await newest_entries(session) if one.who.startswith("charlie") and "seen" in one.what
        ]
        assert (await verify(session)).whole
    assert (await alice.http.get("/audit")).status_code == 403
