"""From the events of tickets to the value stream as it was walked. Pure; definitions: docs/flow.md."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from journeys.models import TicketState
from journeys.rules.flow import DONE, Walk, in_order, opening
from journeys.schemas import FlowEvent
from journeys.schemas.stream import NOBODY, OPENED, OTHERS, RESOLVED, Passage, Step, Stream

HOUR = 3600.0
MOST_STEPS = 8
Spent = dict[TicketState, float]
Ways = Mapping[tuple[str, str], list[tuple[float, bool]]]  # hours until taken up, and whether it was there before


@dataclass(slots=True)
class Stay:
    """A ticket with one group, or with none; seconds. `untouched`: until it was worked on or waited for there."""

    group: str
    spent: Spent = field(default_factory=dict)
    untouched: float = 0.0
    touched: bool = False

    def add(self, state: TicketState, seconds: float) -> None:
        self.spent[state] = self.spent.get(state, 0.0) + seconds
        self.touched = self.touched or state is not TicketState.QUEUE
        self.untouched += 0.0 if self.touched else seconds


@dataclass(slots=True)
class _Path(Walk):
    """The same walk that all figures come from, and with whom the time was spent."""

    stays: list[Stay] = field(default_factory=list)

    def step(self, event: FlowEvent) -> None:
        before = dict(self.spent)
        self._run_clock(event.at)
        for state, seconds in self.spent.items():
            if seconds > before[state]:
                self._here().add(state, seconds - before[state])
        Walk.step(self, event)
        if self.state not in DONE and self.group != NOBODY:
            self._here()

    def _here(self) -> Stay:
        if not self.stays or self.stays[-1].group != self.group:
            self.stays.append(Stay(self.group))
        return self.stays[-1]


def walked(events: Iterable[FlowEvent]) -> _Path:
    ordered = in_order(events)
    path = _Path(opening(ordered))
    for event in ordered:
        path.step(event)
    return path


@dataclass
class _Tally:
    tickets: set[int] = field(default_factory=set)
    again: set[int] = field(default_factory=set)
    visits: int = 0
    spent: defaultdict[TicketState, float] = field(default_factory=lambda: defaultdict(float))
    places: list[float] = field(default_factory=list)


def stream(tickets: Iterable[Iterable[FlowEvent]], minimum: int) -> Stream:
    """Groups with fewer than `minimum` tickets, and all beyond the largest, are one step together."""
    paths = [path for path in map(walked, tickets) if path.stays]
    shown = _shown(paths, minimum)
    steps: defaultdict[str, _Tally] = defaultdict(_Tally)
    ways: defaultdict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for number, path in enumerate(paths):
        _follow(number, path, shown, steps, ways)
    return Stream(
        tickets=len(paths),
        steps=_steps(steps),
        passages=_passages(ways, minimum),
        reopened=sum(path.reopens > 0 for path in paths),
        returned=sum(path.returns > 0 for path in paths),
        unowned=len(steps[NOBODY].tickets) if NOBODY in steps else 0,
        efficiency=_efficiency(paths),
    )


def _shown(paths: Iterable[_Path], minimum: int) -> set[str]:
    met: defaultdict[str, int] = defaultdict(int)
    for path in paths:
        for group in {stay.group for stay in path.stays} - {NOBODY}:
            met[group] += 1
    large = sorted((group for group, n in met.items() if n >= minimum), key=lambda group: (-met[group], group))
    return {*large[:MOST_STEPS], NOBODY}


def _follow(number: int, path: _Path, shown: set[str], steps: Mapping[str, _Tally], ways: Ways) -> None:
    source, met = OPENED, set[str]()
    for place, stay in enumerate(path.stays):
        name = stay.group if stay.group in shown else OTHERS
        here = steps[name]
        here.visits += name != source
        here.tickets.add(number)
        here.places.append(place / len(path.stays))
        for state, seconds in stay.spent.items():
            here.spent[state] += seconds
        if name != source:
            ways[source, name].append((stay.untouched / HOUR, name in met))
            if name in met:
                here.again.add(number)
        met.add(name)
        source = name
    if path.resolved:
        ways[source, RESOLVED].append((0.0, False))


def _steps(found: Mapping[str, _Tally]) -> tuple[Step, ...]:
    ordered = sorted(found.items(), key=lambda pair: (sum(pair[1].places) / len(pair[1].places), pair[0]))
    return tuple(
        Step(
            group,
            len(one.tickets),
            one.visits,
            len(one.again),
            *(one.spent[state] / HOUR for state in (TicketState.ACTIVE, TicketState.WAITING, TicketState.QUEUE)),
        )
        for group, one in ordered
    )


def _passages(found: Mapping[tuple[str, str], list[tuple[float, bool]]], minimum: int) -> tuple[Passage, ...]:
    """Those that enough tickets took, forwards and back apart; the commonest first."""
    told = []
    for (source, target), ones in found.items():
        for back in (False, True):
            hours = [one for one, returned in ones if returned is back]
            if len(hours) >= minimum:
                told.append(Passage(source, target, len(hours), back, sum(hours) / len(hours)))
    return tuple(sorted(told, key=lambda one: (-one.times, one.source, one.target)))


def _efficiency(paths: Iterable[_Path]) -> float | None:
    spent: defaultdict[TicketState, float] = defaultdict(float)
    for path in paths:
        for state, seconds in path.spent.items():
            spent[state] += seconds
    whole = sum(spent.values())
    return spent[TicketState.ACTIVE] / whole if whole else None
