"""What of the corrections is learnt, and whether what was learnt is used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from uuid import UUID

from analysis.models import Correction, Experience
from analysis.schemas.versions import Scores


@dataclass(frozen=True, slots=True)
class Lesson:
    """The last word on one stretch of a comment; None: not judged."""

    text: str
    language: str
    label: str | None
    touchpoint: str | None


def lessons(corrected: Iterable[tuple[Correction, Experience]]) -> list[Lesson]:
    """Of several corrections of one stretch, the last of each kind counts."""
    found: dict[tuple[UUID, int | None, int | None, str], Lesson] = {}
    for one, experience in corrected:
        key = (experience.id, one.start, one.end, one.read_touchpoint)
        before = found.get(key)
        found[key] = Lesson(
            text=experience.comment[one.start : one.end],
            language=experience.language,
            label=one.label if one.label is not None or before is None else before.label,
            touchpoint=one.touchpoint if one.touchpoint is not None or before is None else before.touchpoint,
        )
    return list(found.values())


def fingerprint(base: str, places: str, corrections: Sequence[Correction]) -> str:
    """Equal where the same would be learnt again."""
    told = "\n".join([base, places, *(str(one.id) for one in corrections)])
    return sha256(told.encode()).hexdigest()[:16]


def worth_using(before: Scores, after: Scores) -> bool:
    """Better in something, and worse in nothing, on corrections that were held out of the learning."""
    pairs = [(before.sentiment, after.sentiment), (before.touchpoints, after.touchpoints)]
    gains = [new - old for old, new in pairs if old is not None and new is not None]
    return any(gain > 0 for gain in gains) and all(gain >= 0 for gain in gains)


def interval(score: float | None, n: int) -> tuple[float, float] | None:
    """95 % interval of Wilson 1927, in %, as if each held-out correction were read rightly or wrongly: for F1 an
    approximation, and an honest one about how little some corrections can tell."""
    if score is None or not n:
        return None
    share, z2 = score / 100, 1.96**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = 1.96 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return round(100 * (middle - half), 1), round(100 * (middle + half), 1)
