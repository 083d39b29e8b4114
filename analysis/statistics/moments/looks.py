"""Steps 8 and 10: one look at all touchpoints and segments, over nested windows, as one family of tests."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments.arrays import Flags, Floats
from analysis.statistics.moments.cells import PASSES, Cells, Window
from analysis.statistics.moments.changes import risen
from analysis.statistics.moments.discoveries import cauchy, discovered
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.pooling import People, Pool, learn
from analysis.statistics.moments.shapes import Method
from analysis.statistics.moments.sights import Eye, Sight
from analysis.statistics.moments.timeline import month_of
from analysis.statistics.moments.weeks import Weeks
from analysis.statistics.moments.weighing import power, weights

AGREEING = 1.25  # standard errors
HALF_A_MONTH = 15.0  # days: a month that begins less than that after a change is the first of the time since
SELECTED = 0.5  # of alpha: about where the last discovery of weighted tests lies


@dataclass(frozen=True, slots=True)
class Look:
    pool: Pool
    sights: tuple[Sight, ...]
    changed: Mapping[int, Sight]  # touchpoints whose moment began of a sudden, since then
    p_values: Floats
    best: Floats  # which sight shows it best
    weights: Floats
    tested: Flags
    found: Flags

    def sight(self, unit: tuple[int, int]) -> Sight:
        """The time since a change; else the longest window that agrees with the one that shows it best: the best alone
        flatters what it shows."""
        if unit[1] == 0 and unit[0] in self.changed:
            return self.changed[unit[0]]
        best = self.sights[int(self.best[unit])]
        least = best.found.loss[unit] - AGREEING * best.found.error[unit]
        agreeing = [sight for sight in self.sights if sight.months >= best.months and sight.found.loss[unit] >= least]
        return agreeing[-1]


def look(cells: Cells, until: int, people: People, method: Method, weeks: Weeks | None = None) -> Look:
    """At the months of the layout before `until`; nothing is read but cells, and how many visits a week were bad."""
    eye = _eye(cells.window(0, until), people, method)
    spans, of_spans = _spans(until, method)
    sights = tuple(eye.sight(cells.window(until - span, until), span) for span in spans)
    each = np.stack([sight.p_values for sight in sights])
    asked = power(np.stack([sight.strength for sight in sights])) * of_spans[:, None, None]
    plain = cauchy(each, asked)
    since = _changed(cells, until, eye, weeks, sights[-1]) if weeks else {}
    return _discoveries(eye, sights, since, each, plain)


def look_at_changes(cells: Cells, until: int, people: People, method: Method, weeks: Weeks) -> Look | None:
    """At touchpoints whose bad visits have become more and at nothing else: a family of its own, small enough not to
    wait for a month's end. It takes a suspicion that was there a week ago as well. Reads the cells of everybody.
    None: there is no such touchpoint."""
    whole = cells.window(0, until)
    whole = Window(whole.sums[:, :1], whole.people[:, :1])
    eye = _eye(whole, people, method)
    sight = eye.sight(whole, until)
    before = risen(weeks.bad[:, :-1], weeks.answered[:, :-1])
    since = {k: changed for k, changed in _changed(cells, until, eye, weeks, sight).items() if k in before}
    if not since:
        return None
    p_values, found = np.full(sight.p_values.shape, np.nan), np.zeros(sight.p_values.shape, dtype=np.bool_)
    for k, changed in since.items():
        p_values[k, 0] = changed.p_values[k, 0]
    tested = np.isfinite(p_values)
    found[tested] = discovered(p_values[tested], np.ones(len(since)), method.changes_alpha)
    begun = {k: changed for k, changed in since.items() if found[k, 0]}
    return Look(eye.pool, (sight,), begun, p_values, np.zeros(found.shape), np.ones(found.shape), tested, found)


def _eye(window: Window, people: People, method: Method) -> Eye:
    reach = np.asarray(window.of(*Kind)[..., PASSES] / max(1, people.journeys))
    return Eye(learn(window, people, method), people.end_share >= method.least_end_share, reach, method)


def _spans(until: int, method: Method) -> tuple[list[int], Floats]:
    """Windows that are longer than the data are one window, with their weights together."""
    spans = [min(span, until) for span in method.windows]
    kept = sorted(set(spans))
    together = [sum(w for s, w in zip(spans, method.window_weights, strict=True) if s == span) for span in kept]
    return kept, np.array(together, dtype=np.float64)


def _changed(cells: Cells, until: int, eye: Eye, weeks: Weeks, ever: Sight) -> dict[int, Sight]:
    """Of touchpoints whose share of bad visits has risen: the months since, and what a bad visit `ever` cost there."""
    found: dict[int, Sight] = {}
    seen: dict[int, Sight] = {}
    for touchpoint, week in risen(weeks.bad, weeks.answered).items():
        begun = min(month_of(weeks.day(week) + HALF_A_MONTH) - cells.layout.first_month, until - 1)
        if begun > 0 and begun not in seen:
            seen[begun] = eye.sight_since(cells.window(begun, until), cells.window(0, begun), until - begun, ever)
        if begun > 0 and np.isfinite(seen[begun].p_values[touchpoint, 0]):
            found[touchpoint] = seen[begun]
    return found


def _discoveries(eye: Eye, sights: tuple[Sight, ...], since: dict[int, Sight], each: Floats, plain: Floats) -> Look:
    method, tested = eye.method, np.asarray(np.isfinite(each).any(axis=0), dtype=np.bool_)
    strength = np.where(np.isfinite(each), np.stack([sight.strength for sight in sights]), 0).max(axis=0)
    shares, of_changes = _shares(strength, tested, len(since), method)
    p_values = np.concatenate([plain[tested], [sight.p_values[k, 0] for k, sight in since.items()]])
    hits = discovered(p_values, np.concatenate([shares[tested], np.full(len(since), of_changes)]), method.alpha)
    found = np.zeros(tested.shape, dtype=np.bool_)
    found[tested] = hits[: int(tested.sum())]
    begun = {k: sight for (k, sight), hit in zip(since.items(), hits[int(tested.sum()) :], strict=True) if hit}
    for k, sight in begun.items():
        found[k, 0], plain[k, 0], shares[k, 0] = True, sight.p_values[k, 0], of_changes
    best = np.argmin(np.where(np.isfinite(each), each, 2.0), axis=0)
    return Look(eye.pool, sights, begun, plain, best, shares, tested, found)


def _shares(strength: Floats, tested: Flags, changes: int, method: Method) -> tuple[Floats, float]:
    """Touchpoints, segments and changes share alpha, however many of each there are; the mean weight is one."""
    segments, share = tested.copy(), method.touchpoint_share
    segments[:, 0] = False
    tests, kept = int(tested.sum()) + changes, 1 - method.changed_share * (changes > 0)
    shares = np.ones(tested.shape)
    for which, part in ((tested & ~segments, share * kept), (segments, (1 - share) * kept)):
        if which.any():
            alone = weights(strength[which], SELECTED * method.alpha * part)
            shares[which] = part * tests / which.sum() * alone
    return shares, method.changed_share * tests / max(1, changes)
