"""Reading what was said: the classifier over many voices at once, and what comes of it. Knows no database."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from analysis import classifier
from analysis.classifier import MentionReading, Reading, TouchpointSeed
from analysis.models import Dimension
from analysis.rules.placing import main_touchpoint
from analysis.schemas.figures import month_of
from analysis.schemas.voices import ReadExperience, ReadMention, Voice
from analysis.service.heads import Reader
from core.confined import confined
from core.ids import beside, stamped
from core.log import cause
from journeys.models import Touchpoint

log = logging.getLogger(__name__)

UNREAD = Reading(language="other", label="none", score=0.0, confidence=0.0)
PLAIN_TEXT = "Thank you, it works."
# A text takes a millisecond at most; what takes a thousand times as long is not worth waiting for.
SECONDS, SECONDS_A_TEXT = 20.0, 0.1


@dataclass(frozen=True)
class Understood:
    experience: ReadExperience
    mentions: list[ReadMention]


SHIPPED = Reader()


def read_voices(
    voices: Sequence[Voice], touchpoints: Sequence[Touchpoint], reader: Reader = SHIPPED
) -> list[Understood]:
    """Slow, and without a database: belongs into a thread."""
    texts, hints = [voice.text for voice in voices], [voice.language or None for voice in voices]
    readings, places = read_texts(texts, hints, seeds(touchpoints), reader), places_known(touchpoints)
    return [
        _understood(voice, reading, touchpoints, (reader.version, places))
        for voice, reading in zip(voices, readings, strict=True)
    ]


def read_texts(
    texts: list[str], hints: list[str | None], touchpoints: list[TouchpointSeed], reader: Reader
) -> list[Reading]:
    """A text on which the classifier fails, or which it does not finish, counts as one without an opinion: its scores
    must not be lost with it. It is found by halving."""
    try:
        return _read(texts, touchpoints, hints, reader)
    except Exception as error:  # whatever a text can do to a classifier
        if len(texts) > 1:
            half = len(texts) // 2
            parts = (texts[:half], hints[:half]), (texts[half:], hints[half:])
            return [one for some, told in parts for one in read_texts(some, told, touchpoints, reader)]
        _read([PLAIN_TEXT], touchpoints, [None], reader)  # fails too where it is not the text's fault
        log.warning("a text could not be read: %s", cause(error))
        return [UNREAD] * len(texts)


def _read(
    texts: list[str], touchpoints: list[TouchpointSeed], hints: list[str | None], reader: Reader
) -> list[Reading]:
    given = SECONDS + SECONDS_A_TEXT * len(texts)
    return confined(given, classifier.read, texts, touchpoints, languages=hints, head=reader.head)


def seeds(touchpoints: Sequence[Touchpoint]) -> list[TouchpointSeed]:
    return [_seed(touchpoint) for touchpoint in touchpoints]


def places_known(touchpoints: Sequence[Touchpoint]) -> str:
    """Changes with whatever of the touchpoints can place a voice: a reading with another one is out of date."""
    told = [[one.key, one.name_zh, one.name_en, *_descriptions(one), one.keywords, one.contexts] for one in touchpoints]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


def _descriptions(touchpoint: Touchpoint) -> list[str]:
    return [touchpoint.description_en, touchpoint.description_zh]


def _seed(touchpoint: Touchpoint) -> TouchpointSeed:
    return TouchpointSeed(
        key=touchpoint.key,
        name={"zh": touchpoint.name_zh, "en": touchpoint.name_en},
        description="\n".join(_descriptions(touchpoint)).strip(),
        keywords=tuple(touchpoint.keywords),
    )


def _understood(
    voice: Voice, reading: Reading, touchpoints: Sequence[Touchpoint], read_by: tuple[str, str]
) -> Understood:
    touchpoint, placed_by = main_touchpoint(voice, reading.mentions, touchpoints)
    experience = ReadExperience(
        id=stamped(voice.said_at, voice.id),
        voice_kind=voice.kind,
        voice_id=voice.id,
        ticket_id=voice.ticket_id,
        person_id=voice.person_id,
        day=voice.said_at.date(),
        month=month_of(voice.said_at.date()),
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
        overall=voice.overall,
        comment="" if voice.sealed else voice.text,
        language=reading.language if voice.text else voice.language,
        sentiment=reading.label,
        sentiment_score=reading.score,
        sentiment_confidence=reading.confidence,
        emotions=dict(reading.emotions),
        classifier=read_by[0],
        places=read_by[1],
    )
    return Understood(experience, [_mention(experience, mention) for mention in reading.mentions])


def _mention(experience: ReadExperience, reading: MentionReading) -> ReadMention:
    return ReadMention(
        id=beside(experience.id, reading.start),
        experience_id=experience.id,
        touchpoint=reading.touchpoint or "",
        candidates=list(reading.candidates),
        start=reading.start,
        end=reading.end,
        sentiment=reading.label,
        score=reading.score,
        confidence=reading.confidence,
    )
