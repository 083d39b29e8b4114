"""What somebody may see of what was published: whole sums, never less than one of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from analysis.disclosure.groups import Group, together
from analysis.disclosure.planning import ANY, STAGE
from analysis.schemas.figures import Window

Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter; None: not filtered by."""

    service: str | None = None
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A published sum: months joined until the group was large enough; it counts in the last of them. `touchpoint`:
    "*" or "@stage" where it is not told which."""

    months: Window
    group: Group
    touchpoint: str = ""

    @property
    def pooled(self) -> bool:
        return self.touchpoint == ANY or self.touchpoint.startswith(STAGE)


@dataclass(frozen=True)
class Plan:
    """All that may ever be seen of one dimension under one filter, whatever period is asked for."""

    blocks: Sequence[Block]


@dataclass(frozen=True)
class Published:
    """All that may be seen of one dimension in one period. `rest`: whatever is not shown singly, together."""

    blocks: tuple[Block, ...]
    total: Group
    touchpoints: Mapping[str, Group]
    rest: Group


def plan(blocks: Sequence[Block], choice: Choice, minimum: int) -> Plan:
    """The blocks as they were published under this filter: `minimum` was kept when they were."""
    del choice, minimum
    return Plan(blocks)


def publish(plan: Plan, window: Window, minimum: int) -> Published:
    """Everything of one dimension that may be seen in one period."""
    del minimum
    seen = [block for block in plan.blocks if block.months.last in window]
    single = {
        key: together(block.group for block in ones)
        for key, ones in _by([block for block in seen if not block.pooled], lambda block: block.touchpoint).items()
    }
    rest = together(block.group for block in seen if block.pooled)
    return Published(tuple(_months(seen)), together(block.group for block in seen), single, rest)


def inside(plan: Plan, window: Window, minimum: int) -> dict[str, list[Block]]:
    """Of each touchpoint, those of its blocks that lie wholly in the period: what a change is measured by must hold
    nothing from before it."""
    del minimum
    seen = [block for block in plan.blocks if block.months.last in window and block.months.first >= window.first]
    return _by([block for block in seen if not block.pooled], lambda block: block.touchpoint)


def _months(blocks: Iterable[Block]) -> list[Block]:
    """All touchpoints together by month. A month that some answers were carried over to is still called itself;
    months of which nothing else is shown are named with the one that they were joined to."""
    found, after = list[Block](), 0
    for last, ones in _by(blocks, lambda block: block.months.last).items():
        first = max(after, min(block.months.first for block in ones))
        found.append(Block(Window(first, last), together(block.group for block in ones)))
        after = last + 1
    return found


def _by(blocks: Iterable[Block], key: Callable[[Block], Key]) -> dict[Key, list[Block]]:
    """Blocks of equal key together, in the order of the keys."""
    found: dict[Key, list[Block]] = {}
    for block in blocks:
        found.setdefault(key(block), []).append(block)
    return {one: found[one] for one in sorted(found)}
