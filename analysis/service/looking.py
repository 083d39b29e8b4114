"""A look for moments of truth: the sums are read, what is found is written, what is new is announced."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.events import LookDue, MomentFound
from analysis.models import Moment, MomentFigure, MomentLook, MomentState
from analysis.queries import chains, moments, sums
from analysis.queries.evidence import evidence
from analysis.rules.lives import QUIET, Before, Life, next_life
from analysis.service.parameters import frozen_versions
from core.clock import now
from core.db import insert_new, upsert
from core.outbox import announce

if TYPE_CHECKING:
    from analysis.statistics.moments.sighting import Known, Seen, Sighted
    from analysis.statistics.moments.stored import Stored

SOON, LATER = timedelta(hours=1), timedelta(minutes=10)
MOST_WAITING = 0.05  # of all people, who may still wait to be counted
POSITIVE = "positive_moment_of_truth"


@dataclass(frozen=True)
class Material:
    """All that a look needs, without a database."""

    day: date
    stored: "Stored"
    known: "list[Known]"
    announcing: bool
    at_changes: bool


async def plan_look(session: AsyncSession) -> None:
    """One look a day at most, some time after the first change of the day; what changes after it waits for the next."""
    day, at = now().date(), now() + SOON
    if await moments.was_looked(session, day):
        day += timedelta(days=1)
        at = datetime.combine(day, time(), UTC) + SOON
    reserved = {"day": day, "method": "", "announcing": False, "report": {}}
    if await insert_new(session, MomentLook, [reserved]):
        await announce(session, LookDue(day.isoformat()), not_before=at)


async def still_counting(session: AsyncSession) -> bool:
    people, _ = await chains.size(session)
    return await chains.waiting(session) > MOST_WAITING * people


async def put_off(session: AsyncSession, day: date) -> None:
    await announce(session, LookDue(day.isoformat()), not_before=now() + LATER)


async def material(session: AsyncSession, day: date) -> Material | None:
    """None where somebody looked already. The first look of a month announces what is new, the first of a week what
    has changed."""
    from analysis.statistics.moments.sighting import Known

    if await moments.was_looked(session, day):
        return None
    version, _ = await frozen_versions(session, ())
    _, frozen = await frozen_versions(session, [version])
    found = [one for one in await moments.all_moments(session) if not one.wins and one.state not in QUIET]
    known = [Known(one.touchpoint, one.dimension, one.value) for one in found]
    announcing = not await moments.announced_since(session, day.replace(day=1))
    at_changes = not await moments.looked_since(session, day - timedelta(days=day.weekday()))
    return Material(day, await sums.stored(session, frozen[version].likeness), known, announcing, at_changes)


async def look(of: Material) -> "Sighted":
    from analysis.statistics.moments.sighting import sight

    return await asyncio.to_thread(sight, of.stored, of.known, of.announcing, at_changes=of.at_changes)


async def keep(session: AsyncSession, of: Material, found: "Sighted") -> None:
    """Moments as they are now, their numbers of the day, and facts about those that are new or back."""
    before = {_place(one): one for one in await moments.all_moments(session)}
    for seen in found.seen:
        await _keep_one(session, of.day, seen, before, found.report)
    await _let_go(session, before, {_key(seen) for seen in found.seen}, of.announcing)
    look_row = {"day": of.day, "method": str(found.report["version"]), "announcing": of.announcing}
    await upsert(
        session, MomentLook, [look_row | {"report": found.report}], ["day"], ["method", "announcing", "report"]
    )


Key = tuple[str, str, str, bool]


def _place(one: Moment) -> Key:
    return one.touchpoint, one.dimension, one.value, one.wins


def _key(seen: "Seen") -> Key:
    [(dimension, value)] = (seen.finding.segment or {"": ""}).items()
    return seen.finding.touchpoint, dimension, value, seen.finding.kind == POSITIVE


async def _keep_one(
    session: AsyncSession, day: date, seen: "Seen", before: Mapping[Key, Moment], report: Mapping[str, Any]
) -> None:
    key = _key(seen)
    known = before.get(key)
    life = next_life(_before(known), seen.finding.kind, _bounds(seen))
    row = known or Moment(**_blank(key, day))
    for name, value in (await _columns(session, seen, day, life, str(report["version"]), row)).items():
        setattr(row, name, value)
    session.add(row)
    await session.flush()
    await _keep_figures(session, row, day)
    if life.news:
        await announce(session, MomentFound(str(row.id), day.isoformat()))


def _before(known: Moment | None) -> Before | None:
    if known is None:
        return None
    return Before(MomentState(known.state), tuple(known.figures.get("marked", (known.ci_low, known.ci_high))))


def _bounds(seen: "Seen") -> tuple[float, float]:
    return seen.finding.ci95


def _blank(key: Key, day: date) -> dict[str, Any]:
    touchpoint, dimension, value, wins = key
    place = {"touchpoint": touchpoint, "dimension": dimension, "value": value, "wins": wins}
    return place | {"first_detected": day}


KEPT = (
    *("passes", "bad", "effect", "effect_repaired", "effect_unrepaired", "bad_share", "repair_share", "months"),
    *("p_value", "loss_by_contrast", "loss_over_all"),
)


async def _columns(
    session: AsyncSession, seen: "Seen", day: date, life: Life, method: str, row: Moment
) -> dict[str, Any]:
    finding = seen.finding
    low, high = finding.ci95
    between = finding.since_between or (None, None)
    chosen = await evidence(session, _key(seen)[:3], praise=row.wins)
    return {
        "kind": finding.kind,
        "state": life.state,
        "loss_per_100_visits": round(finding.loss_per_100_visits, 2),
        "ci_low": round(low, 2),
        "ci_high": round(high, 2),
        "loss_per_100_journeys": round(finding.loss_per_100_journeys, 3),
        "n": finding.n,
        "persons": finding.persons,
        "rank": finding.rank,
        "since": _day(finding.since),
        "since_from": _day(between[0]),
        "since_until": _day(between[1]),
        "looked_on": day,
        "method": method,
        "figures": {name: getattr(finding, name) for name in KEPT}
        | {"carried": asdict(finding.carried) if finding.carried else None, "marked": life.marked},
        "by_customer": {name: asdict(one) for name, one in seen.customers.items()},
        "evidence": [str(id_) for id_ in chosen],
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


async def _keep_figures(session: AsyncSession, row: Moment, day: date) -> None:
    shared = ("kind", "state", "loss_per_100_visits", "ci_low", "ci_high", "loss_per_100_journeys", "n", "by_customer")
    figures = {name: getattr(row, name) for name in shared}
    figures |= {"bad_share": row.figures["bad_share"], "effect": row.figures["effect"], "method": row.method}
    point = {"moment_id": row.id, "looked_on": day, **figures}
    await upsert(session, MomentFigure, [point], ["moment_id", "looked_on", "method"], list(figures))


async def _let_go(session: AsyncSession, before: Mapping[Key, Moment], seen: set[Key], announcing: bool) -> None:
    """What is no longer watched or cleared, or no longer wins people, goes; a moment that was found stays as it was."""
    if not announcing:
        return
    gone = [one.id for key, one in before.items() if key not in seen and (one.wins or one.state in QUIET)]
    await session.exec(delete(Moment).where(col(Moment.id).in_(gone)))
