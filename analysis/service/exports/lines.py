"""What a report says, line by line: one line for each figure that the gate let out, or says that it did not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from hashlib import sha256

from analysis.models import Dimension
from analysis.queries.heads import current_version
from analysis.queries.publication import newest_publication
from analysis.schemas.figures import Figure, Window
from analysis.schemas.reports import ExperienceReport, Filters
from analysis.service.experience import experience_report, scale_of
from core.db import Session
from core.i18n import own_name
from core.settings import settings
from journeys.queries.places import customers_in

METHOD = "1"
FORMULA = "mean with Student's t interval, 95 %"


@dataclass(frozen=True)
class Line:
    """One figure. `section`: total, month, touchpoint, or rest (what is not shown singly). Scores on the scale from
    `lowest` to `highest`, empty where it has no end. No mean where a band is shown in its place, nothing at all where
    `shown` is no."""

    section: str
    first_day: str
    last_day: str
    touchpoint: str
    stage: str
    dimension: str
    unit: str
    lowest: float
    highest: float | None
    shown: str
    n: int | None
    mean: float | None
    band_low: float | None
    band_high: float | None
    ci95_low: float | None
    ci95_high: float | None
    level: str


COLUMNS = tuple(field.name for field in fields(Line))
FIGURES = ("n", "mean", "ci95_low", "ci95_high")


def digest_of(lines: Iterable[Line]) -> str:
    """SHA-256 of the lines: equal for equal figures, whatever file they stand in."""
    told = "\n".join("\t".join("" if one is None else str(one) for one in astuple(line)) for line in lines)
    return sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Chapter:
    """Sentences that the floor above puts before the figures: a review's agenda, its notes, its decisions."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Pack:
    """A report with all that is needed to make it again. `names`: of touchpoints, in the reader's language. `whom`: the
    name of the customer, "" for all in view. `scope`: the customers that whoever made it sees; None: all."""

    report: ExperienceReport
    lines: tuple[Line, ...]
    names: Mapping[str, str]
    classifier: str
    publication: int
    published_at: datetime | None
    smallest_group: int
    whom: str = ""
    scope: frozenset[str] | None = None
    chapters: tuple[Chapter, ...] = ()

    @property
    def digest(self) -> str:
        return digest_of(self.lines)

    @property
    def about(self) -> dict[str, str]:
        """What every file says of itself."""
        filters = self.report.filters
        return {
            "report": f"experience-{self.digest[:12]}",
            "window": f"{filters.window.start} / {filters.window.end}",
            "service": filters.service or "*",
            "customer": filters.customer or "*",
            "seen_by_who_sees": "*" if self.scope is None else " ".join(sorted(self.scope)),
            "formula": FORMULA,
            "n": str(self.report.n or f"<{self.smallest_group}"),
            "smallest_group": str(self.smallest_group),
            "classifier": self.classifier,
            "method": METHOD,
            "publication": str(self.publication),
            "published_at": self.published_at.isoformat() if self.published_at else "",
            "sha256": self.digest,
        }


async def pack(session: Session, scope: frozenset[str] | None, filters: Filters, language: str) -> Pack:
    report = await experience_report(session, scope, filters)
    newest = await newest_publication(session)
    customers = {one.key: own_name(one.name) for one in await customers_in(session, scope)}
    return Pack(
        report=report,
        lines=tuple(_lines(report)),
        names={one.key: one.names[language] or one.names["en"] for one in report.touchpoints},
        classifier=await current_version(session),
        publication=newest.number if newest else 0,
        published_at=newest.at if newest else None,
        smallest_group=settings().min_group,
        whom=customers.get(filters.customer or "", ""),
        scope=scope,
    )


def _lines(report: ExperienceReport) -> Iterator[Line]:
    window = report.filters.window
    for dimension, found in report.dimensions.items():
        yield _line("total", window, dimension, found.figure)
    for dimension, found in report.dimensions.items():
        for months, figure in found.months:
            yield _line("month", months, dimension, figure)
    wanted = report.filters.touchpoint
    for one in report.touchpoints:
        if wanted in (None, one.key):
            for dimension, figure in one.figures.items():
                yield _line("touchpoint", window, dimension, figure, (one.key, one.stage, one.level.value))
    for dimension, figure in report.rest.items() if wanted is None else ():
        yield _line("rest", window, dimension, figure)


def _line(
    section: str, window: Window, dimension: Dimension, figure: Figure, place: tuple[str, str, str] = ("", "", "")
) -> Line:
    scale, (touchpoint, stage, level) = scale_of(dimension), place
    low, high = map(float, figure.band) if figure.band else (None, None)
    return Line(
        section=section,
        first_day=window.start.isoformat(),
        last_day=window.end.isoformat(),
        touchpoint=touchpoint,
        stage=stage,
        dimension=dimension.value,
        unit="minutes" if dimension is Dimension.LOST_MINUTES else "points",
        lowest=float(scale.low),
        highest=float(scale.high) if scale.high < float("inf") else None,
        shown="no" if figure.suppressed else "yes",
        n=figure.n,
        mean=None if figure.band else figure.value,
        band_low=low,
        band_high=high,
        ci95_low=figure.low,
        ci95_high=figure.high,
        level=level,
    )
