"""From what people lived through to the question what moves the whole: journeys whose end was answered. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.schemas.lived import Visit

MOST_TOUCHPOINTS = 12  # the exact method looks at every subset of them


@dataclass(frozen=True, slots=True)
class Whole:
    """A journey: what was said at its touchpoints, on the mean, and of the whole. `person` numbers who said it."""

    person: int
    service: str
    said: dict[str, float]
    end: float


def wholes(chains: Iterable[Sequence[Visit]], scope: frozenset[str] | None) -> list[Whole]:
    """Journeys of these customers (None: all) of which the end and something before it was answered."""
    return [
        whole
        for person, chain in enumerate(chains)
        for visits in _journeys(chain)
        if (whole := _whole(person, visits, scope))
    ]


def _journeys(chain: Sequence[Visit]) -> Iterable[list[Visit]]:
    found: dict[int, list[Visit]] = {}
    for visit in chain:
        found.setdefault(visit.journey, []).append(visit)
    return found.values()


def _whole(person: int, visits: list[Visit], scope: frozenset[str] | None) -> Whole | None:
    ends = [visit for visit in visits if not visit.touchpoint and visit.score is not None]
    if not ends or (scope is not None and not _inside(visits, ends, scope)):
        return None
    scores: dict[str, list[float]] = {}
    for visit in visits:
        if visit.touchpoint and visit.score is not None:
            scores.setdefault(visit.touchpoint, []).append(visit.score)
    end = max(ends, key=lambda visit: (visit.day, visit.key))
    said = {touchpoint: sum(values) / len(values) for touchpoint, values in scores.items()}
    return Whole(person, end.service, said, end.score or 0.0) if said else None


def _inside(visits: list[Visit], ends: list[Visit], scope: frozenset[str]) -> bool:
    """All that is known of whose it is lies in the scope, and the end surely does."""
    return all(visit.customer in scope for visit in ends) and {visit.customer for visit in visits} <= scope | {""}


def rated(found: Iterable[Whole], minimum: int) -> tuple[list[str], list[str]]:
    """Touchpoints that enough people rated, the commonest of them, and those that too few did."""
    people: dict[str, set[int]] = {}
    for whole in found:
        for touchpoint in whole.said:
            people.setdefault(touchpoint, set()).add(whole.person)
    counted = Counter({touchpoint: len(those) for touchpoint, those in people.items()})
    often = [touchpoint for touchpoint, n in counted.most_common() if n >= minimum]
    return often[:MOST_TOUCHPOINTS], sorted({*counted} - {*often[:MOST_TOUCHPOINTS]})
