"""Two periods or two segments side by side: their names, what differs clearly, and their pictures."""

from collections.abc import Iterable, Mapping

from analysis.routes import pictures, words
from analysis.rules.against import BEFORE, CUSTOMER, SERVICE, YEAR
from analysis.schemas.beside import Pair, SideBySide
from analysis.schemas.reports import ASKED, Difference, Filters, Offer
from core import charts
from core.i18n import gettext as _

HEIGHT = 230
SAID = 4


def option(choice: str, offer: Offer) -> str:
    if choice.startswith(SERVICE):
        return _("Service: %(name)s") % {"name": offer.services[choice.removeprefix(SERVICE)]}
    if choice.startswith(CUSTOMER):
        return _("Customer: %(name)s") % {"name": offer.customers[choice.removeprefix(CUSTOMER)]}
    return {BEFORE: _("The months before"), YEAR: _("The same months a year earlier")}[choice]


def side(one: Filters, beside: Filters, offer: Offer) -> str:
    """By what it differs from the other side."""
    if one.window != beside.window:
        return words.months(one.window)
    if one.service != beside.service:
        return offer.services[one.service or ""]
    return offer.customers[one.customer or ""]


def nothing_of(found: SideBySide) -> list[Filters]:
    """The sides of which nothing is shown at all."""
    sides = {"this": found.this, "other": found.other}
    return [filters for name, filters in sides.items() if not any(_shown(getattr(one, name)) for one in found.stages)]


def _shown(figures: Mapping[object, object]) -> bool:
    return any(not getattr(figure, "suppressed", True) for figure in figures.values())


def clear(found: SideBySide) -> list[str]:
    """What differs with its whole interval on one side of zero, the largest first, as sentences."""
    stages = words.stage_names()
    told = [(stages[one.key], dimension, one.change[dimension]) for one in found.stages for dimension in ASKED]
    surely = [(stage, dimension, moved) for stage, dimension, moved in told if moved and is_clear(moved)]
    surely.sort(key=lambda one: -abs(one[2].value))
    return [_sentence(stage, words.dimension_names()[dimension], moved) for stage, dimension, moved in surely[:SAID]]


def is_clear(moved: Difference) -> bool:
    return not moved.low <= 0 <= moved.high


def compared(found: SideBySide) -> int:
    return sum(one.change[dimension] is not None for one in found.stages for dimension in ASKED)


def _sentence(stage: str, dimension: str, moved: Difference) -> str:
    low, high = sorted((abs(moved.low), abs(moved.high)))
    values = {
        "stage": stage,
        "dimension": dimension,
        "n": words.whole(abs(moved.value)),
        "low": words.whole(low),
        "high": words.whole(high),
    }
    if moved.value < 0:
        return _("%(stage)s: %(dimension)s %(n)s points lower (%(low)s to %(high)s)") % values
    return _("%(stage)s: %(dimension)s %(n)s points higher (%(low)s to %(high)s)") % values


def drawn(found: SideBySide, this: str, other: str) -> list[tuple[str, charts.TrendChart]]:
    """A curve of both for each question: its name and the picture."""
    axis = [charts.Tick(words.stage_names()[one.key], _answers(one)) for one in found.stages]
    return [
        (
            words.dimension_names()[dimension],
            charts.trend(
                [
                    charts.Series("x", other, [pictures.reading(one.other[dimension]) for one in found.stages]),
                    charts.Series(
                        pictures.LOOKS[dimension],  # type: ignore[arg-type]
                        this,
                        [pictures.reading(one.this[dimension]) for one in found.stages],
                    ),
                ],
                axis,
                height=HEIGHT,
            ),
        )
        for dimension in ASKED
    ]


def _answers(one: Pair) -> str:
    counts = [max((figures[dimension].n or 0 for dimension in ASKED), default=0) for figures in (one.this, one.other)]
    return " / ".join(f"{n:,}" if n else "–" for n in counts) if any(counts) else ""


def worth_a_row(pairs: Iterable[Pair]) -> list[Pair]:
    return [one for one in pairs if any(one.change.values())]
