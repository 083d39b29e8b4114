import msgspec
import pytest

from core.db import Database
from core.errors import Conflict, Invalid
from journeys.schemas.places import Bilingual
from surveys import queries
from surveys.models import Mode, Survey, SurveyVersion, Trigger
from surveys.schemas import Submission, SurveyDefinition
from surveys.service import drafting, install_survey
from tests.surveys.story import change_trigger, install, link, post_ticket, reply, rows


async def publish(db: Database, definition: SurveyDefinition) -> None:
    async with db.write() as session:
        await install_survey(session, definition)


async def test_installing_twice_changes_nothing(db: Database) -> None:
    await install(db)
    await install(db)
    assert [version.number for version in await rows(db, SurveyVersion)] == [1]
    assert len(await rows(db, Trigger)) == 1


async def test_a_changed_text_is_a_new_version_and_the_old_one_stays(db: Database) -> None:
    await publish(db, post_ticket())
    await publish(db, msgspec.structs.replace(post_ticket(), title=Bilingual(zh="新题目", en="New title")))
    titles = {version.number: version.definition["title"]["en"] for version in await rows(db, SurveyVersion)}
    assert titles == {1: "How was it for you?", 2: "New title"}


async def test_an_open_link_shows_the_version_it_was_made_for(db: Database) -> None:
    await install(db)
    token = await link(db)
    await publish(db, msgspec.structs.replace(post_ticket(), title=Bilingual(zh="新题目", en="New title")))
    async with db.read() as session:
        asked = await queries.behind_link(session, token)
    assert asked.survey.definition.title.en == "How was it for you?"


async def test_a_version_is_read_back_as_it_was_published(db: Database) -> None:
    await install(db)
    async with db.read() as session:
        [version] = await rows(db, SurveyVersion)
        again = await queries.published(session, version.id)
        assert again is await queries.published(session, version.id)
    assert again.definition == msgspec.structs.replace(post_ticket(), trigger=None)


async def test_a_trigger_that_somebody_changed_stays_changed(db: Database) -> None:
    await install(db)
    await change_trigger(db, cooldown_days=30, active=False)
    await install(db)
    [trigger] = await rows(db, Trigger)
    assert (trigger.cooldown_days, trigger.active) == (30, False)


async def test_the_mode_may_change_until_somebody_has_trusted_it(db: Database) -> None:
    await install(db)
    await publish(db, msgspec.structs.replace(post_ticket(), mode=Mode.IDENTIFIED))
    await publish(db, post_ticket())
    [survey] = await rows(db, Survey)
    assert survey.mode == Mode.CONFIDENTIAL


async def test_the_mode_cannot_be_weakened_after_the_first_answer(db: Database) -> None:
    await install(db)
    await reply(db, await link(db), Submission("k", "en", {"functional": 3}))
    with pytest.raises(Conflict, match="stronger promise"):
        await publish(db, msgspec.structs.replace(post_ticket(), mode=Mode.IDENTIFIED))
    [survey] = await rows(db, Survey)
    assert survey.mode == Mode.CONFIDENTIAL
    assert [version.number for version in await rows(db, SurveyVersion)] == [1]


async def test_a_survey_that_cannot_be_published_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(Invalid):
        await publish(db, msgspec.structs.replace(post_ticket(), mode=Mode.ANONYMOUS))
    assert await rows(db, Survey) == []


async def test_what_was_written_by_hand_is_not_overwritten_by_what_is_built_in(db: Database) -> None:
    await install(db)
    own = msgspec.structs.replace(post_ticket(), title=Bilingual(zh="我们的", en="Our own"))
    async with db.write() as session:
        await drafting.take_in(session, own)
        await drafting.publish_draft(session, "post-ticket")
    await install(db)
    assert [version.definition["title"]["en"] for version in await rows(db, SurveyVersion)][1:] == ["Our own"]
