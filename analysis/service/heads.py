"""Which version reads: loaded once by each worker, asked for by name every time, so that a promotion is noticed."""

from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis import classifier
from analysis.classifier import VERSION
from analysis.models import ClassifierHead, HeadState
from analysis.queries.heads import current_version, head_bytes, heads, readings_by_version
from analysis.schemas.versions import Progress, Scores, Version
from core.clock import now
from core.db import lock
from core.errors import Conflict, NotFound
from core.i18n import gettext as _


@dataclass(frozen=True)
class Reader:
    """A version of the classifier; without a head it is the shipped one."""

    version: str = VERSION
    head: "classifier.LocalHead | None" = None


async def current_reader(session: AsyncSession) -> Reader:
    return await reader_of(session, await current_version(session))


async def reader_of(session: AsyncSession, version: str) -> Reader:
    if version == VERSION:
        return Reader()
    dumped = await head_bytes(session, version)
    if dumped is None:
        raise NotFound(_("There is no version %(version)s that fits the shipped %(shipped)s") % _names(version))
    return Reader(version, _loaded(version, dumped))


@lru_cache(maxsize=3)
def _loaded(version: str, dumped: bytes) -> "classifier.LocalHead":
    return classifier.LocalHead.load(dumped)


def _names(version: str) -> dict[str, str]:
    return {"version": version, "shipped": VERSION}


async def versions(session: AsyncSession) -> list[Version]:
    """The shipped one first, then what was learnt, in its order."""
    current = await current_version(session)
    shipped = Version(VERSION, "shipped", current=current == VERSION)
    return [shipped, *(_told(head, current) for head in await heads(session))]


def _told(head: ClassifierHead, current: str) -> Version:
    return Version(
        version=head.version,
        state=_state(head),
        current=head.version == current,
        made_at=head.made_at,
        promoted_at=head.promoted_at,
        corrections=head.corrections,
        held_out=head.held_out,
        before=Scores(head.sentiment_before, head.touchpoints_before),
        after=Scores(head.sentiment_after, head.touchpoints_after),
        fits=head.base == VERSION,
    )


def _state(head: ClassifierHead) -> HeadState:
    """What read before an upgrade reads no longer."""
    outdated = head.state == HeadState.CURRENT and head.base != VERSION
    return HeadState.RETIRED if outdated else head.state


async def progress(session: AsyncSession, places: str) -> Progress:
    now_read_by = (await current_version(session), places)
    found = await readings_by_version(session)
    return Progress(sum(found.values()), sum(n for read_by, n in found.items() if read_by != now_read_by))


async def promote(session: AsyncSession, version: str) -> str:
    """Read new comments by this version from now on; the one before stays, for a rollback."""
    await lock(session, ClassifierHead)
    chosen = await session.get(ClassifierHead, version, populate_existing=True)
    if version != VERSION and (chosen is None or chosen.base != VERSION):
        raise NotFound(_("There is no version %(version)s that fits the shipped %(shipped)s") % _names(version))
    await _retire(session)
    if chosen:
        chosen.state, chosen.promoted_at = HeadState.CURRENT, now()
        session.add(chosen)
    await session.flush()
    return version


async def rollback(session: AsyncSession) -> str:
    """Back to the version that was current before this one; in the end to the shipped one."""
    await lock(session, ClassifierHead)
    found = [one for one in await heads(session) if one.base == VERSION and one.promoted_at]
    current = next((one for one in found if one.state == HeadState.CURRENT), None)
    if current is None or current.promoted_at is None:
        raise Conflict(_("The shipped version reads already: there is nothing to roll back to"))
    earlier = [one for one in found if one.promoted_at and one.promoted_at < current.promoted_at]
    before = max(earlier, key=lambda one: one.promoted_at or one.made_at, default=None)
    await _retire(session)
    if before:
        before.state = HeadState.CURRENT
        session.add(before)
    await session.flush()
    return before.version if before else VERSION


async def _retire(session: AsyncSession) -> None:
    current = select(ClassifierHead).where(ClassifierHead.state == HeadState.CURRENT)
    for head in (await session.exec(current)).all():
        head.state = HeadState.RETIRED
        session.add(head)
    await session.flush()
