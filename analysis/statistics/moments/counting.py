"""From experiences to cells: parameters learned from everything, then rows that only need their own journey."""

from dataclasses import dataclass

import numpy as np

from analysis.statistics.moments.arrays import Flags, Floats
from analysis.statistics.moments.cells import Cells, Layout, Window, collect
from analysis.statistics.moments.centring import Baselines, baselines
from analysis.statistics.moments.components import Components, components
from analysis.statistics.moments.passes import Passes, passes
from analysis.statistics.moments.pooling import USUAL_LOADING, People, learn, loading
from analysis.statistics.moments.prediction import Surprise, likeness, predict, surprise
from analysis.statistics.moments.shapes import Experiences, Method
from analysis.statistics.moments.timeline import Timeline, histories
from analysis.statistics.moments.ways import Ways, ways


@dataclass(frozen=True, slots=True)
class Parameters:
    """Frozen between recounts; with them a journey's rows depend on that journey and its person's history alone."""

    layout: Layout
    baselines: Baselines
    components: Components
    loading: float


@dataclass(frozen=True, slots=True)
class Counted:
    timeline: Timeline
    parameters: Parameters
    people: People
    passes: Passes
    surprise: Surprise

    def cells(self, only: Flags | None = None, everybody_only: bool = False) -> Cells:
        return collect(self.parameters.layout, self.passes, self.surprise, only, everybody_only)

    def ways(self, method: Method) -> Ways | None:
        """None where too few ends are answered to compare by what everybody says afterwards."""
        if self.people.end_share < method.least_end_share:
            return None
        return ways(self.parameters.layout.touchpoints, self.passes, self.surprise)


def count(experiences: Experiences, method: Method) -> Counted:
    timeline = Timeline.of(experiences)
    base = baselines(timeline)
    residuals = base.residuals(timeline)
    variances = components(timeline, residuals)
    found = passes(timeline, residuals, histories(timeline, residuals))
    layout = Layout.of(timeline.rows, timeline.month)
    usual = surprise(found, predict(found, variances), variances, USUAL_LOADING)
    parameters = Parameters(layout, base, variances, _loading(layout, timeline, found, usual, method))
    later = surprise(found, predict(found, variances), variances, parameters.loading)
    return Counted(timeline, parameters, _people(timeline, found, later), found, later)


def rows_of(
    experiences: Experiences, parameters: Parameters, history: tuple[Floats, Floats] | None = None
) -> tuple[Passes, Surprise]:
    """Rows of whole journeys under frozen parameters; `history` is what their people said before each of them."""
    timeline = Timeline.of(experiences)
    residuals = parameters.baselines.residuals(timeline)
    said_before = histories(timeline, residuals) if history is None else history
    found = passes(timeline, residuals, said_before)
    variances = parameters.components
    return found, surprise(found, predict(found, variances), variances, parameters.loading)


def _loading(layout: Layout, timeline: Timeline, found: Passes, usual: Surprise, method: Method) -> float:
    window = collect(layout, found, usual, everybody_only=True).window(0, layout.months)
    everybody = Window(window.sums[:, :1], window.people[:, :1])
    return loading(everybody, learn(everybody, _people(timeline, found, usual), method), method)


def _people(timeline: Timeline, found: Passes, later: Surprise) -> People:
    ended = np.unique(timeline.journeys.number[timeline.rows.is_end & timeline.rows.answered])
    said = timeline.rows.person[timeline.visited]
    journeys = len(timeline.journeys)
    return People(likeness(timeline, found, later), len(np.unique(said)), journeys, len(ended) / max(1, journeys))
