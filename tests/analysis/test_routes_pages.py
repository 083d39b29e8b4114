"""The manager's pages: Alice reads what her customer's people say, Charlie nothing of it, a stranger is sent away."""

import re

import msgspec
import pytest
import time_machine

from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from journeys.schemas.places import Bilingual, Persona, Scenario
from journeys.service.places import install_journey
from tests.conftest import PASSWORD, Visitor
from tests.support.company import TODAY, Says, make_company, speak
from web import builtin

ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # a page says the same on either
PAGES = ["/", "/journeys/service", "/flow", "/journeys/service/touchpoints/delivery"]
CURIOUS = "The approval of Acme took three endless weeks."


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
async def acme_speaks(db: Database) -> None:
    """Acme: good support, bad delivery, over three months. Globex is silent."""
    says = [
        Says("support-contact", score, people=12, days_ago=ago, text="Kind and quick support.")
        for score in (75, 100)
        for ago in (5, 40, 70)
    ]
    says += [
        Says("delivery", score, people=8, days_ago=ago, service="mail") for score in (0, 25) for ago in (5, 40, 70)
    ]
    await make_company(db, says)


async def page(visitor: Visitor, path: str) -> str:
    answer = await visitor.http.get(path)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


@ONE_ENGINE
@pytest.mark.parametrize("path", PAGES)
async def test_a_stranger_is_asked_to_sign_in(db: Database, visitor: Visitor, path: str) -> None:
    answer = await visitor.http.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")


@ONE_ENGINE
@pytest.mark.parametrize("path", PAGES)
async def test_an_empty_installation_teaches_how_to_begin(db: Database, alice: Visitor, path: str) -> None:
    await make_company(db)
    text = await page(alice, path)
    assert "touchstone import tickets" in text or "Too few" in text


@pytest.mark.usefixtures("acme_speaks")
async def test_alice_reads_what_hurts_in_words_and_figures(alice: Visitor) -> None:
    text = await page(alice, "/")
    assert re.search(r"Delivery: satisfaction 1[0-9] of 100 \(\d+ to \d+\), 7\d below the rest, 48 answers", text)
    assert "One touchpoint clearly hurts: Delivery." in text
    assert "Support contact: satisfaction 8" in text


@ONE_ENGINE
@pytest.mark.usefixtures("acme_speaks")
async def test_bob_reads_the_same_as_alice(alice: Visitor, bob: Visitor) -> None:
    def report(text: str) -> str:
        return text[text.index("<main") : text.index("</main>")]

    assert report(await page(alice, "/")) == report(await page(bob, "/"))


@pytest.mark.usefixtures("acme_speaks")
@pytest.mark.parametrize("path", PAGES)
async def test_charlie_learns_nothing_about_acme(charlie: Visitor, path: str) -> None:
    text = await page(charlie, path)
    assert "Acme" not in text
    assert "Kind and quick support" not in text
    assert "of 100" not in text
    assert not re.search(r"n = \d", text)
    assert "Laptops" not in text, "not even which services Acme uses"


@ONE_ENGINE
@pytest.mark.usefixtures("acme_speaks")
@pytest.mark.parametrize("path", PAGES)
async def test_what_charlie_may_not_see_and_what_there_is_not_look_alike(charlie: Visitor, path: str) -> None:
    for query in ("customer=acme", "customer=nobody", "service=laptop", "service=nothing"):
        answer = await charlie.http.get(f"{path}?{query}")
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text


@ONE_ENGINE
async def test_a_wrong_filter_is_refused_in_words(db: Database, alice: Visitor) -> None:
    await make_company(db)
    for query in ("period=7", "period=never", "from=31.12.2025", "from=2026-05-01&to=2026-01-01"):
        assert (await alice.http.get(f"/?{query}")).status_code == 422


@ONE_ENGINE
async def test_a_journey_that_does_not_exist_is_not_found(db: Database, alice: Visitor) -> None:
    await make_company(db)
    assert (await alice.http.get("/journeys/elsewhere")).status_code == 404


async def test_four_people_are_too_few_for_any_number(db: Database, alice: Visitor) -> None:
    await make_company(db, [Says("delivery", 25, people=4, text="Far too slow.")])
    for path in PAGES[:2]:
        text = await page(alice, path)
        assert "Far too slow" not in text
        assert not re.search(r"n = \d", text)
    assert "Not enough answers for a number" in await page(alice, "/")


async def test_the_fifth_person_makes_a_number_but_no_quote(db: Database, alice: Visitor) -> None:
    await make_company(db, [Says("delivery", score, text="Far too slow, nobody came.") for score in (0, 0, 25, 25, 50)])
    text = await page(alice, "/")
    assert "n = 5" in text
    assert "Far too slow" not in text


async def test_words_are_quoted_where_eight_people_wrote(db: Database, alice: Visitor) -> None:
    complaints = [Says("delivery", 0, text=f"Nothing arrived, the delivery was late: {word}.") for word in "abcdefgh"]
    await make_company(db, [*complaints, Says("support-contact", 100, people=20)])
    text = await page(alice, "/")
    assert text.count("<blockquote") == 1, "eight ways of saying one thing are one quote"
    assert "Nothing arrived" in text


async def test_a_filter_that_cuts_a_part_out_shows_no_words(db: Database, alice: Visitor) -> None:
    complaints = [Says("delivery", 0, text=f"Nothing arrived, the delivery was late {word}.") for word in "abcdefgh"]
    await make_company(db, [*complaints, Says("support-contact", 100, people=20)])
    assert "Nothing arrived" not in await page(alice, "/?service=laptop")


@ONE_ENGINE
async def test_what_was_written_cannot_become_a_page(db: Database, alice: Visitor) -> None:
    nasty = "<script>alert(1)</script> Terrible and late, {{ 7 * 7 }} %(n)s"
    await make_company(db, [Says("delivery", 0, people=9, text=nasty), Says("support-contact", 100, people=20)])
    text = await page(alice, "/")
    assert "<script>alert" not in text
    assert "Terrible and late" in text
    assert "49 %" not in text


@ONE_ENGINE
async def test_addresses_and_numbers_are_taken_out_of_words(db: Database, alice: Visitor) -> None:
    said = "Terrible, nobody called me back at +49 170 1234567 or wrote to wang@acme.example."
    await make_company(db, [Says("delivery", 0, people=9, text=said), Says("support-contact", 100, people=20)])
    text = await page(alice, "/")
    assert "Terrible, nobody called me back" in text
    assert "1234567" not in text
    assert "wang@" not in text


@ONE_ENGINE
@pytest.mark.usefixtures("acme_speaks")
async def test_pages_speak_chinese(alice: Visitor) -> None:
    text = await page(alice, "/?lang=zh")
    assert 'lang="zh-Hans"' in text
    assert "交付" in text
    assert "Touchpoints that clearly" not in text


@pytest.mark.usefixtures("acme_speaks")
async def test_a_period_is_whole_months(alice: Visitor) -> None:
    whole = await page(alice, "/?from=2026-05-01&to=2026-05-31")
    part = await page(alice, "/?from=2026-05-17&to=2026-05-18")
    assert whole == part.replace("2026-05-17", "2026-05-01").replace("2026-05-18", "2026-05-31")


async def test_a_new_answer_alone_changes_no_quiet_touchpoint(db: Database, alice: Visitor) -> None:
    """It waits until enough others have come."""
    await make_company(db, [Says("delivery", 25, people=9, days_ago=40), Says("support-contact", 100, people=20)])
    before = re.findall(r"Delivery: satisfaction[^<]*", await page(alice, "/"))
    await speak(db, [Says("delivery", 100, days_ago=1)])
    assert re.findall(r"Delivery: satisfaction[^<]*", await page(alice, "/")) == before
    assert before


@ONE_ENGINE
@pytest.mark.usefixtures("acme_speaks")
async def test_who_has_one_customer_has_none_to_choose(alice: Visitor) -> None:
    text = await page(alice, "/")
    assert 'name="service"' in text
    assert 'name="customer"' not in text


async def test_a_customer_reads_about_their_own_people_and_corrects_nothing(
    db: Database, acme_speaks: None, visitor: Visitor
) -> None:
    async with db.write() as session:
        await auth.add_user(session, "carol@acme.example", PASSWORD, Role.CUSTOMER, ["acme"])
    await visitor.sign_in("carol@acme.example")
    told = await page(visitor, "/journeys/service/touchpoints/support-contact")
    assert "Kind and quick support." in told
    assert "Read wrongly?" not in told
    for path in ("/voices/unplaced", "/feedback/inbox", "/feedback/person", "/users"):
        assert (await visitor.http.get(path)).status_code == 403


@ONE_ENGINE
async def test_a_place_that_is_not_there_is_not_found(db: Database, acme_speaks: None, alice: Visitor) -> None:
    for path in ("/journeys/service/touchpoints/nowhere", "/journeys/nowhere/touchpoints/delivery"):
        assert (await alice.http.get(path)).status_code == 404


async def test_two_periods_of_the_journey_stand_side_by_side(db: Database, alice: Visitor, charlie: Visitor) -> None:
    """Delivery became worse, support did not: said in words, drawn, and behind it as a table, with its interval."""
    worse = [
        Says("delivery", score, people=10, days_ago=ago)
        for ago, said in ((5, (0, 25)), (40, (75, 100)))
        for score in said
    ]
    steady = [Says("support-contact", score, people=10, days_ago=ago) for ago in (5, 40) for score in (50, 75)]
    await make_company(db, [*worse, *steady])
    text = await page(alice, "/journeys/service?from=2026-06-01&against=before")
    assert re.search(r"Onboard: Emotional 75 points lower \(\d+ to \d+\)", text)
    assert "Co-create: " not in text, "what is steady is not said to differ"
    assert "Jun 2026 against May 2026" in text
    assert re.search(r"Delivery</th> <td class=\"num\"><b>−75</b>", text)
    assert "Onboard: Emotional" not in await page(charlie, "/journeys/service?from=2026-06-01&against=before")
    for query in ("against=service:mail", "against=customer:acme", "against=nothing", "persona=nobody"):
        assert (await charlie.http.get(f"/journeys/service?{query}")).status_code == 404


@ONE_ENGINE
async def test_two_services_stand_side_by_side(db: Database, alice: Visitor) -> None:
    says = [Says("delivery", score, people=10, service="laptop") for score in (0, 25)]
    await make_company(db, [*says, *(Says("delivery", score, people=10, service="mail") for score in (75, 100))])
    text = await page(alice, "/journeys/service?service=mail&against=service:laptop")
    assert re.search(r"Onboard: Satisfaction 75 points higher \(\d+ to \d+\)", text)
    assert "Mail against Laptops" in text


@ONE_ENGINE
async def test_d5_where_all_agree_a_band_is_read_on_every_page(db: Database, alice: Visitor) -> None:
    """Six people all said 100: no page, chart or table prints a mean, not even that of which one differed."""
    await make_company(db, [Says("delivery", 100, people=6), Says("support-contact", 50, people=20, days_ago=40)])
    for path in ("/?period=3", "/journeys/service?period=3", "/journeys/service/touchpoints/delivery?period=3"):
        text = await page(alice, path)
        assert re.search(r"\b88–100\b|\b88 to 100\b", re.sub("<[^>]+>", "", text)), path
        assert not re.search(r"(?<![–\d])(?<!to )(9[4-9]|100)(\.\d)? (of 100|· n)|<b>(9[4-9]|100)</b>", text), path


@ONE_ENGINE
async def test_a_persona_narrows_the_journey_to_its_ways(db: Database, alice: Visitor) -> None:
    await make_company(
        db, [Says("delivery", s, people=9) for s in (0, 50)] + [Says("support-contact", s, people=9) for s in (25, 75)]
    )
    newcomer = Persona("newcomer", Bilingual("新员工", "A newcomer"))
    way = Scenario("first-day", Bilingual("第一天", "The first day"), persona="newcomer", touchpoints=["delivery"])
    walked = msgspec.structs.replace(builtin.journey(), personas=[newcomer], scenarios=[way])
    async with db.write() as session:
        await install_journey(session, walked)
    text = await page(alice, "/journeys/service?persona=newcomer")
    figures = text[text.index("All figures") :]
    assert "/touchpoints/delivery" in figures
    assert "/touchpoints/support-contact" not in figures
    assert '<option value="newcomer" selected>' in text
