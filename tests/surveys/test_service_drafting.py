"""Work on a survey: kept step by step, taken back step by step, published whole."""

import msgspec
import pytest

from core.db import Database
from core.errors import Conflict, Invalid, NotFound
from journeys.schemas.places import Bilingual
from surveys import queries
from surveys.models import Mode, Survey, SurveyDraft, SurveyVersion
from surveys.rules.drafting import begun
from surveys.schemas import Draft, SurveyDefinition
from surveys.service import drafting
from tests.surveys.story import install, rows

TITLE = Bilingual(zh="食堂", en="Canteen")


async def begin(db: Database) -> None:
    async with db.write() as session:
        await drafting.begin(session, begun("canteen", TITLE))


async def titled(db: Database, title: str, seen: int) -> int:
    def change(draft: SurveyDefinition) -> SurveyDefinition:
        return msgspec.structs.replace(draft, title=Bilingual(zh="食堂", en=title))

    async with db.write() as session:
        return await drafting.save(session, "canteen", seen, change)


async def draft(db: Database) -> Draft:
    async with db.read() as session:
        return await drafting.draft_or_published(session, await drafting.survey_named(session, "canteen"))


async def publish(db: Database) -> int:
    async with db.write() as session:
        return await drafting.publish_draft(session, "canteen")


async def undo(db: Database) -> None:
    async with db.write() as session:
        await drafting.undo(session, "canteen")


async def test_a_survey_begins_as_a_draft_that_could_be_published(db: Database) -> None:
    await begin(db)
    assert await rows(db, SurveyVersion) == []
    assert await publish(db) == 1
    assert await rows(db, SurveyDraft) == []
    async with db.read() as session:
        assert (await queries.open_survey(session, "canteen")).survey.definition.title == TITLE


async def test_every_step_can_be_taken_back(db: Database) -> None:
    await begin(db)
    assert await titled(db, "Lunch", 1) == 2
    assert await titled(db, "Dinner", 2) == 3
    await undo(db)
    assert ((await draft(db)).definition.title.en, (await draft(db)).steps) == ("Lunch", 1)
    await undo(db)
    await undo(db)
    assert (await draft(db)).definition.title.en == "Canteen"


async def test_before_the_first_step_stands_what_is_published(db: Database) -> None:
    await begin(db)
    await publish(db)
    await titled(db, "Lunch", 0)
    await undo(db)
    assert (await draft(db)).number == 0
    await titled(db, "Lunch", 0)
    await titled(db, "Dinner", 1)
    async with db.write() as session:
        await drafting.discard(session, "canteen")
    assert (await draft(db)).definition.title.en == "Canteen"


async def test_a_step_without_a_change_is_no_step(db: Database) -> None:
    await begin(db)
    assert await titled(db, "Canteen", 1) == 1


async def test_two_people_never_write_over_each_other(db: Database) -> None:
    await begin(db)
    await titled(db, "Alice was here", 1)
    with pytest.raises(Conflict, match="Somebody else"):
        await titled(db, "Bob was here", 1)
    assert (await draft(db)).definition.title.en == "Alice was here"


async def test_only_so_many_steps_are_kept(db: Database) -> None:
    await begin(db)
    for number in range(1, 60):
        await titled(db, f"Title {number}", number)
    assert len(await rows(db, SurveyDraft)) == drafting.STEPS_KEPT


async def test_published_versions_never_change(db: Database) -> None:
    await begin(db)
    await publish(db)
    await titled(db, "Lunch", 0)
    assert await publish(db) == 2
    assert await publish(db) == 2
    titles = {version.number: version.definition["title"]["en"] for version in await rows(db, SurveyVersion)}
    assert titles == {1: "Canteen", 2: "Lunch"}


async def test_a_contradiction_is_not_published_and_stays_a_draft(db: Database) -> None:
    await begin(db)

    def anonymous(definition: SurveyDefinition) -> SurveyDefinition:
        return msgspec.structs.replace(definition, mode=Mode.ANONYMOUS, slug="")

    async with db.write() as session:
        await drafting.save(session, "canteen", 1, anonymous)
    with pytest.raises(Invalid):
        await publish(db)
    assert (await draft(db)).definition.mode is Mode.ANONYMOUS
    assert await rows(db, SurveyVersion) == []


async def test_two_surveys_never_share_an_address(db: Database) -> None:
    await begin(db)
    await publish(db)
    async with db.write() as session:
        await drafting.begin(session, msgspec.structs.replace(begun("mensa", TITLE), slug="canteen"))
    with pytest.raises(Invalid) as refused:
        async with db.write() as session:
            await drafting.publish_draft(session, "mensa")
    assert [error.field for error in refused.value.errors] == ["slug"]
    with pytest.raises(Invalid):
        await begin(db)


async def test_an_archived_survey_is_closed_and_can_be_opened_again(db: Database) -> None:
    await begin(db)
    await publish(db)
    async with db.write() as session:
        await drafting.set_archived(session, "canteen", True)
    async with db.read() as session:
        with pytest.raises(NotFound):
            await queries.open_survey(session, "canteen")
    async with db.write() as session:
        await drafting.set_archived(session, "canteen", False)
    async with db.read() as session:
        assert await queries.open_survey(session, "canteen")


async def test_the_list_shows_drafts_versions_and_archived_ones_last(db: Database) -> None:
    await install(db)
    await begin(db)
    async with db.write() as session:
        await drafting.set_archived(session, "canteen", True)
    async with db.read() as session:
        listed = await queries.surveys(session)
    assert [(row.key, row.version, row.has_draft, row.archived) for row in listed] == [
        ("post-ticket", 1, False, False),
        ("canteen", 0, True, True),
    ]
    assert {survey.key for survey in await rows(db, Survey)} == {"post-ticket", "canteen"}
