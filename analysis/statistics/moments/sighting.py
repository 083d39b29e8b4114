"""A look at what is stored: findings out, at a cost that depends on the number of cells alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from analysis.statistics.moments import kinds
from analysis.statistics.moments.finding import importance, level_changes, since
from analysis.statistics.moments.lives import is_over, recent
from analysis.statistics.moments.looks import look, look_at_changes
from analysis.statistics.moments.naming import USUAL_LEVEL, Scene, Unit, carried, harmless, negative, positive, watched
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.quieter import effect_of
from analysis.statistics.moments.saying import about_stored
from analysis.statistics.moments.shapes import Finding, Method
from analysis.statistics.moments.stored import Arranged, Stored, arranged
from analysis.statistics.moments.tallies import EVERYBODY
from analysis.statistics.pooling import Part

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Known:
    """A moment that was found before: touchpoint, dimension and value."""

    touchpoint: str
    dimension: str
    value: str


@dataclass(frozen=True, slots=True)
class Customer:
    """What the people of one customer lose; `persons` with a bad visit, estimated."""

    persons: int
    part: Part


@dataclass(frozen=True, slots=True)
class Seen:
    finding: Finding
    customers: Mapping[str, Customer]


@dataclass(frozen=True, slots=True)
class Sighted:
    """`seen`: in the order of their importance. `report`: what the look had to go by."""

    seen: tuple[Seen, ...]
    report: dict[str, object]


def sight(
    stored: Stored,
    known: Collection[Known],
    announcing: bool,
    method: Method | None = None,
    at_changes: bool = False,
) -> Sighted:
    """All findings of a look that announces, and the known moments as they are now; between such looks nothing new but
    moments that a look `at_changes` finds, and sudden changes, which are tested so that they may be looked at at any
    time."""
    method = method or Method()
    if not stored.keys:
        return Sighted((), about_stored(stored, None, method))
    there = arranged(stored)
    method = method.announcing(there.cells.layout.months)
    found = look(there.cells, there.cells.layout.months, stored.of_people, method, there.weeks.get(EVERYBODY))
    ways = there.ways if stored.of_people.end_share >= method.least_end_share else None
    mine = {unit for one in known if (unit := _unit(there, one))}
    layout, before = there.cells.layout, frozenset(touchpoint for touchpoint, _ in mine)
    scene = Scene(found, layout, there.names, there.values, stored.journeys, method, ways, before)
    new = _changes(scene, there, stored) if at_changes else {}
    units = _units(scene, there, mine, announcing, new)
    told = sorted((_told(scene, there, unit, finding) for unit, finding in units), key=lambda pair: importance(pair[1]))
    seen = [Seen(replace(f, rank=place), _customers(scene, there, unit)) for place, (unit, f) in enumerate(told, 1)]
    return Sighted(tuple(seen), about_stored(stored, found, method))


def _changes(scene: Scene, there: Arranged, stored: Stored) -> dict[Unit, Finding]:
    """Moments where bad visits have become more: a family of its own, tested every week."""
    weeks, months = there.weeks.get(EVERYBODY), there.cells.layout.months
    seen = look_at_changes(there.cells, months, stored.of_people, scene.method, weeks) if weeks else None
    return negative(replace(scene, seen=seen)) if seen else {}


def _units(
    scene: Scene, there: Arranged, mine: Collection[Unit], announcing: bool, new: dict[Unit, Finding]
) -> list[tuple[Unit, Finding]]:
    alarms = negative(scene)
    brought = {unit: finding for unit, finding in carried(scene).items() if announcing or unit in mine}
    kept = {unit: finding for unit, finding in new.items() if unit not in mine}
    kept |= {unit: finding for unit, finding in alarms.items() if announcing or unit in mine}
    kept |= brought
    for unit in sorted(mine):
        over = is_over(scene, unit)
        if over or unit not in kept:
            kept[unit] = _known(scene, unit, over)
    found = list(kept.items())
    if EVERYBODY in there.weeks:
        found += level_changes(there.weeks[EVERYBODY], scene, {unit[0] for unit in kept}).items()
    if announcing:
        found += watched(scene, {unit[0] for unit, _ in found}).items()
        found += harmless(scene, {unit[0] for unit, _ in found}).items()
        found += positive(scene).items()
    return found


def _unit(there: Arranged, known: Known) -> Unit | None:
    view = there.views.get((known.dimension, known.value))
    return None if view is None or known.touchpoint not in there.names else (there.names.index(known.touchpoint), view)


def _known(scene: Scene, unit: Unit, over: bool) -> Finding:
    kind = kinds.RECOVERED if over else kinds.NEGATIVE
    window = recent(scene.seen) if over else scene.seen.sight(unit)
    return scene.finding(kind, unit, window, USUAL_LEVEL)


def _told(scene: Scene, there: Arranged, unit: Unit, finding: Finding) -> tuple[Unit, Finding]:
    """With since when, and what a bad visit costs with and without the provider's repair."""
    segment = next(iter(finding.segment.items())) if finding.segment else EVERYBODY
    begun, between = None, None
    if finding.kind == kinds.POSITIVE:
        finding = replace(finding, persons=there.cells.persons(*unit, Kind.DELIGHTED))
    if segment in there.weeks and finding.kind != kinds.POSITIVE:
        begun, between = since(there.weeks[segment], there.weeks[EVERYBODY], unit[0], finding.first_detected)
    return unit, replace(
        finding,
        since=begun,
        since_between=between,
        effect_unrepaired=effect_of(scene.seen, unit, Kind.BAD, scene.method),
        effect_repaired=effect_of(scene.seen, unit, Kind.REPAIRED, scene.method),
    )


def _customers(scene: Scene, there: Arranged, unit: Unit) -> dict[str, Customer]:
    """Of a touchpoint's moment among everybody."""
    if unit[1]:
        return {}
    whole = scene.seen.sights[-1].found
    return {
        value: Customer(
            round(float(whole.persons[unit[0], view])),
            Part(
                loss=float(whole.loss[unit[0], view]),
                error=float(whole.error[unit[0], view]),
                per_journey=float(whole.loss[unit[0], view]) * scene.reach(unit),
                passes=int(whole.passes[unit[0], view]),
                n=int(whole.answered[unit[0], view]),
            ),
        )
        for (dimension, value), view in there.views.items()
        if dimension == CUSTOMER and whole.passes[unit[0], view]
    }
