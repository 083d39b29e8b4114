"""Reading again what an older version read, or what was placed before the journey was edited; batch by batch.

What people corrected stays as they said: the corrections are applied to the new reading as they were to the old.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.events import ReadingsOutdated, ShardOutdated
from analysis.models import Experience, Mention, PlacedBy, Rollup, VoiceKind
from analysis.queries import heads
from analysis.queries.corrections import corrections_of
from analysis.queries.experiences import mentions_of
from analysis.rules.correcting import read_touchpoint, settle
from analysis.rules.counting import counted
from analysis.schemas.versions import Progress
from analysis.schemas.voices import Counted, ReadMention, Voice
from analysis.service.chains import mark
from analysis.service.correcting import keep_mentions
from analysis.service.heads import Reader, current_reader, progress
from analysis.service.inbox import tell_inbox
from analysis.service.publication import announce_publication
from analysis.service.reading import UNREAD, Understood, places_known, read_voices
from analysis.service.rollups import move_in_rollups
from analysis.service.understanding import feedback, responses
from core.db import lock
from core.ids import beside
from core.outbox import announce
from journeys.models import Touchpoint
from journeys.queries.places import touchpoints

AT_ONCE = 500
SHARDS = 16  # as many workers may read at the same time
READ_ANEW = ("touchpoint", "placed_by", "language", "sentiment", "sentiment_score", "sentiment_confidence", "emotions")
READ_BY = ("classifier", "places")
OF_MENTION = ("touchpoint", "candidates", "sentiment", "score", "confidence")


@dataclass(frozen=True)
class Outdated:
    """A batch, and all that is needed to read it again without a database. `rest`: what its shard still holds."""

    voices: list[Voice]
    placed_by_source: frozenset[UUID]
    reader: Reader
    places: list[Touchpoint]
    rest: ShardOutdated | None


async def ask_to_read_again(session: AsyncSession) -> int:
    """Have everything read again that another version read; how much that is."""
    found = await how_far(session)
    if found.outdated:
        await announce(session, ReadingsOutdated())
    return found.outdated


async def how_far(session: AsyncSession) -> Progress:
    return await progress(session, places_known(await touchpoints(session)))


async def shards(session: AsyncSession) -> list[ShardOutdated]:
    """What is outdated, in as many parts of one size as workers may share; none smaller than a batch."""
    known, found = places_known(await touchpoints(session)), await how_far(session)
    if not found.outdated:
        return []
    size, reader = max(AT_ONCE, -(-found.outdated // SHARDS)), await current_reader(session)
    ends = [str(end) for end in await heads.every_nth_outdated(session, reader.version, known, size)]
    return [ShardOutdated(after, until) for after, until in zip(["", *ends], [*ends, ""], strict=True)]


async def next_outdated(session: AsyncSession, shard: ShardOutdated) -> Outdated:
    places, reader = await touchpoints(session), await current_reader(session)
    within = UUID(shard.after_id) if shard.after_id else None, UUID(shard.until_id) if shard.until_id else None
    found = await heads.outdated(session, within, reader.version, places_known(places), AT_ONCE)
    sources = await _sources(session, found)
    rest = replace(shard, after_id=str(found[-1].id)) if len(found) == AT_ONCE else None
    return Outdated([_voice(one, sources.get(one.voice_id)) for one in found], frozenset(sources), reader, places, rest)


async def _sources(session: AsyncSession, found: Sequence[Experience]) -> Mapping[UUID, Voice]:
    """What was said, as the floors below keep it, with where the ticket stands."""
    ids = {kind: [one.voice_id for one in found if one.voice_kind == kind] for kind in VoiceKind}
    voices = [
        *await responses(session, ids[VoiceKind.RESPONSE]),
        *await feedback(session, ids[VoiceKind.FEEDBACK]),
    ]
    return {voice.id: voice for voice in voices}


def _voice(experience: Experience, source: Voice | None) -> Voice:
    """Where the source is gone, what is known of it must do."""
    if source is not None:
        return source if source.sealed else replace(source, text=experience.comment)
    by_words = experience.placed_by == PlacedBy.WORDS
    return Voice(
        kind=VoiceKind(experience.voice_kind),
        id=experience.voice_id,
        said_at=experience.said_at,
        text=experience.comment,
        language=experience.language,
        channel=experience.channel,
        chosen="" if by_words else experience.as_read.get("touchpoint", experience.touchpoint),
    )


def read_again(of: Outdated) -> list[Understood]:
    """Slow, and without a database: belongs into a thread."""
    return read_voices(of.voices, of.places, of.reader)


async def renew(session: AsyncSession, of: Outdated, readings: Sequence[Understood]) -> None:
    """Put the new readings in the place of the old, with the counts; then announce what is left."""
    await lock(session, Rollup)
    fresh = {one.experience.voice_id: one for one in readings}
    stored = await _stored(session, fresh)
    mentions = await mentions_of(session, [one.id for one in stored])
    corrections = await corrections_of(session, [one.id for one in stored])
    before, after = list[Counted](), list[Counted]()
    for experience in stored:
        old = mentions.get(experience.id, [])
        before += counted(experience, old)
        new = _renewed(experience, old, fresh[experience.voice_id], experience.voice_id in of.placed_by_source)
        settled = settle(experience, new, corrections.get(experience.id, []))
        await keep_mentions(session, old, settled)
        session.add(experience)
        after += counted(experience, settled)
    await move_in_rollups(session, before, after)
    await mark(session, [one.person_id or one.voice_id for one in stored])
    await tell_inbox(session, stored)
    await announce_publication(session)
    if of.rest:
        await announce(session, of.rest)


async def _stored(session: AsyncSession, fresh: Mapping[UUID, Understood]) -> Sequence[Experience]:
    """Those that are still there, as they are now."""
    statement = select(Experience).where(col(Experience.voice_id).in_(list(fresh)))
    return (await session.exec(statement.execution_options(populate_existing=True))).all()


def _renewed(experience: Experience, old: Sequence[Mention], fresh: Understood, has_source: bool) -> list[Mention]:
    """The experience with what the new reading says of it, and its new mentions; one that says the same of the same
    stretch keeps its id. Without its source nobody can say anew that the ticket or the person placed it."""
    placed_by = experience.placed_by
    if _wordless(experience, old, fresh, has_source):  # its words are gone for good: what was read of them stays
        experience.classifier, experience.places = fresh.experience.classifier, fresh.experience.places
        return list(old)
    for name in (*READ_ANEW, *READ_BY):
        setattr(experience, name, getattr(fresh.experience, name))
    if not has_source:
        experience.placed_by = placed_by
    experience.as_read = {}
    known = {(one.start, one.end, read_touchpoint(one)): one for one in old}
    return [_mention(experience, known.get((one.start, one.end, one.touchpoint)), one) for one in fresh.mentions]


def _wordless(experience: Experience, old: Sequence[Mention], fresh: Understood, has_source: bool) -> bool:
    """Gone with its source; or the answer stands, and its words were erased with its author's name."""
    if experience.comment or fresh.mentions or fresh.experience.sentiment != UNREAD.label:
        return False
    return not has_source or bool(old) or experience.sentiment != UNREAD.label


def _mention(experience: Experience, old: Mention | None, new: ReadMention) -> Mention:
    if old is None:
        its = {"id": beside(experience.id, new.start), "experience_id": experience.id}
        return Mention(**msgspec.structs.asdict(new) | its)
    for name in OF_MENTION:
        setattr(old, name, getattr(new, name))
    old.as_read, old.nowhere = {}, False
    return old
