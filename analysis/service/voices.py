"""Comments to be read and put right: what the plan of the gate shows, with nothing in it that leads to a person."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from analysis.disclosure import count
from analysis.models import Correction, Experience, Mention, Released
from analysis.queries import voices as queries
from analysis.queries.corrections import reading
from analysis.queries.experiences import mentions_of
from analysis.rules.quotes import untraceable
from analysis.schemas.readings import MentionOut, Place, Queue, ReadingOut, Search, Shown
from core.db import Session
from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import unveiled, veiled
from core.settings import settings

Scope = frozenset[str] | None
READING, MENTION = "reading", "mention"
PAGE = 20
OFFERED = 2  # touchpoints to choose from at a click, when something waits to be placed


async def voices(
    session: Session, scope: Scope, search: Search, after: Place | None
) -> tuple[list[ReadingOut], Place | None]:
    """A page of comments, and where the next one begins; None after the last. A search that looked at as many as it
    may ends its page before that is full."""
    shown = Shown(search.touchpoint, bool(search.service))
    begin = replace(after, id=unveiled(READING, after.id)) if after else None
    found, stopped = await queries.page(session, scope, shown, search, begin, PAGE + 1)
    items = await readings_out(session, found[:PAGE])
    more = _place(found[PAGE - 1]) if len(found) > PAGE else stopped
    shown_so = replace(more, id=veiled(READING, more.id)) if more else None
    return [one for one in items if search.text.lower() in one.text.lower()], shown_so


def _place(experience: Experience) -> Place:
    return Place(experience.month, experience.sentiment_confidence, experience.id)


async def voice(session: Session, scope: Scope, shown_id: UUID) -> ReadingOut:
    """One comment, for whoever was shown it: its id cannot be guessed."""
    found = await reading(session, scope, experience_id(shown_id))
    if found is None or not found.comment or not _may_see(found, scope):
        raise NotFound(_("There is nothing here"))
    return (await readings_out(session, [found]))[0]


def _may_see(experience: Experience, scope: Scope) -> bool:
    return bool(experience.released & (Released.ALL if scope is None else Released.CUSTOMER))


async def correction_shown(session: Session, scope: Scope, id_: UUID) -> tuple[Correction, UUID] | None:
    """A correction of somebody in scope, and the comment as it is shown; None for a stranger's."""
    found = await session.get(Correction, id_)
    if found is None or await reading(session, scope, found.experience_id) is None:
        return None
    return found, veiled(READING, found.experience_id)


def experience_id(shown_id: UUID) -> UUID:
    return unveiled(READING, shown_id)


def mention_id(shown_id: UUID) -> UUID:
    return unveiled(MENTION, shown_id)


async def readings_out(session: Session, found: Sequence[Experience]) -> list[ReadingOut]:
    mentions = await mentions_of(session, [one.id for one in found])
    return [reading_out(one, mentions.get(one.id, [])) for one in found]


def reading_out(experience: Experience, mentions: Sequence[Mention]) -> ReadingOut:
    ordered = sorted(mentions, key=lambda one: (one.start, one.end, one.touchpoint))
    return ReadingOut(
        id=veiled(READING, experience.id),
        month=f"{experience.day:%Y-%m}",
        language=experience.language,
        text=untraceable(experience.comment.strip()),
        label=experience.sentiment,
        confidence=round(experience.sentiment_confidence, 2),
        touchpoint=experience.touchpoint,
        corrected=bool(experience.as_read),
        classifier=experience.classifier,
        mentions=[_mention_out(experience, one) for one in ordered],
    )


def _mention_out(experience: Experience, mention: Mention) -> MentionOut:
    return MentionOut(
        id=veiled(MENTION, mention.id),
        text=untraceable(experience.comment[mention.start : mention.end].strip()),
        label=mention.sentiment,
        touchpoint=mention.touchpoint,
        candidates=mention.candidates,
        corrected=bool(mention.as_read),
    )


async def unplaced(session: Session, scope: Scope, after: Place | None) -> Queue:
    """The next mention that waits to be placed."""
    begin = replace(after, id=unveiled(MENTION, after.id)) if after else None
    found = await queries.unplaced(session, scope, begin, 1)
    minimum = settings().min_group_comments
    waiting = count(await queries.how_many_unplaced(session, scope), minimum)
    placed = count(await queries.how_many_placed(session, scope), minimum)
    if not found:
        return Queue(None, None, None, waiting, placed)
    mention, experience = found[0]
    (one,) = await readings_out(session, [experience])
    text = experience.comment
    return Queue(
        reading=one,
        mention=next(part for part in one.mentions if part.id == veiled(MENTION, mention.id)),
        following=Place(0, mention.confidence, veiled(MENTION, mention.id)),
        waiting=waiting,
        placed=placed,
        before=untraceable(text[: mention.start]),
        after=untraceable(text[mention.end :]),
        often=await _often(session, scope, mention, experience),
    )


async def _often(session: Session, scope: Scope, mention: Mention, experience: Experience) -> list[str]:
    """What makes up two where the reader has no two candidates: the ticket's own touchpoint, then what is mostly meant
    in comments about its service, and in all."""
    known = list(mention.candidates)
    for more in ([experience.touchpoint], experience.service, None):
        if len(known) < OFFERED:
            found = more if isinstance(more, list) else await queries.often_meant(session, scope, more)
            known += [one for one in found if one and one not in known][: OFFERED - len(known)]
    return known[len(mention.candidates) :]


async def how_many_unplaced(session: Session, scope: Scope) -> int | None:
    """None: too few to be told."""
    return count(await queries.how_many_unplaced(session, scope), settings().min_group_comments)
