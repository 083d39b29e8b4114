"""Parameters as they are kept between recounts: by names, so that other touchpoints and months may come."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analysis.statistics.moments.cells import Layout
from analysis.statistics.moments.centring import Baselines
from analysis.statistics.moments.components import Components
from analysis.statistics.moments.counting import Counted, Parameters
from analysis.statistics.moments.pooling import USUAL_LOADING

USUAL = Components(person=0.2, shared=0.4, chance=0.6, end=1.0, end_slope=1.0)
USUAL_LIKENESS = 0.2


@dataclass(frozen=True, slots=True)
class Frozen:
    overall: float = 4.0
    end: float = 0.0
    touchpoints: dict[str, float] | None = None
    months: tuple[float, ...] = (0.0,)
    first_month: int = 0
    components: Components = USUAL
    loading: float = USUAL_LOADING
    likeness: float = USUAL_LIKENESS

    @classmethod
    def of(cls, counted: Counted) -> "Frozen":
        parameters, names = counted.parameters, counted.timeline.rows.names
        base = parameters.baselines
        effects = [float(effect) for effect in base.touchpoints]
        return cls(
            base.overall,
            effects[-1],
            dict(zip(names, effects[:-1], strict=True)),
            tuple(float(effect) for effect in base.months),
            base.first_month,
            parameters.components,
            parameters.loading,
            counted.people.likeness,
        )

    @classmethod
    def load(cls, values: dict[str, Any]) -> "Frozen":
        named = values | {"months": tuple(values["months"]), "components": Components(**values["components"])}
        return cls(**named)

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    def for_names(self, layout: Layout, names: tuple[str, ...]) -> Parameters:
        """A touchpoint that was not there yet is like any other."""
        known = self.touchpoints or {}
        effects = np.array([*(known.get(name, 0.0) for name in names), self.end])
        base = Baselines(self.overall, effects, np.array(self.months), self.first_month)
        return Parameters(layout, base, self.components, self.loading)
