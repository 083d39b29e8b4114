"""A reading is put right with one call and back with another; whatever is done, the counts are those of a recount."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from sqlmodel import delete

from analysis.models import Correction, Experience, Mention
from analysis.rules.correcting import SCORES, Judgement
from analysis.service.correcting import correct, undo
from core.db import Database
from core.errors import Invalid, NotFound
from tests.analysis.test_service_rollups import random_voices
from tests.support.company import Says, make_company, understand_all
from tests.support.readings import assert_counts_hold, corrections, counts, experiences, mentions, said

ACME, GLOBEX = frozenset({"acme"}), frozenset({"globex"})
SLOW = "The approval took far too long."
TWO_SIDES = "The approval took far too long, but the support colleague was very friendly."


async def put_right(
    db: Database, right: Judgement, *, of: Experience, mention: Mention | None = None, by: str = "alice"
) -> Correction:
    async with db.write() as session:
        return await correct(session, ACME, of.id, mention.id if mention else None, right, by)


async def take_back(db: Database, correction: Correction) -> None:
    async with db.write() as session:
        await undo(session, ACME, correction.experience_id, correction.id)


@pytest.fixture
async def slow(db: Database) -> Experience:
    await make_company(db, [Says("delivery", 25, text=SLOW), Says("delivery", 75, people=9, text="All good, thanks.")])
    return next(one for one in await experiences(db) if one.comment == SLOW)


async def mention_of(db: Database, experience: Experience) -> Mention:
    return next(one for one in await mentions(db) if one.experience_id == experience.id)


async def again(db: Database, experience: Experience) -> Experience:
    return next(one for one in await experiences(db) if one.id == experience.id)


async def test_a_corrected_label_counts_at_once(db: Database, slow: Experience) -> None:
    await put_right(db, Judgement(label="very_positive"), of=slow, mention=await mention_of(db, slow))
    mention, comment = await mention_of(db, slow), await again(db, slow)
    assert (mention.sentiment, mention.score, bool(mention.as_read)) == ("very_positive", SCORES["very_positive"], True)
    assert comment.sentiment == "very_positive", "its only mention and the comment have one label"
    await assert_counts_hold(db)


async def test_a_corrected_touchpoint_moves_the_words_and_not_the_scores(db: Database, slow: Experience) -> None:
    await put_right(db, Judgement(touchpoint="support-contact"), of=slow, mention=await mention_of(db, slow))
    assert (await mention_of(db, slow)).touchpoint == "support-contact"
    assert (await again(db, slow)).touchpoint == "delivery", "the person said themselves where they stood"
    assert any("support-contact" in row for row in (await counts(db))["Rollup"])
    await assert_counts_hold(db)


async def test_a_place_that_words_alone_told_follows_the_words(db: Database) -> None:
    await make_company(db, [Says("", 25, text=SLOW)])
    (experience,) = await experiences(db)
    assert experience.touchpoint == "approval"
    made = await put_right(
        db, Judgement(touchpoint="delivery"), of=experience, mention=await mention_of(db, experience)
    )
    assert (await again(db, experience)).touchpoint == "delivery"
    await assert_counts_hold(db)
    await take_back(db, made)
    assert (await again(db, experience)).touchpoint == "approval"


async def test_taking_back_leaves_everything_as_it_was(db: Database, slow: Experience) -> None:
    before, counted = await said(db), await counts(db)
    mention = await mention_of(db, slow)
    made = [
        await put_right(db, Judgement(label="positive"), of=slow, mention=mention),
        await put_right(db, Judgement(touchpoint=""), of=slow, mention=mention),
        await put_right(db, Judgement(label="mixed", touchpoint="access"), of=slow),
    ]
    assert await said(db) != before
    for correction in made:
        await take_back(db, correction)
        await assert_counts_hold(db)
    assert (await said(db), await counts(db)) == (before, counted)


async def test_taking_back_twice_changes_nothing(db: Database, slow: Experience) -> None:
    made = await put_right(db, Judgement(label="positive"), of=slow)
    await take_back(db, made)
    (first,) = await corrections(db)
    await take_back(db, made)
    assert await corrections(db) == [first]


async def test_the_last_of_two_wins_and_the_first_stands_again_without_it(db: Database, slow: Experience) -> None:
    mention = await mention_of(db, slow)
    await put_right(db, Judgement(label="neutral"), of=slow, mention=mention, by="alice")
    second = await put_right(db, Judgement(label="positive"), of=slow, mention=mention, by="bob")
    assert (await mention_of(db, slow)).sentiment == "positive"
    assert second.old_label == "neutral"
    await take_back(db, second)
    assert (await mention_of(db, slow)).sentiment == "neutral"


async def test_two_at_the_same_time_are_both_kept_and_one_wins(db: Database, slow: Experience) -> None:
    mention = await mention_of(db, slow)
    labels = ["neutral", "positive", "very_negative", "mixed"]
    await asyncio.gather(*(put_right(db, Judgement(label=one), of=slow, mention=mention, by=one) for one in labels))
    kept = await corrections(db)
    assert sorted(one.made_by for one in kept) == sorted(labels)
    assert (await mention_of(db, slow)).sentiment == kept[-1].label
    assert [one.old_label for one in kept[1:]] == [one.label for one in kept[:-1]], "each saw what the one before said"
    await assert_counts_hold(db)


async def test_what_is_kept_says_who_when_and_of_which_version(db: Database, slow: Experience) -> None:
    await put_right(db, Judgement(label="positive", touchpoint="delivery"), of=slow, mention=await mention_of(db, slow))
    (kept,) = await corrections(db)
    assert (kept.made_by, kept.classifier, kept.read_touchpoint) == ("alice", slow.classifier, "approval")
    assert (kept.old_label, kept.label, kept.touchpoint) == (slow.sentiment, "positive", "delivery")
    assert kept.made_at.tzinfo is not None
    assert SLOW not in str(kept)


async def test_each_side_of_a_comment_is_corrected_by_itself(db: Database) -> None:
    await make_company(db, [Says("delivery", 50, text=TWO_SIDES)])
    (experience,) = await experiences(db)
    found = sorted(await mentions(db), key=lambda one: one.start)
    assert len(found) == 2
    await put_right(db, Judgement(label="neutral"), of=experience, mention=found[0])
    assert [one.sentiment for one in sorted(await mentions(db), key=lambda one: one.start)] == [
        "neutral",
        found[1].sentiment,
    ]
    assert (await again(db, experience)).sentiment == experience.sentiment
    await assert_counts_hold(db)


async def test_a_stranger_finds_nothing(db: Database, slow: Experience) -> None:
    made = await put_right(db, Judgement(label="positive"), of=slow)
    for attempt in (
        lambda session: correct(session, GLOBEX, slow.id, None, Judgement(label="positive"), "charlie"),
        lambda session: undo(session, GLOBEX, slow.id, made.id),
        lambda session: correct(session, ACME, uuid4(), None, Judgement(label="positive"), "alice"),
        lambda session: correct(session, ACME, slow.id, uuid4(), Judgement(label="positive"), "alice"),
        lambda session: undo(session, ACME, slow.id, uuid4()),
    ):
        await refused(db, attempt)
    assert len(await corrections(db)) == 1


async def refused(db: Database, attempt: Callable[..., Awaitable[object]]) -> None:
    with pytest.raises(NotFound):
        async with db.write() as session:
            await attempt(session)


@pytest.mark.parametrize("right", [Judgement(), Judgement(label="angry"), Judgement(touchpoint="no-such-place")])
async def test_what_says_nothing_clear_is_refused(db: Database, slow: Experience, right: Judgement) -> None:
    with pytest.raises(Invalid):
        await put_right(db, right, of=slow)
    assert await corrections(db) == []


async def test_corrections_go_with_the_experience(db: Database, slow: Experience) -> None:
    made = await put_right(db, Judgement(label="positive"), of=slow)
    async with db.write() as session:
        await session.exec(delete(Experience).where(Experience.id == slow.id))  # type: ignore[arg-type]
    assert await corrections(db) == []
    with pytest.raises(NotFound):
        await take_back(db, made)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_is_corrected_and_taken_back_the_counts_are_those_of_a_recount(db: Database, seed: int) -> None:
    """Few people in few cells: names appear, become enough, and become too few again."""
    await make_company(db)
    await understand_all(db, [one for one in random_voices(seed, 90) if one.customer == "acme"])
    luck, made = random.Random(seed), list[Correction]()
    readings = [one for one in await experiences(db) if one.comment]
    for _ in range(40):
        if made and luck.random() < 0.35:
            await take_back(db, made.pop(luck.randrange(len(made))))
        else:
            made.append(await _random_correction(db, luck, luck.choice(readings)))
    await assert_counts_hold(db)
    for correction in made:
        await take_back(db, correction)
    await assert_counts_hold(db)
    assert all(not one.as_read for one in [*await experiences(db), *await mentions(db)])


async def _random_correction(db: Database, luck: random.Random, experience: Experience) -> Correction:
    own = [one for one in await mentions(db) if one.experience_id == experience.id]
    right = Judgement(
        label=luck.choice([None, *SCORES]), touchpoint=luck.choice([None, "", "delivery", "approval", "access"])
    )
    right = right if right != Judgement() else Judgement(label="neutral")
    return await put_right(db, right, of=experience, mention=luck.choice([None, *own]))
