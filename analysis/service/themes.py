"""What comments about a touchpoint are about: looked for by a job when enough are new, shown through the gate."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.classifier.themes import Theme, ThemeInput, themes
from analysis.disclosure import may_quote
from analysis.models import Experience, Mention, ThemeSet
from analysis.queries.themes import are_new, comments_about, sets_of, theme_sets, touchpoints_of
from analysis.rules.themes import MOST_COMMENTS, enough, window
from analysis.schemas.figures import month_of
from analysis.schemas.reports import Filters
from core.clock import now
from core.confined import Unfinished, confined
from core.settings import settings

LANGUAGES = ("en", "zh")
SECONDS = 300.0  # a look takes a second or two


@dataclass(frozen=True)
class Material:
    """Comments about one touchpoint with their customers, and the themes known so far by customer and language."""

    touchpoint: str
    comments: Sequence[ThemeInput]
    authors: Sequence[UUID]
    customers: Sequence[str]
    known: Mapping[tuple[str, str], ThemeSet]
    seen: UUID


async def material(session: AsyncSession, voices: Collection[UUID]) -> list[Material]:
    """Of the touchpoints these voices are about: those where enough is new."""
    found = []
    for touchpoint in sorted(await touchpoints_of(session, voices)):
        known = {(one.customer, one.language): one for one in await sets_of(session, touchpoint)}
        seen = max((one.seen for one in known.values()), default=None)
        looked_at = sum(one.looked_at for (customer, _), one in known.items() if not customer)
        wanted = enough(looked_at, settings().min_group_comments)
        if await are_new(session, touchpoint, seen, window(now().date()), wanted):
            found.append(await _gathered(session, touchpoint, known))
    return found


async def _gathered(session: AsyncSession, touchpoint: str, known: Mapping[tuple[str, str], ThemeSet]) -> Material:
    rows = await comments_about(session, touchpoint, window(now().date()), MOST_COMMENTS)
    # From the oldest to the newest, so that the same comments come in the same order.
    rows = sorted(rows, key=lambda row: row[0].id)
    return Material(
        touchpoint,
        [_about(*row, touchpoint) for row in rows],
        [experience.person_id or experience.voice_id for experience, _ in rows],
        [experience.customer for experience, _ in rows],
        known,
        rows[-1][0].id,
    )


def _about(experience: Experience, mentions: Iterable[Mention], touchpoint: str) -> ThemeInput:
    """The clauses that speak of the touchpoint, or all of what was said there."""
    spans = [(one.start, one.end) for one in mentions if one.touchpoint == touchpoint]
    words = " … ".join(experience.comment[start:end] for start, end in sorted(spans))
    author = experience.person_id or experience.voice_id
    return ThemeInput(words or experience.comment, str(author), experience.language, month_of(experience.day))


def look(found: Sequence[Material]) -> list[ThemeSet]:
    """Slow, and without a database: belongs into a thread."""
    return [one for some in found for customer in _customers(some) for one in _sets(some, customer)]


def _customers(some: Material) -> list[str]:
    """All together, and each by itself."""
    return ["", *sorted(set(some.customers) - {""})]


def _sets(some: Material, customer: str) -> list[ThemeSet]:
    rows = [i for i, one in enumerate(some.customers) if customer in ("", one)]
    return [_set(some, customer, language, rows) for language in LANGUAGES]


def _set(some: Material, customer: str, language: str, rows: list[int]) -> ThemeSet:
    comments = [some.comments[i] for i in rows if some.comments[i].language in (language, "mixed")]
    known = some.known.get((customer, language))
    least = settings().min_group_comments
    enough = may_quote([some.authors[i] for i in rows], least)
    found = _found(comments, language, least, known.found if known else []) if enough else []
    today = now().date()
    return ThemeSet(
        touchpoint=some.touchpoint,
        customer=customer,
        language=language,
        found=found,
        looked_at=len(comments),
        seen=some.seen,
        since=window(today),
        until=today,
    )


def _found(comments: list[ThemeInput], language: str, least: int, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where the comments do not let themselves be looked through, what was known of them stays."""
    how: dict[str, Any] = {"language": language, "min_authors": least, "previous": _remembered(before)}
    try:
        return [_kept(theme) for theme in confined(SECONDS, themes, comments, **how)]
    except Unfinished:
        return before


def _kept(theme: Theme) -> dict[str, Any]:
    """What is stored of a theme: never where in the comments it was found."""
    return {
        "key": theme.key,
        "words": list(theme.words),
        "share": theme.share,
        "n": theme.n,
        "authors": theme.authors,
    }


def _remembered(found: Iterable[dict[str, Any]]) -> list[Theme]:
    """Stored themes as those to go on from."""
    return [Theme(one["key"], tuple(one["words"]), one["share"], one["n"], one["authors"], (), 0) for one in found]


async def keep(session: AsyncSession, found: Sequence[ThemeSet]) -> None:
    """In the place of what was known of the same touchpoints."""
    for one in found:
        await session.merge(one)


async def themes_shown(
    session: AsyncSession, scope: frozenset[str] | None, filters: Filters, touchpoints: Collection[str]
) -> dict[str, list[ThemeSet]]:
    """By touchpoint. Like words, for everything in scope together, never for a part that a filter cuts out."""
    if filters.service or filters.customer or sees_several(scope) or scope == frozenset():
        return {}
    shown: dict[str, list[ThemeSet]] = {}
    for one in await theme_sets(session, touchpoints, next(iter(scope)) if scope else ""):
        if one.found:
            shown.setdefault(one.touchpoint, []).append(one)
    return shown


def sees_several(scope: frozenset[str] | None) -> bool:
    """Some customers and not all: themes of such sets could be told apart from one another, and are not looked for."""
    return scope is not None and len(scope) > 1
