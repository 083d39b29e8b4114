"""Reading what was said: the classifier over many voices at once, and what comes of it. Knows no database."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from analysis import classifier
from analysis.classifier import MentionReading, Reading, TouchpointSeed
from analysis.models import Dimension, Experience, Mention
from analysis.rules.placing import main_touchpoint
from analysis.schemas.voices import Voice
from core.ids import ordered_id
from core.log import cause
from journeys.models import Touchpoint

log = logging.getLogger(__name__)

UNREAD = Reading(language="other", label="none", score=0.0, confidence=0.0)
PLAIN_TEXT = "Thank you, it works."


@dataclass(frozen=True)
class Understood:
    experience: Experience
    mentions: list[Mention]


def read_voices(voices: Sequence[Voice], touchpoints: Sequence[Touchpoint]) -> list[Understood]:
    """Slow, and without a database: belongs into a thread."""
    readings = _read([voice.text for voice in voices], [voice.language or None for voice in voices], touchpoints)
    return [_understood(voice, reading, touchpoints) for voice, reading in zip(voices, readings, strict=True)]


def _read(texts: list[str], hints: list[str | None], touchpoints: Sequence[Touchpoint]) -> list[Reading]:
    """A text on which the classifier fails counts as one without an opinion: its scores must not be lost with it."""
    seeds = [_seed(touchpoint) for touchpoint in touchpoints]
    try:
        return classifier.read(texts, seeds, languages=hints)
    except Exception as error:  # whatever a text can do to a classifier
        if len(texts) > 1:
            return [
                reading
                for text, hint in zip(texts, hints, strict=True)
                for reading in _read([text], [hint], touchpoints)
            ]
        classifier.read([PLAIN_TEXT], seeds)  # fails too where it is not the text that is at fault
        log.warning("a text could not be read: %s", cause(error))
        return [UNREAD] * len(texts)


def _seed(touchpoint: Touchpoint) -> TouchpointSeed:
    return TouchpointSeed(
        key=touchpoint.key,
        name={"zh": touchpoint.name_zh, "en": touchpoint.name_en},
        description=f"{touchpoint.description_en}\n{touchpoint.description_zh}".strip(),
        keywords=tuple(touchpoint.keywords),
    )


def _understood(voice: Voice, reading: Reading, touchpoints: Sequence[Touchpoint]) -> Understood:
    touchpoint, placed_by = main_touchpoint(voice, reading.mentions, touchpoints)
    experience = Experience(
        id=ordered_id(),
        voice_kind=voice.kind,
        voice_id=voice.id,
        ticket_id=voice.ticket_id,
        person_id=voice.person_id,
        day=voice.said_at.date(),
        said_at=voice.said_at,
        customer=voice.customer,
        service=voice.service,
        channel=voice.channel,
        touchpoint=touchpoint,
        placed_by=placed_by,
        functional=voice.scores.get(Dimension.FUNCTIONAL),
        emotional=voice.scores.get(Dimension.EMOTIONAL),
        satisfaction=voice.scores.get(Dimension.SATISFACTION),
        lost_minutes=voice.scores.get(Dimension.LOST_MINUTES),
        comment=voice.text,
        language=reading.language if voice.text else voice.language,
        sentiment=reading.label,
        sentiment_score=reading.score,
        sentiment_confidence=reading.confidence,
        emotions=dict(reading.emotions),
        classifier=classifier.VERSION,
    )
    return Understood(experience, [_mention(experience, mention) for mention in reading.mentions])


def _mention(experience: Experience, reading: MentionReading) -> Mention:
    return Mention(
        id=ordered_id(),
        experience_id=experience.id,
        touchpoint=reading.touchpoint or "",
        candidates=list(reading.candidates),
        start=reading.start,
        end=reading.end,
        sentiment=reading.label,
        score=reading.score,
        confidence=reading.confidence,
    )
