"""What an experience adds to the counts, and where it stands."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from analysis.classifier import MentionReading
from analysis.models import Dimension, Experience, Mention, PlacedBy, VoiceKind
from analysis.rules.counting import counted
from analysis.rules.placing import main_touchpoint
from analysis.schemas.voices import Voice
from journeys.models import Stage, Touchpoint

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def experience(**more: Any) -> Experience:
    told = {"touchpoint": "delivery", "sentiment": "none", "day": date(2026, 6, 1), "said_at": NOW}
    return Experience(voice_kind=VoiceKind.RESPONSE, voice_id=uuid4(), **told | more)


def mention(touchpoint: str, score: float, sentiment: str = "negative") -> Mention:
    return Mention(
        experience_id=uuid4(), touchpoint=touchpoint, start=0, end=1, sentiment=sentiment, score=score, confidence=0.9
    )


def words(rows: list[Any]) -> dict[str, int]:
    return {row.touchpoint: row.score for row in rows if row.dimension is Dimension.SENTIMENT}


def test_scores_count_at_the_main_touchpoint_and_unanswered_ones_nowhere() -> None:
    rows = counted(experience(functional=75.0, satisfaction=0.0), [])
    assert [(row.touchpoint, row.dimension, row.score) for row in rows] == [
        ("delivery", "functional", 75),
        ("delivery", "satisfaction", 0),
    ]


def test_words_count_once_at_every_touchpoint_they_are_about() -> None:
    said = [mention("approval", -1.0), mention("approval", 0.0), mention("delivery", 0.5, "positive")]
    assert words(counted(experience(sentiment="mixed"), said)) == {"approval": 25, "delivery": 75}


def test_a_clause_without_a_place_is_about_the_main_touchpoint() -> None:
    assert words(counted(experience(sentiment="negative"), [mention("", -0.5)])) == {"delivery": 25}


def test_words_about_other_places_say_nothing_of_the_main_one() -> None:
    assert words(counted(experience(sentiment="negative"), [mention("approval", -0.5)])) == {"approval": 25}


def test_a_comment_without_clauses_stands_for_itself_and_one_without_opinion_for_nothing() -> None:
    assert words(counted(experience(sentiment="positive", sentiment_score=0.5), [])) == {"delivery": 75}
    assert words(counted(experience(sentiment="none"), [])) == {}
    assert words(counted(experience(sentiment="none"), [mention("delivery", 0.0, "none")])) == {}


def test_a_voice_whose_person_is_unknown_counts_as_a_person_of_its_own() -> None:
    unknown = experience(satisfaction=50.0)
    known = experience(satisfaction=50.0, person_id=uuid4())
    assert [row.person for row in counted(unknown, [])] == [unknown.voice_id]
    assert [row.person for row in counted(known, [])] == [known.person_id]


# where a voice stood


def touchpoint(key: str, **context: str) -> Touchpoint:
    contexts = [context] if context else []
    return Touchpoint(
        journey_id=uuid4(), key=key, stage=Stage.AGREE, position=0, name_en=key, name_zh=key, contexts=contexts
    )


PLACES = [touchpoint("delivery", kind="request"), touchpoint("approval"), touchpoint("access")]


def voice(**more: Any) -> Voice:
    return Voice(VoiceKind.FEEDBACK, uuid4(), NOW, "", "en", "web", **more)


def named(key: str | None, confidence: float) -> MentionReading:
    return MentionReading(key, (), 0, 1, "negative", -0.5, confidence)


def test_the_ticket_says_first_where_a_voice_stood() -> None:
    said = voice(context={"kind": "request"}, chosen="approval")
    assert main_touchpoint(said, [named("access", 0.99)], PLACES) == ("delivery", PlacedBy.TICKET)


def test_then_the_person_says_it() -> None:
    assert main_touchpoint(voice(context={"kind": "incident"}, chosen="approval"), [], PLACES) == (
        "approval",
        PlacedBy.PERSON,
    )


def test_then_the_clearest_words() -> None:
    mentions = [named(None, 0.99), named("access", 0.6), named("approval", 0.8)]
    assert main_touchpoint(voice(), mentions, PLACES) == ("approval", PlacedBy.WORDS)


def test_a_place_that_is_no_more_is_not_believed() -> None:
    assert main_touchpoint(voice(chosen="long-gone"), [], PLACES) == ("", PlacedBy.WORDS)
