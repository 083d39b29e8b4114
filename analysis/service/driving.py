"""Drivers of the satisfaction with the whole, through the gate: of everything in scope together, never of a part."""

import asyncio
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from analysis.disclosure import stepped
from analysis.queries import chains as queries
from analysis.rules.driving import Whole, rated, wholes
from analysis.schemas.drivers import Bounds, DriverLine, DriversShown, Standing, Turned
from analysis.schemas.figures import settled_before
from analysis.schemas.lived import Visit
from analysis.service.settled import Settled
from core.db import Session
from core.settings import settings

if TYPE_CHECKING:
    from analysis.statistics.drivers import Driver, DriversReport

EPOCH = date(1970, 1, 1)
PEOPLE, DRAWS = 10_000, 10_000  # at most so many people, by lot; draws as chains have them
_unpack = msgspec.msgpack.Decoder(list[Visit]).decode


async def _made(session: Session, scope: frozenset[str] | None, today: date) -> DriversShown:
    people = await queries.people(session)
    below = DRAWS if people <= PEOPLE else max(1, DRAWS * PEOPLE // people)
    packed = await queries.sample(session, below)
    settled = (settled_before(today) - EPOCH).days
    chains = [[visit for visit in _unpack(visits) if visit.day < settled] for visits in packed]
    return await asyncio.to_thread(_shown, chains, scope, settings().min_group)


drivers_shown = Settled("drivers", DriversShown, _made)


def _shown(chains: list[list[Visit]], scope: frozenset[str] | None, minimum: int) -> DriversShown:
    found = wholes(chains, scope)
    often, few = rated(found, minimum)
    kept = [whole for whole in found if whole.said.keys() & set(often)]
    if len({whole.person for whole in kept}) < minimum:
        return DriversShown(Standing.QUIET, few=tuple(few))
    return _told(_report(kept, often), stepped(len(kept), minimum), few, minimum)


def _report(kept: list[Whole], often: list[str]) -> "DriversReport":
    import numpy as np  # takes half a second to load

    from analysis.statistics.drivers import Ratings, drivers

    scores = np.array([[whole.said.get(name, np.nan) for name in often] for whole in kept])
    ratings = Ratings(tuple(often), scores, np.array([whole.end for whole in kept]))
    return drivers(ratings, [whole.service for whole in kept])


def _told(report: "DriversReport", journeys: int, few: list[str], minimum: int) -> DriversShown:
    from analysis.statistics.drivers.report import LEAST_PER_TOUCHPOINT, LEAST_ROWS, NO_DRIVER

    lines = tuple(_line(one, report.drivers, minimum) for one in report.drivers)
    if not lines:
        needed = max(LEAST_ROWS, LEAST_PER_TOUCHPOINT * 3)
        return DriversShown(Standing.SMALL, journeys, few=tuple(few), needed=needed)
    standing = Standing.RANKED if report.drivers[0].rank else Standing.UNRANKED
    return DriversShown(
        standing=Standing.NONE if report.verdict.startswith(NO_DRIVER) else standing,
        journeys=journeys,
        explained=report.explained_elsewhere,
        by_chance=report.p_value,
        lines=lines,
        first=tuple(line.touchpoint for line in lines if line.places[0] == 1),
        turned=tuple(
            Turned(segment.value, turned.above, turned.below, turned.elsewhere)
            for segment in report.segments
            for turned in segment.turned
        ),
        few=tuple(few),
    )


def _line(one: "Driver", all_of_them: "tuple[Driver, ...]", minimum: int) -> DriverLine:
    whole = max(sum(other.importance for other in all_of_them), 1e-9)
    low, high = (min(1.0, max(0.0, bound / whole)) for bound in one.ci95)
    penalty = Bounds(one.penalty, *one.penalty_ci95) if one.penalty is not None and one.penalty_ci95 else None
    reward = Bounds(one.reward, *one.reward_ci95) if one.reward is not None and one.reward_ci95 else None
    return DriverLine(
        touchpoint=one.touchpoint,
        n=stepped(one.n, minimum),
        share=Bounds(one.share, low, high),
        places=one.rank_between,
        sign=one.sign,
        correlation=Bounds(one.correlation, *one.correlation_ci95),
        penalty=penalty,
        reward=reward,
        kind=one.kind,
    )
