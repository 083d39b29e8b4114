"""One loss from the losses of several parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z95 = 1.96


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
    half = Z95 * sqrt(sum((part.passes * part.error) ** 2 for part in parts)) / passes
    per_journey = sum(part.passes * part.per_journey for part in parts) / passes
    return Pooled(loss, loss - half, loss + half, per_journey, sum(part.n for part in parts))
