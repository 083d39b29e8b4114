"""Step 13: what only looks like a moment, because people arrive hurt from another one.

Those who came here by way of a moment lose more than those who came another way, at any touchpoint after it. Where more
come by way of it than elsewhere, that makes a loss of its own, which direct standardisation takes out (Fleiss, Levin,
Paik 2003, chapter 19): what would be lost here if as many as anywhere had been at the moment before.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from analysis.statistics.moments import cells as c
from analysis.statistics.moments.arrays import Flags, Floats, ratio
from analysis.statistics.moments.cells import Window, distinct
from analysis.statistics.moments.discoveries import discovered
from analysis.statistics.moments.effects import over_all
from analysis.statistics.moments.losses import LEAST_LINKED, bias_of
from analysis.statistics.moments.passes import Kind
from analysis.statistics.moments.pooling import Ordinary, Pool
from analysis.statistics.moments.shapes import CarriedOver, Method
from analysis.statistics.moments.ways import Ways

LEAST_MORE = 0.1  # of those who pass here, who came by way of the moment beyond as many as elsewhere
USUAL = 0.75  # quantile of the touchpoints, for how many come by way of it elsewhere: those before it tell nothing
MOSTLY = 0.5  # of what is lost here, that they brought along
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Carried:
    """Points per visit; `loss` of everybody who passes here, `points` of it brought along, `otherwise` the rest.

    `share` of those who pass here came by way of the source, at a usual touchpoint `usual` of them.
    """

    source: int
    share: float
    usual: float
    loss: float
    loss_error: float
    points: float
    error: float
    otherwise: float
    otherwise_error: float
    n: int
    n_otherwise: int

    def told(self, names: tuple[str, ...]) -> CarriedOver:
        return CarriedOver(
            names[self.source],
            self.share,
            self.usual,
            100 * self.points,
            _interval(self.points, self.error),
            100 * self.otherwise,
            _interval(self.otherwise, self.otherwise_error),
            self.n,
            self.n_otherwise,
        )


def _interval(value: float, error: float) -> tuple[float, float]:
    return 100 * (value - Z95 * error), 100 * (value + Z95 * error)


@dataclass(frozen=True, slots=True)
class _Split:
    """What is brought along from a source, what is lost otherwise, and their variances: [touchpoint, source]."""

    share: Floats
    usual: Floats
    points: Floats
    variance: Floats
    otherwise: Floats
    otherwise_variance: Floats
    n: Floats
    n_otherwise: Floats
    enough: Flags

    @classmethod
    def of(cls, whole: Floats, by_way: Floats, persons: Floats, reach: Floats, pool: Pool, method: Method) -> "_Split":
        others = whole[:, None] - by_way
        (there, variance), (elsewhere, other) = (over_all(sums, pool.everybody) for sums in (by_way, others))
        share = ratio(by_way[..., c.PASSES], whole[:, None, c.PASSES])
        usual = np.broadcast_to(np.minimum(reach, np.quantile(share, USUAL, axis=0)), share.shape)
        enough = np.minimum(by_way[..., c.LINKED], others[..., c.LINKED]) >= LEAST_LINKED
        return cls(
            share,
            usual,
            (share - usual) * (there - elsewhere),
            (share - usual) ** 2 * (variance + other),
            usual * there + (1 - usual) * elsewhere,
            usual**2 * variance + (1 - usual) ** 2 * other,
            by_way[..., c.PASSES],
            others[..., c.PASSES],
            enough & (persons >= method.least_persons),
        )


def carried_over(
    window: Window, ways: Ways, sources: Collection[int], journeys: int, pool: Pool, method: Method
) -> dict[int, Carried]:
    """Of the touchpoints most of whose loss people brought along from one of the sources."""
    at = sorted(set(sources))
    if not at:
        return {}
    whole, ordinary = window.of(*Kind)[:, 0], bias_of(window, pool, method)
    reach = whole[at, c.PASSES] / max(1, journeys)
    split = _Split.of(whole, ways.sums[:, at], distinct(ways.people[:, at]), reach, pool, method)
    split.enough[at, range(len(at))] = False
    loss, variance = over_all(whole, pool.everybody)
    loss = loss - ordinary.typical
    rest = split.otherwise - ordinary.typical
    mostly = _clear(split, method) & (split.points >= MOSTLY * loss[:, None]) & (rest < method.relevance)
    mostly &= loss[:, None] >= method.relevance
    best = np.argmax(np.where(mostly, split.points, -np.inf), axis=1)
    return {
        int(k): _carried(split, int(k), int(best[k]), at, float(loss[k]), float(variance[k]), ordinary)
        for k in np.flatnonzero(mostly.any(axis=1))
    }


def _clear(split: _Split, method: Method) -> Flags:
    """Where more come by way of the source than elsewhere: more than chance, among all of these together."""
    asked = split.enough & (split.share - split.usual >= LEAST_MORE)
    found = np.zeros(asked.shape, dtype=np.bool_)
    p_values = ndtr(-split.points / np.sqrt(np.maximum(split.variance, 1e-12)))[asked]
    found[asked] = discovered(p_values, np.ones(len(p_values)), method.quiet_alpha)
    return found


def _carried(split: _Split, k: int, s: int, at: list[int], loss: float, variance: float, ordinary: Ordinary) -> Carried:
    return Carried(
        source=at[s],
        share=float(split.share[k, s]),
        usual=float(split.usual[k, s]),
        loss=loss,
        loss_error=float(np.sqrt(variance + ordinary.error)),
        points=float(split.points[k, s]),
        error=float(np.sqrt(split.variance[k, s])),
        otherwise=float(split.otherwise[k, s]) - ordinary.typical,
        otherwise_error=float(np.sqrt(split.otherwise_variance[k, s] + ordinary.error)),
        n=round(float(split.n[k, s])),
        n_otherwise=round(float(split.n_otherwise[k, s])),
    )
