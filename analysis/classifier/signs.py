"""What the lexicon found in a batch, as arrays: what each thing says, and the clauses it counts in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.classifier.characters import Places
from analysis.classifier.inventory import Event, emoji, patterns
from analysis.classifier.shapes import EMOTIONS

Floats = NDArray[np.floating[Any]]
Marks = NDArray[np.bool_]

# A negation turns an event round, and weakens it: "not rude" is less than "kind".
_TURNED = -0.7
# However many events a stretch tells, together they count for no more than this.
_MOST_TOLD = 4.0
# Words against, stated, for; events against, stated, for.
SIDES = 6
# What a stretch that only asks or states counts towards "no opinion".
_STATEMENT = 3.0

_TOLD = {"event", "emoji"}
_DEGREES = {"weak": 1, "strong": 2}


@dataclass(frozen=True, slots=True)
class Known:
    """All events of the lexicon, in the order of its patterns and the emoji behind; arrays in step with `events`."""

    events: tuple[Event, ...]
    of_patterns: Places
    of_emoji: Places  # in step with `emoji()`
    weights: Floats
    groups: Places  # 0: a word, 1: an event, -1: tells neither for nor against
    degrees: Places  # 1: weak, 2: strong, 0: no degree
    fixed: Marks
    overrides: Marks
    named: Marks  # names a feeling
    felt: Floats  # (events, EMOTIONS)


@lru_cache(maxsize=1)
def known() -> Known:
    events = {id(event): event for event in (*(pattern.event for pattern in patterns()), *emoji().values())}
    number = {one: place for place, one in enumerate(events)}
    each = tuple(events.values())
    return Known(
        events=each,
        of_patterns=np.array([number[id(pattern.event)] for pattern in patterns()], dtype=np.int64),
        of_emoji=np.array([number[id(event)] for event in emoji().values()], dtype=np.int64),
        weights=np.array([event.weight for event in each]),
        groups=np.array([(not event.plain) if event.source in _TOLD else -1 for event in each], dtype=np.int64),
        degrees=np.array([_DEGREES[event.name] if event.source == "degree" else 0 for event in each], dtype=np.int64),
        fixed=np.array([event.fixed for event in each]),
        overrides=np.array([event.overrides for event in each]),
        named=np.array([event.source == "emotion" for event in each]),
        felt=np.array([[event.emotions.get(emotion, 0.0) for emotion in EMOTIONS] for event in each]),
    )


def spread(length: int, starts: Places, ends: Places) -> Marks:
    """Marks the stretches of a text of this length."""
    marks = np.zeros(length, dtype=bool)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        marks[start:end] = True
    return marks


class Sign(NamedTuple):
    """One thing that was found, where it stands in the text of the batch."""

    event: Event
    start: int
    end: int
    turned: bool
    weight: float


@dataclass(frozen=True)
class Things:
    """An event each, where it stands in the text of the batch; `turned` round by a negation before it."""

    events: Places
    starts: Places
    ends: Places
    turned: Marks

    def and_(self, others: "Things") -> "Things":
        """These, and the others behind them."""
        return Things(
            np.concatenate([self.events, others.events]),
            np.concatenate([self.starts, others.starts]),
            np.concatenate([self.ends, others.ends]),
            np.concatenate([self.turned, others.turned]),
        )

    def taken(self, length: int) -> Marks:
        """By place: an event has given these words another meaning."""
        overrides = known().overrides[self.events]
        return spread(length, self.starts[overrides], self.ends[overrides])

    @cached_property
    def weights(self) -> Floats:
        found: Floats = known().weights[self.events] * np.where(self.turned, _TURNED, 1.0)
        return found

    @cached_property
    def groups(self) -> Places:
        return known().groups[self.events]

    @property
    def felt(self) -> Floats:
        """Feelings that they tell, a row each."""
        found: Floats = known().felt[self.events] * ~self.turned[:, None]
        return found

    @property
    def denied(self) -> Floats:
        """Feelings that are named to say that they were not there."""
        found: Floats = known().felt[self.events] * (self.turned & known().named[self.events])[:, None]
        return found

    def at(self, place: int) -> Sign:
        event, start, end = known().events[self.events[place]], int(self.starts[place]), int(self.ends[place])
        return Sign(event, start, end, bool(self.turned[place]), float(self.weights[place]))


@dataclass(frozen=True, slots=True)
class Found:
    """Things and the rows they count in; one may count in several clauses."""

    rows: Places
    which: Places  # of the things
    things: Things

    def only(self, chosen: Marks) -> "Found":
        return replace(self, rows=self.rows[chosen], which=self.which[chosen])

    def by(self, of_clause: Places) -> "Found":
        """By row, each once in it, in however many of its clauses it counts."""
        rows, first = of_clause[self.rows], np.ones(len(self.rows), dtype=bool)
        first[1:] = (np.diff(rows) != 0) | (np.diff(self.which) != 0)
        return replace(self, rows=rows, which=self.which).only(first)

    def tell(self, count: int) -> Floats:
        """Of each of so many rows, as the calibration weighs it: against, stated, for; words, then events."""
        groups, weights = self.things.groups[self.which], self.things.weights[self.which]
        told = groups >= 0
        groups, weights = 2 * self.rows[told] + groups[told], weights[told]

        def summed(values: Floats | None) -> Floats:
            return np.bincount(groups, values, minlength=2 * count).astype(float)

        against, favour = summed(np.maximum(-weights, 0)), summed(np.maximum(weights, 0))
        stated = (summed(None) > 0) & (against == 0) & (favour == 0)
        sides = (np.minimum(against, _MOST_TOLD), _STATEMENT * stated, np.minimum(favour, _MOST_TOLD))
        return np.column_stack(sides).reshape(count, SIDES)

    def put(self, degree: int) -> Places:
        """Rows that are put so: 1: weakly, 2: strongly."""
        found: Places = self.rows[known().degrees[self.things.events[self.which]] == degree]
        return found

    def __iter__(self) -> Iterator[tuple[int, Sign]]:
        for row, which in zip(self.rows.tolist(), self.which.tolist(), strict=True):
            yield row, self.things.at(which)
