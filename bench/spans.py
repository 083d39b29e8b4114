"""The span audit: whether the answers of 1 to k - 1 people alone can be worked out from published totals. Exact.

Each published total is a row of 0 and 1 over single answers. Answers with equal columns cannot be told apart, so only
sets of them (classes) can be isolated, and of these only classes of fewer than k people. The answers of a set T of
classes are given away in part where some combination of rows vanishes outside T and not inside.

1. Totals that share no answer, not even by way of others, are audited apart: the row space is the direct sum of theirs.
2. A vector lies in the row space where it is orthogonal to the null space. So T gives something away exactly where the
   rows of T in a basis N of the null space depend on each other (`rank(N_T) < |T|`): one elimination serves all T.
3. All is done modulo a prime. Ranks modulo a prime never exceed those over the rationals. Where the rank of the whole
   matrix is the same, "no T modulo p" proves "no T": rank(without T) over the rationals >= the same modulo p = rank.
   That it is the same is proved by relations between the rows that hold in whole numbers, as many as are missing to
   full rank; where the relations found modulo p are no whole ones, by elimination with fractions.
4. For many T at once N is multiplied by a random matrix, which never makes a rank larger: what is independent then is
   independent. What is not is looked at again with exact fractions before it is called a leak.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from fractions import Fraction
from itertools import islice

import numpy as np
from numpy.typing import NDArray

PRIME = 2_147_483_629
AT_ONCE = 20_000
Matrix = NDArray[np.int64]
People = frozenset[Hashable]


def isolated(rows: Iterable[Iterable[Hashable]], person: Mapping[Hashable, Hashable], k: int) -> People:
    """People, fewer than k, of whom something can be worked out alone; nobody where there are none.

    `rows`: the answers in each published total; `person`: who gave an answer.
    """
    for part in _apart([frozenset(row) for row in rows]):
        columns = _columns(part)
        classes = [frozenset(person[answer] for answer in answers) for answers in columns.values()]
        matrix = np.array(list(columns), dtype=np.int64).T
        found = _isolated_in(matrix, classes, k)
        if found:
            return found
    return frozenset()


def _apart(rows: Sequence[frozenset[Hashable]]) -> Iterator[list[frozenset[Hashable]]]:
    """Rows that share answers, directly or by way of others, together."""
    parts: list[tuple[set[Hashable], list[frozenset[Hashable]]]] = []
    for row in filter(None, rows):
        touched = [one for one in parts if one[0] & row]
        parts = [one for one in parts if not one[0] & row]
        parts.append((set(row).union(*(one[0] for one in touched)), [row, *(r for one in touched for r in one[1])]))
    yield from (ones for _answers, ones in parts)


def _columns(rows: Sequence[frozenset[Hashable]]) -> dict[tuple[int, ...], list[Hashable]]:
    """Column -> the answers that have it; each column once."""
    found: dict[tuple[int, ...], list[Hashable]] = {}
    for answer in sorted(frozenset().union(*rows), key=repr):
        found.setdefault(tuple(int(answer in row) for row in rows), []).append(answer)
    return found


def _isolated_in(matrix: Matrix, classes: Sequence[People], k: int) -> People:
    small = {one for one in classes if len(one) < k}
    if not small:
        return frozenset()
    null = null_space(matrix)
    assert null.shape[0] == matrix.shape[1] - _rank(matrix, matrix.shape[1] - null.shape[0])
    unions = _unions(small, k)
    while some := list(islice(unions, AT_ONCE)):
        for people in _suspect(null, classes, some):
            rest = matrix[:, [number for number, one in enumerate(classes) if not one <= people]]
            if exact_rank(rest) < exact_rank(matrix):
                return people
    return frozenset()


def _unions(small: Set[People], k: int) -> Iterator[People]:
    """All unions of classes that hold fewer than k people; only the largest need looking at, the others lie in them."""
    found, grown = set(small), set(small)
    while grown:
        grown = {one | other for one in grown for other in small if len(one | other) < k} - found
        found |= grown
    for one in found:
        if not any(len(one | other) < k for other in small if not other <= one):
            yield one


def _suspect(null: Matrix, classes: Sequence[People], unions: Sequence[People]) -> list[People]:
    """Those whose classes seem to depend on each other in the null space. None is missed; some may do no harm."""
    mine = [[number for number, one in enumerate(classes) if one <= people] for people in unions]
    widest = max(map(len, mine))
    seen = _times(null.T, np.random.default_rng(7).integers(1, PRIME, (null.shape[0], widest + 1)))
    suspect: list[People] = []
    for size in set(map(len, mine)):
        which = [number for number, at in enumerate(mine) if len(at) == size]
        ranks = ranks_of(seen[np.array([mine[number] for number in which])])
        suspect += [unions[which[number]] for number in np.flatnonzero(ranks < size)]
    return suspect


def _times(one: Matrix, other: Matrix) -> Matrix:
    """A product modulo the prime; each step stays below 2^63."""
    product = np.zeros((one.shape[0], other.shape[1]), dtype=np.int64)
    for at in range(one.shape[1]):
        product = (product + np.outer(one[:, at], other[at]) % PRIME) % PRIME
    return product


def ranks_of(stack: Matrix) -> NDArray[np.int64]:
    """The rank modulo the prime of each matrix of a stack (many x rows x columns)."""
    left, many = stack.copy() % PRIME, stack.shape[0]
    done, each = np.zeros(many, dtype=np.int64), np.arange(many)
    for column in range(stack.shape[2]):
        open_ = (left[:, :, column] != 0) & (np.arange(stack.shape[1]) >= done[:, None])
        has = open_.any(axis=1)
        pivot, at = open_.argmax(axis=1)[has], done[has]
        one = each[has]
        left[one, at], left[one, pivot] = left[one, pivot], left[one, at]
        lead = left[one, at]
        factors = left[one, :, column].copy()
        factors[np.arange(stack.shape[1]) <= at[:, None]] = 0
        scaled = lead * _inverses(lead[:, column])[:, None] % PRIME
        left[one] = (left[one] - factors[:, :, None] * scaled[:, None, :] % PRIME) % PRIME
        done[has] += 1
        if (done == stack.shape[1]).all():
            break
    return done


def _inverses(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Modulo the prime, by its exponent: value^(p - 2)."""
    found, base, left = np.ones_like(values), values % PRIME, PRIME - 2
    while left:
        if left & 1:
            found = found * base % PRIME
        base, left = base * base % PRIME, left >> 1
    return found


def reduced(matrix: Matrix) -> tuple[Matrix, list[int]]:
    """The reduced echelon form modulo the prime, and the columns of its leading ones."""
    left, leads = matrix.copy() % PRIME, list[int]()
    for column in range(left.shape[1]):
        rank = len(leads)
        below = np.flatnonzero(left[rank:, column])
        if not len(below):
            continue
        left[[rank, rank + int(below[0])]] = left[[rank + int(below[0]), rank]]
        left[rank] = left[rank] * pow(int(left[rank, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(left[:, column])
        others = others[others != rank]
        left[others] = (left[others] - np.outer(left[others, column], left[rank]) % PRIME) % PRIME
        leads.append(column)
        if len(leads) == left.shape[0]:
            break
    return left[: len(leads)], leads


def null_space(matrix: Matrix) -> Matrix:
    """Rows that span all vectors that the matrix maps to nothing, modulo the prime."""
    form, leads = reduced(matrix)
    free = [column for column in range(matrix.shape[1]) if column not in set(leads)]
    found = np.zeros((len(free), matrix.shape[1]), dtype=np.int64)
    found[np.arange(len(free)), free] = 1
    found[:, leads] = -form[:, free].T % PRIME
    return found


def _rank(matrix: Matrix, supposed: int) -> int:
    """The rank over the rationals, which is at least `supposed`, its rank modulo the prime: not more either, where
    enough relations between rows hold in whole numbers."""
    relations = null_space(matrix.T)
    whole = np.where(relations > PRIME // 2, relations - PRIME, relations)
    if np.abs(whole).max(initial=0) < PRIME // 2**12 and not (whole @ matrix).any():
        return supposed
    return exact_rank(matrix)


def exact_rank(matrix: Matrix) -> int:
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
