"""Two versions over the same comments: what would change. Counts only, never words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from analysis.rules.learning import Lesson

SIDES = {"very_negative": "negative", "very_positive": "positive", "none": "neutral"}


class Place(Protocol):
    @property
    def touchpoint(self) -> str | None: ...


class Read(Protocol):
    """What a version says of one comment."""

    @property
    def label(self) -> str: ...

    @property
    def mentions(self) -> Sequence[Place]: ...


@dataclass
class Tally:
    """`labels`: (before, after) -> comments; `gained` and `lost`: touchpoint -> comments that are about it now, or no
    longer."""

    comments: int = 0
    labels: Counter[tuple[str, str]] = field(default_factory=Counter)
    moved: int = 0
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)

    def add(self, present: Iterable[Read], other: Iterable[Read]) -> None:
        for one, another in zip(present, other, strict=True):
            self.comments += 1
            if one.label != another.label:
                self.labels[one.label, another.label] += 1
            before, after = _places(one), _places(another)
            self.moved += before != after
            self.gained.update(after - before)
            self.lost.update(before - after)

    def judge(self, lessons: Iterable[Lesson], present: Iterable[Read], other: Iterable[Read]) -> None:
        """How often each version says what people said: the side of the label, and the touchpoint."""
        for lesson, one, another in zip(lessons, present, other, strict=True):
            if lesson.label is not None:
                self._judge(
                    "labels", _side(lesson.label) == _side(one.label), _side(lesson.label) == _side(another.label)
                )
            if lesson.touchpoint is not None:
                self._judge("touchpoints", _agrees(lesson, one), _agrees(lesson, another))

    def _judge(self, what: str, present: bool, other: bool) -> None:
        self.judged[what] += 1
        self.judged[f"{what}_present"] += present
        self.judged[f"{what}_other"] += other

    def told(self) -> dict[str, Any]:
        """Plain values, the largest changes first."""
        corrected = {
            what: {name: self.judged[f"{what}{name and '_'}{name}"] for name in ("present", "other")}
            | {"n": self.judged[what]}
            for what in ("labels", "touchpoints")
        }
        return {
            "comments": self.comments,
            "labels_changed": self.labels.total(),
            "labels": [{"from": old, "to": new, "n": n} for (old, new), n in self.labels.most_common()],
            "touchpoints_changed": self.moved,
            "touchpoints_gained": dict(self.gained.most_common()),
            "touchpoints_lost": dict(self.lost.most_common()),
            "corrected": corrected,
        }


def _places(read: Read) -> set[str]:
    return {one.touchpoint for one in read.mentions if one.touchpoint}


def _side(label: str) -> str:
    return SIDES.get(label, label)


def _agrees(lesson: Lesson, read: Read) -> bool:
    return lesson.touchpoint in _places(read) if lesson.touchpoint else not _places(read)
