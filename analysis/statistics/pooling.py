"""One loss from the losses of several parts, and how sure a loss is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

Z95 = 1.96
# Of a loss: the model is not the world, however many answers there are. Harm that is rated middling or better is not
# seen, so there may be much more than is told.
LESS, MORE = 0.05, 0.24


@dataclass(frozen=True, slots=True)
class Part:
    """Loss and standard error per visit, loss per journey, and how many visits passed and answered."""

    loss: float
    error: float
    per_journey: float
    passes: int
    n: int


@dataclass(frozen=True, slots=True)
class Pooled:
    loss: float
    low: float
    high: float
    per_journey: float
    n: int


def pooled(parts: Sequence[Part]) -> Pooled | None:
    """Each part weighs as much as it has visits (a stratified mean: Cochran 1977, 5.3); 95 %. None without visits."""
    passes = sum(part.passes for part in parts)
    if not passes:
        return None
    loss = sum(part.passes * part.loss for part in parts) / passes
    error = sqrt(sum((part.passes * part.error) ** 2 for part in parts)) / passes
    low, high = around(loss, error, Z95)
    per_journey = sum(part.passes * part.per_journey for part in parts) / passes
    return Pooled(loss, low, high, per_journey, sum(part.n for part in parts))


def around(loss: float, error: float, times: float) -> tuple[float, float]:
    """An interval of so many standard errors, with the error of the model: docs/method.md."""
    below, above = (times * hypot(error, part * max(loss, 0.0)) for part in (LESS, MORE))
    return loss - below, loss + above
