"""The span audit: whether the answers of 1 to k - 1 people alone can be worked out from published totals. Exact.

Each published total is a row of 0 and 1 over single answers. Answers with equal columns cannot be told apart, so only
sets of them (classes) can be isolated, and of these only classes of fewer than k people. The answers of a set T of
classes are given away in part where some combination of rows vanishes outside T and not inside: where the matrix
without the columns of T has a lower rank. Rank modulo a prime never exceeds the rank over the rationals, so that
`rank(without T) = rank(all)` modulo p, with `rank(all)` certified by exact fractions, is a proof; a lower rank is
checked with exact fractions before it is called a leak.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from fractions import Fraction

import numpy as np

PRIME = 2_147_483_629


def isolated(rows: Iterable[Iterable[Hashable]], person: Mapping[Hashable, Hashable], k: int) -> frozenset[Hashable]:
    """People, fewer than k, of whom something can be worked out alone; nobody where there are none.

    `rows`: the answers in each published total; `person`: who gave an answer.
    """
    columns = _columns(rows)
    classes = [frozenset(person[answer] for answer in answers) for answers in columns.values()]
    matrix = np.array(list(columns), dtype=np.int64).T if columns else np.zeros((0, 0), dtype=np.int64)
    whole = exact_rank(matrix)
    assert modular_rank(matrix) == whole
    small = {one for one in classes if len(one) < k}
    for people in [*small, *_unions(small, k)]:  # the simplest first: most leaks are of one class
        rest = matrix[:, [number for number, one in enumerate(classes) if not one <= people]]
        if modular_rank(rest) < whole and exact_rank(rest) < whole:
            return people
    return frozenset()


def _columns(rows: Iterable[Iterable[Hashable]]) -> dict[tuple[int, ...], list[Hashable]]:
    """Column -> the answers that have it; each column once."""
    listed = [set(row) for row in rows]
    found: dict[tuple[int, ...], list[Hashable]] = {}
    for answer in sorted(set().union(*listed), key=repr):
        found.setdefault(tuple(int(answer in row) for row in listed), []).append(answer)
    return found


def _unions(small: Set[frozenset[Hashable]], k: int) -> Iterator[frozenset[Hashable]]:
    """All unions of classes that hold fewer than k people; only the largest need looking at, the others lie in them."""
    found, grown = set(small), set(small)
    while grown:
        grown = {one | other for one in grown for other in small if len(one | other) < k} - found
        found |= grown
    for one in found:
        if not any(one < one | other and len(one | other) < k for other in small):
            yield one


def modular_rank(matrix: "np.ndarray[tuple[int, int], np.dtype[np.int64]]", prime: int = PRIME) -> int:
    left, rank = matrix.copy() % prime, 0
    for column in range(left.shape[1]):
        below = np.flatnonzero(left[rank:, column])
        if not len(below):
            continue
        pivot = rank + int(below[0])
        left[[rank, pivot]] = left[[pivot, rank]]
        left[rank] = left[rank] * pow(int(left[rank, column]), -1, prime) % prime
        others = np.flatnonzero(left[rank + 1 :, column]) + rank + 1
        left[others] = (left[others] - np.outer(left[others, column], left[rank]) % prime) % prime
        rank += 1
        if rank == left.shape[0]:
            break
    return rank


def exact_rank(matrix: "np.ndarray[tuple[int, int], np.dtype[np.int64]]") -> int:
    """Over the rationals."""
    basis: dict[int, dict[int, Fraction]] = {}
    for line in matrix:
        row = {int(at): Fraction(int(line[at])) for at in np.flatnonzero(line)}
        while row:
            lead = min(row)
            if lead not in basis:
                basis[lead] = {at: value / row[lead] for at, value in row.items()}
                break
            factor = row[lead]
            for at, value in basis[lead].items():
                row[at] = row.get(at, Fraction(0)) - factor * value
            row = {at: value for at, value in row.items() if value}
    return len(basis)
