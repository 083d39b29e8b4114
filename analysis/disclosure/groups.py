"""One number at a time: from a group that may be shown to what is shown of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from uuid import UUID

from analysis.schemas.figures import Figure
from analysis.schemas.reports import Difference
from analysis.statistics import SCORES, Estimate, Scale, Sums, difference, mean

SMALL = 4


@dataclass(frozen=True, slots=True)
class Group:
    """Answers, and the people behind them. `out`: the plan has let them out, and who they are is forgotten."""

    sums: Sums
    people: frozenset[UUID] = frozenset()
    out: bool = False

    def __add__(self, other: "Group") -> "Group":
        return together((self, other))


def enough(group: Group, minimum: int) -> bool:
    return group.sums.n > 0 if group.out else len(group.people) >= minimum


def together(groups: Iterable[Group]) -> Group:
    sums, people, out = Sums(), set[UUID](), True
    for group in groups:
        sums += group.sums
        people |= group.people
        out = out and group.out
    return Group(sums, frozenset(people), out)


def figure(group: Group | None, minimum: int, scale: Scale = SCORES) -> Figure:
    """The only way from a group to a number."""
    if group is None or not enough(group, minimum):
        return Figure()
    found, lies = mean(veiled(group.sums, scale), scale), band(group.sums, minimum, scale)
    if lies:
        return _in_band(found, group.sums.n, lies, scale)
    return Figure(round(found.value, 1), round(found.low, 1), round(found.high, 1), group.sums.n)


def _in_band(found: Estimate, n: int, lies: tuple[float, float], scale: Scale) -> Figure:
    """Nothing says more than the band: its middle stands for the mean, and the interval goes on to whole half steps."""
    half = scale.step / 2
    low = max(scale.low, min(lies[0], half * floor(found.low / half)))
    high = min(scale.high, max(lies[1], half * ceil(found.high / half)))
    return Figure(sum(lies) / 2, low, high, n, lies)


def band(sums: Sums, minimum: int, scale: Scale) -> tuple[float, float] | None:
    """What is shown in place of a mean that would say what each of them said: where all of them, or all but one by one
    step, said the same, and in a small group also wherever the mean lies within half a step of an end of the scale.
    Whether they agreed does not show."""
    sums, half = veiled(sums, scale), scale.step / 2
    value = sums.total / sums.n
    agreed = sums.n * sums.squares - sums.total**2 <= (sums.n - 1) * scale.step**2
    small = sums.n < SMALL * minimum
    if value <= scale.low + half and (agreed or small):
        return scale.low, scale.low + half
    if value >= scale.high - half and (agreed or small):
        return scale.high - half, scale.high
    middle = scale.step * round(value / scale.step)
    return (middle - half, middle + half) if agreed else None


def change(one: Group | None, other: Group | None, minimum: int, scale: Scale = SCORES) -> Difference | None:
    """The only way from two groups to their difference."""
    if one is None or other is None or not (enough(one, minimum) and enough(other, minimum)):
        return None
    found = difference(veiled(one.sums, scale), veiled(other.sums, scale), scale)
    return Difference(round(found.value, 1), round(found.low, 1), round(found.high, 1)) if found else None


def veiled(sums: Sums, scale: Scale = SCORES) -> Sums:
    """A group that agrees is shown as if one of it had answered one step differently: otherwise the number would
    say what everybody in it said."""
    if not sums.unanimous:
        return sums
    score = round(sums.total / sums.n)
    other = score - round(scale.step) if score - scale.step >= scale.low else score + round(scale.step)
    return Sums(sums.n, sums.total - score + other, sums.squares - score**2 + other**2)


def count(n: int, minimum: int) -> int | None:
    """A number of people or tickets; None when it is too small to be told. Nobody at all may be told."""
    return n if n >= minimum or n == 0 else None


def stepped(n: int, minimum: int) -> int:
    """A count that grows with single answers, told in steps: two looks at it differ by nobody or by many."""
    return n - n % minimum


def in_steps(n: int, minimum: int) -> int | None:
    """A count of voices as people are told it: nobody, too few to be told (None), or in steps."""
    found = count(n, minimum)
    return stepped(found, minimum) if found else found


def counts_shown(counts: Mapping[str, int], minimum: int) -> dict[str, int | None]:
    """Parts of a count that is shown as a whole: small parts are hidden, and never just one of them."""
    shown = sorted((key for key, n in counts.items() if n >= minimum), key=lambda key: counts[key])
    while shown and 0 < sum(n for key, n in counts.items() if key not in shown) < minimum:
        shown.pop(0)
    return {key: n if key in shown or n == 0 else None for key, n in counts.items()}


def may_quote(people: Collection[UUID], minimum: int) -> bool:
    """Whether so many people wrote that nobody is known by their words alone."""
    return len(set(people)) >= minimum
