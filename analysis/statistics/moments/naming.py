"""From a look to findings: which unit carries a loss, how much, how sure, how often it is met."""

import numpy as np
from scipy.special import stdtrit

from analysis.statistics.moments.cells import Layout
from analysis.statistics.moments.discoveries import selected_level
from analysis.statistics.moments.looks import Look, Sight
from analysis.statistics.moments.losses import repair_share
from analysis.statistics.moments.shapes import DIMENSIONS, Experiences, Finding, Method

NEGATIVE = "negative_moment_of_truth"


def segment_of(view: int, layout: Layout, rows: Experiences) -> dict[str, str] | None:
    if view == 0:
        return None
    offsets = layout.offsets()
    name = max((name for name in DIMENSIONS if offsets[name] <= view and rows.values[name]), key=offsets.__getitem__)
    return {name: rows.values[name][view - offsets[name]]}


def units(seen: Look) -> list[tuple[int, int]]:
    """One unit per touchpoint: its clearest segment when the rest of the touchpoint carries less than half of it."""
    return [(int(k), _unit(seen, int(k))) for k in np.flatnonzero(seen.found.any(axis=1))]


def _unit(seen: Look, touchpoint: int) -> int:
    hits = np.flatnonzero(seen.found[touchpoint, 1:]) + 1
    if not len(hits):
        return 0
    view = int(hits[np.argmin(seen.p_values[touchpoint, hits])])
    sight = seen.best_sight(touchpoint, view)
    elsewhere, here = sight.rest.loss[touchpoint, view], sight.found.loss[touchpoint, view]
    return view if not seen.found[touchpoint, 0] or elsewhere < 0.5 * here else 0


def negative(seen: Look, layout: Layout, rows: Experiences, journeys: int, method: Method) -> list[Finding]:
    findings = []
    for touchpoint, view in units(seen):
        sight = seen.best_sight(touchpoint, view)
        if sight.found.loss[touchpoint, view] >= method.relevance:
            level = selected_level(
                method.alpha, int(seen.found.sum()), int(seen.tested.sum()), float(seen.weights[touchpoint, view])
            )
            findings.append(finding(NEGATIVE, seen, sight, (touchpoint, view), level, layout, rows, journeys))
    return findings


def finding(
    kind: str, seen: Look, sight: Sight, at: tuple[int, int], level: float,
    layout: Layout, rows: Experiences, journeys: int,
) -> Finding:  # fmt: skip
    found = sight.found
    loss, error = float(found.loss[at]), float(found.error[at])
    half = float(stdtrit(sight.freedom[at], 1 - level / 2)) * error
    reach = float(seen.sights[-1].found.passes[at]) / max(1, journeys)
    return Finding(
        kind=kind,
        touchpoint=rows.names[at[0]],
        segment=segment_of(at[1], layout, rows),
        loss_per_100_visits=100 * loss,
        ci95=(100 * (loss - half), 100 * (loss + half)),
        loss_per_100_journeys=100 * loss * reach,
        n=int(found.answered[at]),
        passes=int(found.passes[at]),
        bad=int(found.bad[at]),
        persons=round(float(found.persons[at])),
        effect=float(found.effect[at]),
        bad_share=float(found.bad_share[at]),
        loss_by_contrast=100 * float(found.contrast[at]),
        loss_over_all=100 * float(found.all_passes[at]),
        repair_share=float(repair_share(sight.window)[at]),
        effect_unrepaired=None,
        months=sight.months,
        p_value=float(seen.p_values[at]),
    )
