"""How an improvement is measured, and what came out. Months are counted as in `analysis.schemas.figures`."""

from dataclasses import dataclass, field
from enum import StrEnum

from analysis.schemas.figures import Window
from analysis.statistics import Sums
from analysis.statistics.wandering import Usual

NOTHING = Sums()
NOWHERE = Usual()


class VerdictKind(StrEnum):
    """`unclear`: no number of answers would tell, because places change by more than that for no reason."""

    HELPED = "helped"
    NO_EFFECT = "no_effect"
    WORSE = "worse"
    TOO_EARLY = "too_early"
    UNCLEAR = "unclear"
    NO_DATA = "no_data"


class Method(StrEnum):
    """What it is compared with: the other touchpoints, the same place at other customers, or its own past alone."""

    TOUCHPOINTS = "touchpoints"
    CUSTOMERS = "customers"
    SERIES = "series"


@dataclass(frozen=True, slots=True)
class Windows:
    """`apart`: the months before begin after those that made the place look bad; else `past` lies before them, and
    tells how much comes back by itself."""

    before: Window
    past: Window | None
    apart: bool


@dataclass(frozen=True)
class Frozen:
    """The baseline, as it stood at the start: sums of the touched place, of every untouched one, and of each month.
    `usual`: how months wander, as the other touchpoints showed until then."""

    windows: Windows
    touched: tuple[Sums, Sums] = (NOTHING, NOTHING)
    untouched: dict[str, tuple[Sums, Sums]] = field(default_factory=dict)
    months: tuple[tuple[int, Sums], ...] = ()
    usual: Usual = NOWHERE


@dataclass(frozen=True)
class Later:
    """What was said since. `months`: of the touched place, month by month."""

    touched: Sums = NOTHING
    untouched: dict[str, Sums] = field(default_factory=dict)
    months: tuple[tuple[int, Sums], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Points on the scale of the answers, better always up. `more`: answers that would decide, about; `largest`: no
    effect larger than that; `used`: the method that the data allowed. `season`: of a series, whether the same months of
    the year before were there."""

    kind: VerdictKind
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    more: int | None = None
    largest: int | None = None
    used: Method = Method.TOUCHPOINTS
    compared: int = 0
    by_itself: float | None = None
    chance: float | None = None
    season: bool = False
    judging: bool = False
