"""From a look to findings: which unit carries a loss, how much, how sure, how often it is met."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from analysis.statistics.moments import kinds
from analysis.statistics.moments.cells import Layout
from analysis.statistics.moments.downstream import Z95, Carried, carried_over
from analysis.statistics.moments.looks import Look
from analysis.statistics.moments.losses import repair_share
from analysis.statistics.moments.quieter import dear_failures, disliked, gains, surely_small
from analysis.statistics.moments.shapes import DIMENSIONS, Finding, Method
from analysis.statistics.moments.sights import Sight, points_there
from analysis.statistics.moments.ways import Ways
from analysis.statistics.pooling import around

Unit = tuple[int, int]  # touchpoint, view
USUAL_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Scene:
    """A look, and the words for what is seen.

    `ways`: up to the same day; None where ends are hardly ever answered. `known`: touchpoints of moments found before.
    """

    seen: Look
    layout: Layout
    names: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    journeys: int
    method: Method
    ways: Ways | None = None
    known: frozenset[int] = frozenset()

    def segment_of(self, view: int) -> dict[str, str] | None:
        if view == 0:
            return None
        offsets = self.layout.offsets()
        name = max(
            (name for name in DIMENSIONS if offsets[name] <= view and self.values[name]), key=offsets.__getitem__
        )
        return {name: self.values[name][view - offsets[name]]}

    def finding(self, kind: str, unit: Unit, sight: Sight, level: float) -> Finding:
        found = sight.found
        loss = float(found.loss[unit])
        low, high = around(loss, float(found.error[unit]), float(stdtrit(sight.freedom[unit], 1 - level / 2)))
        return Finding(
            kind=kind,
            touchpoint=self.names[unit[0]],
            segment=self.segment_of(unit[1]),
            loss_per_100_visits=100 * loss,
            ci95=(100 * low, 100 * high),
            loss_per_100_journeys=100 * loss * self.reach(unit),
            n=int(found.answered[unit]),
            passes=int(found.passes[unit]),
            bad=int(found.bad[unit]),
            persons=round(float(found.persons[unit])),
            effect=float(found.effect[unit]),
            bad_share=float(found.bad_share[unit]),
            loss_by_contrast=100 * float(found.contrast[unit]),
            loss_over_all=100 * float(found.all_passes[unit]),
            repair_share=float(repair_share(sight.window)[unit]),
            months=sight.months,
            p_value=float(self.seen.p_values[unit]),
        )

    def reach(self, unit: Unit) -> float:
        """Passes per journey, over all the time looked at."""
        return float(self.seen.sights[-1].found.passes[unit]) / max(1, self.journeys)


def units(seen: Look) -> list[Unit]:
    """One unit per touchpoint: its clearest segment when the rest of the touchpoint carries less than half of it."""
    return [(int(k), _view(seen, int(k))) for k in np.flatnonzero(seen.found.any(axis=1))]


def _view(seen: Look, touchpoint: int) -> int:
    hits = np.flatnonzero(seen.found[touchpoint, 1:]) + 1
    if not len(hits):
        return 0
    view = int(hits[np.argmin(seen.p_values[touchpoint, hits])])
    sight = seen.sight((touchpoint, view))
    elsewhere, here = sight.rest.loss[touchpoint, view], sight.found.loss[touchpoint, view]
    return view if not seen.found[touchpoint, 0] or elsewhere < 0.5 * here else 0


def negative(scene: Scene) -> dict[Unit, Finding]:
    """Discoveries that matter."""
    sights = {unit: scene.seen.sight(unit) for unit in units(scene.seen)}
    return {
        unit: scene.finding(kinds.NEGATIVE, unit, sight, USUAL_LEVEL)
        for unit, sight in sights.items()
        if sight.found.loss[unit] >= scene.method.relevance
    }


def positive(scene: Scene) -> dict[Unit, Finding]:
    found = gains(scene.seen, scene.method)
    findings = {}
    for k in np.flatnonzero(found.chosen.found & (found.gain >= scene.method.relevance)):
        unit = (int(k), 0)
        plain = scene.finding(kinds.POSITIVE, unit, scene.seen.sights[-1], USUAL_LEVEL)
        findings[unit] = found.put_into(plain, int(k), scene.reach(unit))
    return findings


def carried(scene: Scene) -> dict[Unit, Finding]:
    """Touchpoints whose loss people mostly bring along from a moment of truth."""
    whole = scene.seen.sights[-1]
    return {
        (k, 0): replace(
            scene.finding(kinds.CARRIED_OVER, (k, 0), whole, USUAL_LEVEL),
            loss_per_100_visits=100 * one.loss,
            ci95=(100 * (one.loss - Z95 * one.loss_error), 100 * (one.loss + Z95 * one.loss_error)),
            loss_per_100_journeys=100 * one.loss * scene.reach((k, 0)),
            carried=one.told(scene.names),
        )
        for k, one in _brought_along(scene).items()
    }


def _brought_along(scene: Scene) -> dict[int, Carried]:
    """None where its own bad visits clearly cost: that people arrive hurt as well does not excuse it."""
    if scene.ways is None:
        return {}
    whole, pool, method = scene.seen.sights[-1], scene.seen.pool, scene.method
    alarms = {unit[0] for unit in negative(scene)}
    among = carried_over(whole.window, scene.ways, alarms | scene.known, scene.journeys, pool, method)
    itself = points_there(whole.found, method.gate_z, method)[:, 0]
    return {k: one for k, one in among.items() if k not in alarms and not itself[k]}


def harmless(scene: Scene, besides: set[int]) -> dict[Unit, Finding]:
    """Touchpoints that are rated low more often than others, and surely lose nothing that matters."""
    seen, method = scene.seen, scene.method
    among = disliked(seen, method).found.copy()
    among[list(besides)] = False
    return {
        (int(k), 0): scene.finding(kinds.HARMLESS, (int(k), 0), seen.sights[-1], USUAL_LEVEL)
        for k in np.flatnonzero(surely_small(seen, method, among))
    }


def watched(scene: Scene, besides: set[int]) -> dict[Unit, Finding]:
    """Touchpoints where a bad visit is dear and too rare to cost much yet; protect them."""
    chosen = dear_failures(scene.seen, scene.method)
    sight = scene.seen.sights[-1]
    return {
        (int(k), 0): scene.finding(kinds.WATCH, (int(k), 0), sight, chosen.level)
        for k in np.flatnonzero(chosen.found)
        if int(k) not in besides
    }
