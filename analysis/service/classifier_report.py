"""What is known of the reader: its versions, what was corrected, what waits to be read again, the last comparison."""

from dataclasses import dataclass
from typing import Any

from analysis.disclosure import count
from analysis.models import Comparison
from analysis.queries.corrections import how_many_stand
from analysis.queries.heads import corrected_since, newest_comparison
from analysis.schemas.versions import Progress, Version
from analysis.service.heads import versions
from analysis.service.rereading import how_far
from core.db import Session
from core.settings import settings


@dataclass(frozen=True)
class ClassifierReport:
    """`new`: corrections since the last learning, of which `needed` start the next."""

    versions: list[Version]
    corrections: int
    new: int
    needed: int
    progress: Progress
    comparison: Comparison | None

    @property
    def current(self) -> Version:
        return next(one for one in self.versions if one.current)


async def classifier_report(session: Session) -> ClassifierReport:
    found = await versions(session)
    base = found[0].version
    last = max((one.made_at for one in found if one.made_at and one.version.startswith(f"{base}+")), default=None)
    return ClassifierReport(
        versions=found,
        corrections=await how_many_stand(session),
        new=await corrected_since(session, last),
        needed=settings().learn_after,
        progress=await how_far(session),
        comparison=await newest_comparison(session),
    )


def comparison_told(found: dict[str, Any]) -> dict[str, Any]:
    """A comparison as it may be shown: single changes of label would tell single comments."""
    minimum = settings().min_group
    labels = [one | {"n": count(one["n"], minimum)} for one in found["labels"]]
    places = {
        name: {key: count(n, minimum) for key, n in found[name].items()}
        for name in ("touchpoints_gained", "touchpoints_lost")
    }
    return found | {"labels": labels} | places
