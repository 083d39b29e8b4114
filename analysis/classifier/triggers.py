"""What a text must contain for a regular expression to match at all, so that most patterns need not be tried."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

# `re` compiles through this parser; it has no public door.
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

# More strings than these are not spelled out one by one.
_MOST = 400
_MOST_CHARACTERS = 12
_MOST_CONDITIONS = 3

Strings = frozenset[str]
_NOTHING: Strings = frozenset([""])
_NONE: Strings = frozenset()
_ZERO_WIDTH = {ops.AT, ops.ASSERT, ops.ASSERT_NOT}
_REPEATS = {ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT}


def conditions(pattern: str) -> list[Strings]:
    """Sets of strings, the most telling first: a text that lacks all strings of one of them cannot match."""
    spelled, needed = _sequence(_parser.parse(pattern))
    if spelled is not None:
        needed = [*needed, spelled]
    return sorted({one for one in needed if _telling(one)}, key=_worth, reverse=True)[:_MOST_CONDITIONS]


def openings(pattern: str) -> Strings:
    """Strings with one of which every match begins; none where they cannot be told, or say too little."""
    found = _opening(_parser.parse(pattern))
    return found if found and _telling(found) else frozenset()


def is_anchored(pattern: str) -> bool:
    """Whether it matches at the beginning of a text or nowhere."""
    first = next(iter(_parser.parse(pattern)), None)
    return first == (ops.AT, ops.AT_BEGINNING)


def _opening(items: Iterable[tuple[Any, Any]]) -> Strings:
    run = _NOTHING
    for operator, argument in _unrolled(items):
        spelled, _ = _item(operator, argument)
        if spelled is not None and len(run) * len(spelled) <= _MOST:
            run = frozenset(map("".join, itertools.product(run, spelled)))
            continue
        if "" not in run:
            return run
        begun = _begun(operator, argument)
        return frozenset(map("".join, itertools.product(run, begun))) if len(run) * len(begun) <= _MOST else _NONE
    return run if "" not in run else _NONE


def _begun(operator: Any, argument: Any) -> Strings:
    if operator is ops.SUBPATTERN:
        return _opening(argument[-1])
    if operator is not ops.BRANCH:
        return _NONE
    ways = [_opening(one) for one in argument[1]]
    return frozenset[str]().union(*ways) if all(ways) else _NONE


def _telling(strings: Strings) -> bool:
    """Two letters, or one character that is rarer than a letter."""
    return all(len(one.strip()) >= 2 or (one.strip() and not (one.isascii() and one.isalnum())) for one in strings)


def _worth(strings: Strings) -> tuple[float, int, str]:
    """Chinese says with one character what takes three letters; the text itself only makes the order fixed."""
    return min(sum(3 if ord(c) > 0x2E80 else 1 for c in one) for one in strings), -len(strings), min(strings)


def _sequence(items: Iterable[tuple[Any, Any]]) -> tuple[Strings | None, list[Strings]]:
    """What the whole can be spelled as, if that is few strings; and what must be there."""
    run, needed, whole = _NOTHING, list[Strings](), True
    for operator, argument in _unrolled(items):
        spelled, wanted = _item(operator, argument)
        if spelled is not None and len(run) * len(spelled) <= _MOST:
            run = frozenset(map("".join, itertools.product(run, spelled)))
            continue
        whole = False
        needed += [run, *wanted] if "" not in run else wanted
        run = spelled if spelled is not None else _NOTHING
    if whole:
        return run, needed
    return None, [*needed, run] if "" not in run else needed


def _unrolled(items: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """What is repeated at least once stands there once, and then perhaps again."""
    for operator, argument in items:
        if operator in _REPEATS and argument[0] > 0 and argument[1] > 1:
            least, most, again = argument
            yield from again
            yield operator, (least - 1, most - 1, again)
        else:
            yield operator, argument


def _item(operator: Any, argument: Any) -> tuple[Strings | None, list[Strings]]:
    if operator is ops.LITERAL:
        return frozenset([chr(argument)]), []
    if operator in _ZERO_WIDTH:
        return _NOTHING, []
    if operator is ops.IN:
        return _characters(argument), []
    if operator is ops.SUBPATTERN:
        return _sequence(argument[-1])
    if operator is ops.BRANCH:
        return _branch([_sequence(one) for one in argument[1]])
    if operator in _REPEATS:
        return _repeated(*argument)
    return None, []


def _characters(members: Sequence[tuple[Any, Any]]) -> Strings | None:
    found: list[str] = []
    for operator, argument in members:
        if operator is ops.LITERAL:
            found.append(chr(argument))
        elif operator is ops.RANGE and argument[1] - argument[0] < _MOST_CHARACTERS:
            found += map(chr, range(argument[0], argument[1] + 1))
        else:
            return None
    return frozenset(found) if len(found) <= _MOST_CHARACTERS else None


def _branch(ways: list[tuple[Strings | None, list[Strings]]]) -> tuple[Strings | None, list[Strings]]:
    if all(spelled is not None for spelled, _ in ways):
        together = frozenset[str]().union(*(spelled for spelled, _ in ways if spelled is not None))
        return (together, []) if len(together) <= _MOST else (None, [together] if "" not in together else [])
    best = [_best(spelled, needed) for spelled, needed in ways]
    if any(one is None for one in best):
        return None, []
    return None, [frozenset[str]().union(*(one for one in best if one is not None))]


def _best(spelled: Strings | None, needed: list[Strings]) -> Strings | None:
    known = [one for one in (*needed, *([spelled] if spelled is not None else [])) if _telling(one)]
    return max(known, key=_worth, default=None)


def _repeated(least: int, most: int, items: Any) -> tuple[Strings | None, list[Strings]]:
    spelled, needed = _sequence(items)
    if spelled is not None and most == 1:
        return (spelled if least else spelled | _NOTHING), []
    if least == 0:
        return None, []
    return None, [*needed, *([spelled] if spelled is not None and "" not in spelled else [])]
