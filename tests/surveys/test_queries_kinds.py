"""What the floor above reads of answers of every kind."""

from typing import Any

import pytest

from core.db import Database
from surveys.models import Response
from surveys.queries import response_voices, willing
from surveys.schemas import ResponseVoice, Submission, SurveyDefinition
from surveys.service import drafting
from tests.surveys.questions import survey
from tests.surveys.story import link, reply, rows
from web import builtin


async def publish(db: Database, definition: SurveyDefinition) -> None:
    async with db.write() as session:
        await drafting.take_in(session, definition)
        await drafting.publish_draft(session, definition.key)


async def voice_of(db: Database, definition: SurveyDefinition, answers: dict[str, Any]) -> ResponseVoice:
    await publish(db, definition)
    await reply(db, await link(db), Submission("k", "en", answers))
    async with db.read() as session:
        [voice] = await response_voices(session, [one.id for one in await rows(db, Response)])
    return voice


@pytest.mark.parametrize(("given", "overall"), [(1, 0.0), (2, 25.0), (5, 100.0)])
async def test_the_whole_is_a_voice_of_its_own(db: Database, given: int, overall: float) -> None:
    voice = await voice_of(db, builtin.journey_end(), {"overall": given, "comment": "in the end it worked"})
    assert (voice.overall, voice.survey, voice.comment) == (overall, "journey-end", "in the end it worked")
    assert (voice.functional, voice.emotional, voice.satisfaction) == (None, None, None)


async def test_minutes_a_day_a_matrix_and_what_does_not_apply_are_no_scores(db: Database) -> None:
    said = {
        "csat": 4,
        "stars": "na",
        "lost": 45,
        "grid": {"speed": 1},
        "many": ["a"],
        "solved": "no",
        "since": "2026-03-31",
    }
    voice = await voice_of(db, survey(), said)
    assert (voice.overall, voice.lost_minutes, voice.satisfaction) == (75.0, 45.0, None)


async def test_answers_to_an_identified_survey_stand_beside_their_names(db: Database) -> None:
    await publish(db, survey("faces", "words", mode="identified"))
    await reply(db, await link(db), Submission("k", "en", {"faces": 2, "words": "slow"}))
    async with db.read() as session:
        [shown] = await willing(session, frozenset({"acme"}), 10)
        assert await willing(session, frozenset({"globex"}), 10) == []
    assert [one.value for one in shown.scores] == [2]
    assert (shown.comment, shown.ticket) == ("slow", "INC-1")


async def test_answers_to_a_confidential_survey_do_not(db: Database) -> None:
    await publish(db, survey("faces", "words"))
    await reply(db, await link(db), Submission("k", "en", {"faces": 2, "words": "slow"}))
    async with db.read() as session:
        assert await willing(session, None, 10) == []


async def test_who_agreed_and_who_was_named_stand_in_one_list_newest_first(db: Database) -> None:
    await publish(db, survey("faces", "words", mode="identified"))
    await reply(db, await link(db), Submission("first", "en", {"faces": 2, "words": "named"}))
    await publish(db, survey("faces", "words", "contact"))
    for ticket, contact in (("INC-2", True), ("INC-3", False)):
        said = {"faces": 2, "words": ticket, "contact": contact}
        await reply(db, await link(db, ticket), Submission(ticket, "en", said))
    async with db.read() as session:
        assert [one.comment for one in await willing(session, None, 10)] == ["INC-2", "named"]
        assert [one.comment for one in await willing(session, frozenset({"acme"}), 1)] == ["INC-2"]
