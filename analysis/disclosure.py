"""The gate: every number and every comment leaves through here, or not at all. The plan: docs/reports.md.

What may be shown is a fixed plan of groups, not whatever a filter asks for. Months are joined until enough people
stand behind them, from the beginning of time and so in the same way whatever period is asked for: two periods of one
touchpoint never differ by fewer people than that. What is left when the shown parts are taken from their whole is
nothing, or large enough itself. Pure functions; people are told apart by ids that never leave.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from analysis.schemas.figures import Figure, Window
from analysis.schemas.reports import Difference
from analysis.statistics import SCORES, Scale, Sums, difference, mean

Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Group:
    """Answers, and the people behind them: all of them, or so many that there are certainly enough."""

    sums: Sums
    people: frozenset[UUID]

    def __add__(self, other: "Group") -> "Group":
        return Group(self.sums + other.sums, self.people | other.people)


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest group that is counted. `service` and `customer` are "" where nobody filters by them."""

    month: int
    touchpoint: str
    group: Group
    service: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter; None: not filtered by."""

    service: str | None = None
    customer: str | None = None

    def covers(self, atom: Atom) -> bool:
        return self.service in (None, atom.service) and self.customer in (None, atom.customer)


@dataclass(frozen=True, slots=True)
class Block:
    """Months joined until the group was large enough; it counts in its last month. `touchpoint` "": all of them."""

    months: Window
    group: Group
    touchpoint: str = ""

    def holds(self, atom: Atom) -> bool:
        return atom.month in self.months and atom.touchpoint == self.touchpoint


@dataclass(frozen=True)
class Plan:
    """What of one dimension may ever be seen, whatever period is asked for: months of the total, and blocks of single
    touchpoints. `atoms`: the chosen ones that are counted."""

    atoms: Sequence[Atom]
    months: Sequence[Block]
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Published:
    """All that may be seen of one dimension in one period. `rest`: whatever is not shown singly, together."""

    blocks: tuple[Block, ...]
    total: Group
    touchpoints: Mapping[str, Group]
    rest: Group


def enough(group: Group, minimum: int) -> bool:
    return len(group.people) >= minimum


def figure(group: Group | None, minimum: int, scale: Scale = SCORES) -> Figure:
    """The only way from a group to a number."""
    if group is None or not enough(group, minimum):
        return Figure()
    found = mean(veiled(group.sums, scale), scale)
    return Figure(round(found.value, 1), round(found.low, 1), round(found.high, 1), group.sums.n)


def change(one: Group | None, other: Group | None, minimum: int, scale: Scale = SCORES) -> Difference | None:
    """The only way from two groups to their difference."""
    if one is None or other is None or not (enough(one, minimum) and enough(other, minimum)):
        return None
    found = difference(veiled(one.sums, scale), veiled(other.sums, scale), scale)
    return Difference(round(found.value, 1), round(found.low, 1), round(found.high, 1)) if found else None


def veiled(sums: Sums, scale: Scale) -> Sums:
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


def counts_shown(counts: Mapping[str, int], minimum: int) -> dict[str, int | None]:
    """Parts of a count that is shown as a whole: small parts are hidden, and never just one of them."""
    shown = sorted((key for key, n in counts.items() if n >= minimum), key=lambda key: counts[key])
    while shown and 0 < sum(n for key, n in counts.items() if key not in shown) < minimum:
        shown.pop(0)
    return {key: n if key in shown or n == 0 else None for key, n in counts.items()}


def may_quote(people: Collection[UUID], minimum: int) -> bool:
    """Whether so many people wrote that nobody is known by their words alone."""
    return len(set(people)) >= minimum


def parts_shown(parts: Mapping[str, Group], minimum: int) -> set[str]:
    """Which parts of a whole may be shown beside it: the hidden ones are none, or large enough together."""
    shown = sorted((key for key in parts if enough(parts[key], minimum)), key=lambda key: parts[key].sums.n)
    while shown and _too_small(together(group for key, group in parts.items() if key not in shown), minimum):
        shown.pop(0)
    return set(shown)


def _too_small(group: Group, minimum: int) -> bool:
    return 0 < len(group.people) < minimum


def together(groups: Iterable[Group]) -> Group:
    sums, people = Sums(), set[UUID]()
    for group in groups:
        sums += group.sums
        people |= group.people
    return Group(sums, frozenset(people))


def join(atoms: Iterable[Atom], choice: Choice, minimum: int, touchpoint: str = "") -> list[Block]:
    """Months joined until they may stand, oldest first; what has not grown large enough waits."""
    blocks, waiting = [], list[Atom]()
    for atom_month in _by(atoms, lambda atom: atom.month):
        waiting += atom_month
        if _may_stand(waiting, choice, minimum):
            months = Window(waiting[0].month, waiting[-1].month)
            group = together(atom.group for atom in waiting if choice.covers(atom))
            blocks.append(Block(months, group, touchpoint))
            waiting = []
    return blocks


def _by(atoms: Iterable[Atom], key: Callable[[Atom], Key]) -> list[list[Atom]]:
    """Atoms of equal key together, in the order of the keys."""
    found: dict[Key, list[Atom]] = {}
    for atom in atoms:
        found.setdefault(key(atom), []).append(atom)
    return [found[key] for key in sorted(found)]


def _may_stand(atoms: Sequence[Atom], choice: Choice, minimum: int) -> bool:
    """The chosen part is large enough, and so is whatever is hidden beside it along each filter."""
    if not enough(together(atom.group for atom in atoms if choice.covers(atom)), minimum):
        return False
    services = choice.service is None or choice.service in parts_shown(
        _parts(atoms, replace(choice, service=None), lambda atom: atom.service), minimum
    )
    customers = choice.customer is None or choice.customer in parts_shown(
        _parts(atoms, replace(choice, customer=None), lambda atom: atom.customer), minimum
    )
    return services and customers


def _parts(atoms: Iterable[Atom], choice: Choice, key: Callable[[Atom], str]) -> dict[str, Group]:
    found: dict[str, list[Group]] = {}
    for atom in atoms:
        if choice.covers(atom):
            found.setdefault(key(atom), []).append(atom.group)
    return {name: together(groups) for name, groups in found.items()}


def plan(atoms: Sequence[Atom], choice: Choice, minimum: int) -> Plan:
    blocks = [
        block
        for of_one in _by(atoms, lambda atom: atom.touchpoint)
        for block in join(of_one, choice, minimum, of_one[0].touchpoint)
    ]
    told = _without_what_waits(atoms, blocks, choice, minimum)
    return Plan([atom for atom in told if choice.covers(atom)], join(told, choice, minimum), blocks)


def publish(plan: Plan, window: Window, minimum: int) -> Published:
    """Everything of one dimension that may be seen in one period."""
    months = _ending_in(plan.months, window)
    shown, rest = _settled(_ending_in(plan.blocks, window), months, plan.atoms, minimum)
    return Published(tuple(months), together(block.group for block in months), _by_touchpoint(shown), rest)


def inside(plan: Plan, window: Window, minimum: int) -> dict[str, list[Block]]:
    """Of each touchpoint, those of its shown blocks that lie wholly in the period: what a change is measured by must
    hold nothing from before it. What is left out of a shown block is a block itself, and so large enough."""
    shown, _rest = _settled(_ending_in(plan.blocks, window), _ending_in(plan.months, window), plan.atoms, minimum)
    found: dict[str, list[Block]] = {}
    for block in shown:
        if block.months.first >= window.first:
            found.setdefault(block.touchpoint, []).append(block)
    return found


def _without_what_waits(atoms: Sequence[Atom], blocks: Sequence[Block], choice: Choice, minimum: int) -> Sequence[Atom]:
    """Answers that no touchpoint can show yet are counted nowhere until there are enough of them together: otherwise
    a total would tell each of them, or a touchpoint would have to go for its sake."""
    held = _places(blocks)
    waiting = [atom for atom in atoms if choice.covers(atom) and (atom.touchpoint, atom.month) not in held]
    if not blocks or not _too_small(together(atom.group for atom in waiting), minimum):
        return atoms
    return [atom for atom in atoms if not choice.covers(atom) or (atom.touchpoint, atom.month) in held]


def _places(blocks: Iterable[Block]) -> set[tuple[str, int]]:
    """Touchpoint and month of everything that these blocks hold."""
    return {(block.touchpoint, month) for block in blocks for month in range(block.months.first, block.months.last + 1)}


def _ending_in(blocks: Iterable[Block], window: Window) -> list[Block]:
    return [block for block in blocks if block.months.last in window]


def _settled(
    shown: list[Block], months: Sequence[Block], atoms: Sequence[Atom], minimum: int
) -> tuple[list[Block], Group]:
    """The blocks of single touchpoints that may stand beside the total, and what remains of it without them. Where
    too few people remain, or too few people are in the blocks and not in the total, the smallest block has to go."""
    counted = {month for _all, month in _places(months)}
    while True:
        held = _places(shown)
        rest = together(
            atom.group for atom in atoms if atom.month in counted and (atom.touchpoint, atom.month) not in held
        )
        early = [atom for atom in atoms if atom.month not in counted and (atom.touchpoint, atom.month) in held]
        too_early = not rest.people and _too_small(together(atom.group for atom in early), minimum)
        if not shown or not (_too_small(rest, minimum) or too_early):
            return shown, rest
        at_fault = [block for block in shown if any(block.holds(atom) for atom in early)] if too_early else shown
        shown = [block for block in shown if block is not min(at_fault, key=lambda block: block.group.sums.n)]


def _by_touchpoint(blocks: Iterable[Block]) -> dict[str, Group]:
    found: dict[str, list[Group]] = {}
    for block in blocks:
        found.setdefault(block.touchpoint, []).append(block.group)
    return {touchpoint: together(groups) for touchpoint, groups in found.items()}
