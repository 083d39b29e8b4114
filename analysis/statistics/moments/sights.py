"""Step 7: what one window shows of every touchpoint and segment, and how likely chance would show it."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr

from analysis.statistics.moments.arrays import TINY, Flags, Floats
from analysis.statistics.moments.cells import Window, distinct
from analysis.statistics.moments.discoveries import cauchy
from analysis.statistics.moments.losses import Everyone, Losses, bias_of, losses
from analysis.statistics.moments.pooling import Pool
from analysis.statistics.moments.shapes import Method
from analysis.statistics.moments.weighing import expected

Others = tuple[Everyone | None, Everyone | None]  # what all passes say: of a unit, and of the rest of it
NOBODY: Others = (None, None)  # where too few ends are answered, all passes say nothing


@dataclass(frozen=True, slots=True)
class Sight:
    """What one window shows: [touchpoint, view]."""

    months: int
    window: Window
    found: Losses
    rest: Losses  # of each segment, everybody else at the touchpoint
    freedom: Floats
    p_values: Floats  # NaN: not tested
    strength: Floats  # standard errors by which a loss would be expected to stand out


@dataclass(frozen=True, slots=True)
class Eye:
    """What every window is looked at with. `reach`: share of all journeys that come here: [touchpoint, view]."""

    pool: Pool
    use_all: bool
    reach: Floats
    method: Method

    def sight(self, window: Window, months: int) -> Sight:
        bias = bias_of(window, self.pool, self.method)
        here, elsewhere = (Everyone.of(part, self.pool, bias, self.method) for part in (window, window.rest()))
        return self._sight(window, months, (here, elsewhere) if self.use_all else NOBODY, self.method.gate_z)

    def sight_since(self, window: Window, before: Window, months: int, ever: Sight) -> Sight:
        """Of everybody alone, against what it was before; and what a bad visit costs here is known of those before too,
        as far as it is the same: more bad visits are a loss if one of them is."""
        window, before = (Window(part.sums[:, :1], part.people[:, :1]) for part in (window, before))
        of: Others = (Everyone.since(window, before, self.pool, self.method), None)
        seen = self._sight(window, months, of if self.use_all else NOBODY, self.method.gate_z_changed)
        known = np.where(seen.p_values[:, 0] < 1, self._dear(ever), seen.p_values[:, 0])
        both = cauchy(np.stack([seen.p_values[:, 0], known]), np.ones(2))
        return replace(seen, p_values=np.where(np.isfinite(seen.p_values[:, 0]), both, np.nan)[:, None])

    def _dear(self, ever: Sight) -> Floats:
        """That one bad visit costs nothing."""
        effect, variance = ever.found.effect[:, 0], ever.found.effect_variance[:, 0]
        z = (effect - self.method.gate_effect) / np.sqrt(np.maximum(variance, TINY))
        return np.asarray(stdtr(ever.freedom[:, 0], -z))

    def _sight(self, window: Window, months: int, of: Others, gate: float) -> Sight:
        pool, method, reach = self.pool, self.method, self.reach[:, : window.sums.shape[1]]
        found = losses(window, pool, method, of[0], reach, distinct(window.people))
        rest = losses(window.rest(), pool, method, of[1], reach[:, :1] - reach, None)
        z, enough = _standardised(found, rest, method)
        freedom = np.maximum(found.bad - 1, 1) + method.borrowed
        p_values = np.where(enough, np.where(points_there(found, gate, method), stdtr(freedom, -z), 1.0), np.nan)
        strength = expected(window, found, rest, pool.dose)
        return Sight(months, window, found, rest, freedom, p_values, strength)


def _standardised(found: Losses, rest: Losses, method: Method) -> tuple[Floats, Flags]:
    """A touchpoint against nothing lost, a segment against the rest of its touchpoint. Only precision filters."""
    z = found.loss / found.error
    z[:, 1:] = ((found.loss - np.maximum(rest.loss, 0)) / np.hypot(found.error, rest.error))[:, 1:]
    widest = np.full(z.shape[1], method.widest_error)
    widest[0] *= 2
    enough = found.enough & (found.error <= widest)
    enough[:, 1:] &= rest.enough[:, 1:]
    return z, enough


def points_there(found: Losses, gate: float, method: Method) -> Flags:
    z = (found.contrast - method.gate_loss) / np.sqrt(found.contrast_variance)
    return np.asarray((z >= gate) & (found.effect > method.gate_effect))
