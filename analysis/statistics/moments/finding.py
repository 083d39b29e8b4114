"""All of it together: experiences in, a report out."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.statistics.moments import kinds
from analysis.statistics.moments.arrays import Ints
from analysis.statistics.moments.changes import expected_bad, worsening
from analysis.statistics.moments.counting import Counted, count
from analysis.statistics.moments.evidence import evidence, in_unit
from analysis.statistics.moments.lives import Past, past, recent, recovered, told_changes
from analysis.statistics.moments.looks import Look, look
from analysis.statistics.moments.naming import USUAL_LEVEL, Scene, Unit, carried, harmless, negative, positive, watched
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.quieter import effect_of
from analysis.statistics.moments.saying import described, too_little
from analysis.statistics.moments.shapes import Experiences, Finding, Method, Report
from analysis.statistics.moments.weeks import Weeks, weeks_of

LEAST_ROWS = 2
Since = tuple[str, tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Words:
    """Of each tie: the event's id, and a code of what was said there, -1 where nothing was."""

    ids: Sequence[str]
    wording: Ints


def find_moments(
    experiences: Experiences, words: Words, method: Method | None = None, tell: Callable[[int], None] = lambda _: None
) -> Report:
    """`tell` hears which past month has been looked at."""
    method = method or Method()
    if (experiences.answered & ~experiences.is_end).sum() < LEAST_ROWS:
        return Report((), too_little(experiences, method))
    counted = count(experiences, method)
    weeks = weeks_of(counted.timeline)
    seen = look(counted.cells(), counted.parameters.layout.months, counted.people, method, weeks)
    rows = counted.timeline.rows
    layout, ways = counted.parameters.layout, counted.ways(method)
    scene = Scene(seen, layout, rows.names, rows.values, counted.people.journeys, method, ways)
    before = past(counted, scene, tell)
    found = _all_kinds(counted, scene, before)
    dated = [_dated(counted, unit, finding, before) for unit, finding in found]
    told = [_told(counted, seen, words, unit, finding, method) for (unit, _), finding in zip(found, dated, strict=True)]
    return Report(tuple(ranked(told)), described(counted, seen, method))


def _all_kinds(counted: Counted, scene: Scene, before: Past) -> list[tuple[Unit, Finding]]:
    alarms = negative(scene)
    over = recovered(scene, before, alarms)
    alarms = {unit: finding for unit, finding in alarms.items() if unit not in over}
    taken = {unit[0] for unit in (*alarms, *over)}
    brought = {unit: finding for unit, finding in carried(scene).items() if unit[0] not in taken}
    taken |= {unit[0] for unit in brought}
    changed = _level_changes(counted, scene, taken)
    dear = watched(scene, taken)
    ugly = harmless(scene, taken | {unit[0] for unit in (*changed, *dear)})
    kinds_of = (alarms, changed, dear, over, brought, ugly, positive(scene))
    return [pair for found in kinds_of for pair in found.items()]


def _level_changes(counted: Counted, scene: Scene, besides: set[int]) -> dict[Unit, Finding]:
    return level_changes(weeks_of(counted.timeline), scene, besides)


def level_changes(weeks: Weeks, scene: Scene, besides: set[int]) -> dict[Unit, Finding]:
    found = {}
    for unit, day in told_changes(weeks, scene.method).items():
        if unit[0] not in besides:
            plain = scene.finding(kinds.LEVEL_CHANGE, unit, recent(scene.seen), USUAL_LEVEL)
            found[unit] = replace(plain, first_detected=day_name(day))
    return found


def _dated(counted: Counted, unit: Unit, finding: Finding, before: Past) -> Finding:
    detected = finding.first_detected
    if finding.kind in (kinds.NEGATIVE, kinds.RECOVERED):
        detected = day_name(min(before.first.get(unit, math.inf), float(counted.timeline.rows.time.max())))
    since, between = _since(counted, unit, finding, detected)
    if between and finding.kind == kinds.NEGATIVE:
        detected = _first_told(detected, since, before.changed.get(unit))
    return replace(finding, since=since, since_between=between, first_detected=detected)


def _first_told(tested: str | None, since: str, changed: float | None) -> str | None:
    """When a change is told before it is known what it costs, that is when people heard of the moment first."""
    told = day_name(changed) if changed is not None else None
    return told if told and tested and since <= told < tested else tested


def _since(counted: Counted, unit: Unit, finding: Finding, detected: str | None) -> Since:
    here = weeks_of(counted.timeline, in_unit(counted, unit[0], finding.segment))
    return since(here, weeks_of(counted.timeline), unit[0], detected)


def since(here: Weeks, everywhere: Weeks, touchpoint: int, detected: str | None) -> Since:
    """The change, unless it was detected before that; else the first week in which anybody answered here."""
    rate = expected_bad(everywhere.bad, everywhere.answered)[touchpoint] / np.maximum(
        everywhere.answered[touchpoint], 1
    )
    bad, answered = here.bad[touchpoint], here.answered[touchpoint]
    change = worsening(bad, answered * rate)
    if change is None or (detected and day_name(here.day(change.week)) > detected):
        return day_name(here.day(int(np.argmax(answered > 0)))), None
    between = (day_name(here.day(change.earliest)), day_name(here.day(change.latest)))
    return day_name(here.day(change.week)), between


def day_name(day: float) -> str:
    return str(np.datetime64(int(day), "D"))


def _told(counted: Counted, seen: Look, words: Words, unit: Unit, finding: Finding, method: Method) -> Finding:
    """With comments to read, and what a bad visit costs with and without the provider's repair."""
    inside = in_unit(counted, unit[0], finding.segment)
    wanted = (Kind.DELIGHTED,) if finding.kind == kinds.POSITIVE else (Kind.BAD, Kind.REPAIRED)
    ids = tuple(words.ids[tie] for tie in evidence(counted, words.wording, inside, wanted))
    return replace(
        finding,
        evidence=ids,
        effect_unrepaired=effect_of(seen, unit, Kind.BAD, method),
        effect_repaired=effect_of(seen, unit, Kind.REPAIRED, method),
    )


def ranked(findings: list[Finding]) -> list[Finding]:
    """Alarms first; inside a kind by what is lost, or won, per 100 journeys."""
    return [replace(finding, rank=place) for place, finding in enumerate(sorted(findings, key=importance), start=1)]


def importance(finding: Finding) -> tuple[int, float, str]:
    return kinds.ORDER.index(finding.kind), -abs(finding.loss_per_100_journeys), finding.touchpoint
