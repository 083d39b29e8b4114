"""How sure the figures are: who was asked, who answered, and what that does to the mean."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.schemas.figures import Window
from analysis.schemas.green import Share


@dataclass(frozen=True)
class StratumRate:
    """One value of what is known of everybody asked. None: too few to be told."""

    value: str
    asked: int
    answered: int | None
    rate: Share | None


@dataclass(frozen=True)
class Silence:
    """Satisfaction 0-100: of those who answered, weighted to who was asked, and if the silent were at either end."""

    raw: Share
    weighted: Share
    effective: int
    worst: float
    best: float

    @property
    def moved(self) -> bool:
        """Whether the raw mean lies outside of what the weighted one may be."""
        return not self.weighted.low <= self.raw.value <= self.weighted.high


@dataclass(frozen=True)
class Sureness:
    """`strata`: by "kind", "service", "channel", "open", "handoffs". None where too few were asked or answered."""

    months: Window
    asked: int | None
    answered: int | None
    rate: Share | None
    strata: Mapping[str, tuple[StratumRate, ...]]
    silence: Silence | None
