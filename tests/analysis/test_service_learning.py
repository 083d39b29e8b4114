"""Learning from corrections: when, what, what is used of it, and the way back."""

import pytest

from analysis import classifier
from analysis.classifier import VERSION, HeldOut
from analysis.classifier.head import Learned, LocalHead
from analysis.events import ComparisonAsked
from analysis.models import ClassifierHead, Experience, HeadState
from analysis.queries.heads import current_version, newest_comparison
from analysis.rules.correcting import Judgement
from analysis.service import heads, learning, rereading
from analysis.service.comparing import ask_to_compare
from analysis.service.reading import read_voices
from core.db import Database
from core.errors import Conflict, NotFound
from core.outbox import announce, drain_all
from feedback.schemas import Said
from feedback.service import receive
from tests.analysis.test_service_correcting import put_right, take_back
from tests.support.company import TODAY, Says, make_company, speak, voices_of
from tests.support.readings import assert_counts_hold, experiences, said
from web.worker import SUBSCRIPTIONS

NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
JARGON = [f"The blue screen came back, number {word}." for word in NUMBERS]


@pytest.fixture
async def company(db: Database, monkeypatch: pytest.MonkeyPatch) -> list[Experience]:
    monkeypatch.setenv("TOUCHSTONE_LEARN_AFTER", "3")
    await make_company(db, [Says("delivery", 75, text=text) for text in JARGON])
    return await experiences(db)


class Something(LocalHead):
    """A head that counts as having learnt something, and changes nothing."""

    @property
    def empty(self) -> bool:
        return False


def learned(sentiment: tuple[float, float] = (50.0, 60.0), places: tuple[float, float] | None = None) -> Learned:
    """As if learning had come to these scores."""
    before, after = (HeldOut(40, score, places and places[i]) for i, score in enumerate(sentiment))
    return Learned(Something(VERSION), before, after)


@pytest.fixture
def comes_to(monkeypatch: pytest.MonkeyPatch) -> list[Learned]:
    """What the next learnings come to; learning itself is tested in tests/analysis/classifier."""
    results: list[Learned] = []
    monkeypatch.setattr(classifier, "learn", lambda _corrections, _touchpoints: results.pop(0))
    return results


async def correct(db: Database, readings: list[Experience], label: str = "positive") -> None:
    for one in readings:
        await put_right(db, Judgement(label=label), of=one)
    await drain_all(db, SUBSCRIPTIONS)


async def versions(db: Database) -> dict[str, str]:
    async with db.read() as session:
        return {one.version: "current" if one.current else one.state for one in await heads.versions(session)}


async def test_few_corrections_teach_nothing_yet(db: Database, company: list[Experience]) -> None:
    await correct(db, company[:2])
    assert await versions(db) == {VERSION: "current"}


async def test_enough_corrections_are_learnt_from_and_used(
    db: Database, company: list[Experience], comes_to: list[Learned]
) -> None:
    comes_to += [learned()]
    await correct(db, company[:3])
    assert await versions(db) == {VERSION: "shipped", f"{VERSION}+1": "current"}
    await correct(db, company[3:5])
    assert len(await versions(db)) == 2, "the next learning needs as many again"


async def test_new_voices_are_read_by_the_version_in_use(
    db: Database, company: list[Experience], comes_to: list[Learned]
) -> None:
    comes_to += [learned()]
    await correct(db, company[:3])
    async with db.read() as session:
        reader = await heads.current_reader(session)
        assert await heads.current_reader(session) == reader, "loaded once"
    assert reader.head is not None
    (understood,) = read_voices(voices_of(Says("delivery", 50, text="Fine.")), [], reader)
    assert understood.experience.classifier == f"{VERSION}+1"


@pytest.mark.parametrize("result", [learned((60.0, 59.9)), learned((60.0, 60.0)), learned((50.0, 60.0), (70.0, 69.0))])
async def test_what_is_not_better_is_kept_and_not_used(
    db: Database, company: list[Experience], comes_to: list[Learned], result: Learned
) -> None:
    comes_to += [result]
    await correct(db, company[:3])
    assert await versions(db) == {VERSION: "current", f"{VERSION}+1": "candidate"}


async def test_the_same_corrections_are_not_learnt_twice(
    db: Database, company: list[Experience], comes_to: list[Learned]
) -> None:
    comes_to += [learned()]
    await correct(db, company[:3])
    async with db.write() as session:
        await learning.ask_to_learn(session)
    await drain_all(db, SUBSCRIPTIONS)
    assert len(await versions(db)) == 2


async def test_two_workers_that_learn_at_once_make_one_version(db: Database, company: list[Experience]) -> None:
    for one in company[:4]:
        await put_right(db, Judgement(label="positive"), of=one)
    async with db.read() as session:
        material = await learning.material(session, asked=False)
    assert material is not None
    for _worker in range(2):
        async with db.write() as session:
            await learning.keep(session, material, learned())
    assert len(await versions(db)) == 2


async def test_what_was_taken_back_is_not_learnt(db: Database, company: list[Experience]) -> None:
    for one in company[:3]:
        await put_right(db, Judgement(label="positive"), of=one)
    await take_back(db, await put_right(db, Judgement(label="negative"), of=company[0]))
    await put_right(db, Judgement(touchpoint="access"), of=company[1])
    async with db.read() as session:
        material = await learning.material(session, asked=True)
    assert material is not None
    assert sorted((one.text, one.label, one.touchpoint) for one in material.lessons) == sorted(
        [(JARGON[0], "positive", None), (JARGON[1], "positive", "access"), (JARGON[2], "positive", None)]
    )


async def test_going_back_and_forth(db: Database, company: list[Experience], comes_to: list[Learned]) -> None:
    comes_to += [learned(), learned((60.0, 70.0))]
    await correct(db, company[:3])
    await correct(db, company[3:6])
    first, second = f"{VERSION}+1", f"{VERSION}+2"
    assert await versions(db) == {VERSION: "shipped", first: "retired", second: "current"}
    assert await rolled_back(db) == first
    assert await versions(db) == {VERSION: "shipped", first: "current", second: "retired"}
    assert await rolled_back(db) == VERSION
    with pytest.raises(Conflict):
        await rolled_back(db)
    async with db.write() as session:
        await heads.promote(session, second)
    async with db.read() as session:
        assert await current_version(session) == second
    async with db.write() as session:
        await heads.promote(session, VERSION)
    assert await versions(db) == {VERSION: "current", first: "retired", second: "retired"}


async def rolled_back(db: Database) -> str:
    async with db.write() as session:
        return await heads.rollback(session)


async def test_a_version_for_another_shipped_one_reads_nothing(db: Database) -> None:
    async with db.write() as session:
        session.add(an_old_head())
    async with db.read() as session:
        assert await current_version(session) == VERSION
        shipped, old = await heads.versions(session)
    assert (shipped.current, old.current, old.state, old.fits) == (True, False, HeadState.RETIRED, False)
    for version in ("2020.1+4", "nonsense"):
        with pytest.raises(NotFound):
            async with db.write() as session:
                await heads.promote(session, version)


def an_old_head() -> ClassifierHead:
    return ClassifierHead(
        version="2020.1+4",
        base="2020.1",
        number=4,
        state=HeadState.CURRENT,
        made_at=TODAY,
        promoted_at=TODAY,
        corrections=20,
        learnt_from="x",
        held_out=20,
        head=b"",
    )


async def test_after_a_promotion_everything_is_read_again_when_asked(
    db: Database, company: list[Experience], comes_to: list[Learned]
) -> None:
    comes_to += [learned()]
    await correct(db, company[:3])
    corrected = await said(db)
    async with db.write() as session:
        assert await rereading.ask_to_read_again(session) == len(company)
    await drain_all(db, SUBSCRIPTIONS)
    assert {one.classifier for one in await experiences(db)} == {f"{VERSION}+1"}
    assert await said(db) == corrected
    await assert_counts_hold(db)


async def test_two_versions_are_compared_in_counts(
    db: Database, company: list[Experience], comes_to: list[Learned], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.service.comparing.now", lambda: TODAY)
    comes_to += [learned()]
    await correct(db, company[:3])
    await speak(db, [Says("delivery", 75, text="Long ago.", days_ago=90)])
    async with db.write() as session:
        await ask_to_compare(session, VERSION)
    await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        kept = await newest_comparison(session)
    assert kept is not None
    found = kept.found
    assert (found["present"], found["other"], found["comments"]) == (f"{VERSION}+1", VERSION, len(JARGON))
    assert found["labels_changed"] == 0, "a shift by nothing changes nothing"
    assert found["corrected"]["labels"]["n"] == 3
    assert not any(word in str(found) for word in ("blue", "screen"))


async def test_comparing_twice_is_comparing_once(db: Database, company: list[Experience]) -> None:
    async with db.write() as session:
        id_ = await ask_to_compare(session, VERSION)
    await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        first = await newest_comparison(session)
    async with db.write() as session:
        await announce(session, ComparisonAsked(str(id_)))
    assert await drain_all(db, SUBSCRIPTIONS) == 1
    async with db.read() as session:
        assert (await newest_comparison(session)) == first


async def test_a_version_that_is_not_there_is_not_compared(db: Database) -> None:
    with pytest.raises(NotFound):
        async with db.write() as session:
            await ask_to_compare(session, "2020.1+4")


async def test_real_corrections_make_a_version(db: Database) -> None:
    """All the way: people call good what the shipped reader calls bad, and the next one reads it so."""
    bad = ["broken", "slow", "terrible", "useless", "awful", "crashed"]
    words = ["printer", "laptop", "screen", "phone", "mail", "portal", "login", "network"]
    await make_company(
        db, [Says("delivery", 50, text=f"The {thing} is totally {word}.") for thing in words for word in bad]
    )
    for one in await experiences(db):
        await put_right(db, Judgement(label="positive" if "broken" in one.comment else "negative"), of=one)
    await drain_all(db, SUBSCRIPTIONS)
    async with db.read() as session:
        (made,) = [one for one in await heads.versions(session) if one.state != "shipped"]
    assert made.before is not None
    assert made.after is not None
    assert made.after.sentiment is not None
    assert made.after.sentiment > (made.before.sentiment or 0)
    assert made.current


async def test_a_worker_that_runs_notices_a_promotion_and_a_rollback(
    db: Database, company: list[Experience], comes_to: list[Learned]
) -> None:
    comes_to += [learned()]
    await heard(db, "first")
    await correct(db, company[:3])
    await heard(db, "second")
    await rolled_back(db)
    await heard(db, "third")
    found = {one.comment.split()[-1]: one.classifier for one in await experiences(db) if "heard" in one.comment}
    assert found == {"first": VERSION, "second": f"{VERSION}+1", "third": VERSION}


async def heard(db: Database, what: str) -> None:
    async with db.write() as session:
        text = f"Nothing was heard, {what}"
        await receive(session, Said(source="web", submission_key=what, text=text, kind="complaint", channel="web"))
    await drain_all(db, SUBSCRIPTIONS)


async def test_no_words_are_logged_whatever_is_learnt_and_read_again(
    db: Database, company: list[Experience], comes_to: list[Learned], caplog: pytest.LogCaptureFixture
) -> None:
    comes_to += [learned()]
    with caplog.at_level("DEBUG"):
        await correct(db, company[:3])
        async with db.write() as session:
            await rereading.ask_to_read_again(session)
            await ask_to_compare(session, VERSION)
        await drain_all(db, SUBSCRIPTIONS)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("sqlalchemy", "aiosqlite"))]
    assert not any("blue screen" in message for message in ours)
