"""Whether sums of rows and of columns, published side by side, give fewer than k people away.

Cells of a table are hidden, the sums of its rows and of its columns are shown. With a factor for each row and each
column, an onlooker adds them up as he likes; what he holds then is the sum of all cells whose row's and column's
factors do not cancel out. Rows and columns are points, hidden cells are lines between them; the fewest people that
he can hold alone are the smallest cut of this graph (rows and columns with the same factor on one side). So nobody
can be isolated where every cut of every connected part holds nobody or at least k people.

A person in several cells counts once: a line of more than two points. Maximum adjacency order (Nagamochi and Ibaraki
1992; for hypergraphs Klimmek and Wagner 1996) finds pairs of points that no small cut parts, which are merged, or a
small cut.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

Node = Hashable


@dataclass(frozen=True, slots=True)
class Line:
    """A hidden cell between its row and its column, and who stands in it."""

    row: Node
    column: Node
    people: frozenset[Hashable]


def isolable(lines: Sequence[Line], k: int) -> list[int]:
    """The positions of the lines of a cut that holds 1 to k - 1 people; none where there is no such cut."""
    return _around_a_point(lines, k) or _across(lines, k)


def _around_a_point(lines: Sequence[Line], k: int) -> list[int]:
    """The simplest cuts: everything of one row, or of one column. All of them at once."""
    at: dict[Node, list[int]] = {}
    for number, line in enumerate(lines):
        at.setdefault(("row", line.row), []).append(number)
        at.setdefault(("column", line.column), []).append(number)
    small = [numbers for numbers in at.values() if len(_people(lines, numbers)) < k]
    return sorted({number for numbers in small for number in numbers})


def _people(lines: Sequence[Line], numbers: Iterable[int]) -> set[Hashable]:
    return {person for number in numbers for person in lines[number].people}


def _across(lines: Sequence[Line], k: int) -> list[int]:
    merged = _Merged(lines)
    while len(merged.points()) > 1:
        order, weights = _adjacency_order(merged.points(), merged.edges())
        close = [number for number, weight in enumerate(weights) if number and weight >= k]
        for number in close:
            merged.merge(order[number - 1], order[number])
        if not close:
            cut = merged.crossing(order[-1])
            if cut:
                return cut
            merged.drop(order[-1])
    return []


class _Merged:
    """Points merged so far. People are edges; who stands in parts that do not touch counts in the first only, which
    makes a cut look smaller than it is, never larger."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.parent: dict[Node, Node] = {}
        self.gone: set[Node] = set()
        touched: dict[Hashable, set[Node]] = {}
        for line in lines:
            row, column = ("row", line.row), ("column", line.column)
            self.parent |= {row: row, column: column}
            for person in line.people:
                mine = touched.setdefault(person, {row, column})
                if row in mine or column in mine:
                    mine |= {row, column}
        self.touched = _weighed(frozenset(points) for points in touched.values())

    def root(self, point: Node) -> Node:
        while self.parent[point] != point:
            self.parent[point] = self.parent[self.parent[point]]
            point = self.parent[point]
        return point

    def merge(self, one: Node, other: Node) -> None:
        self.parent[self.root(one)] = self.root(other)

    def drop(self, point: Node) -> None:
        """A part that no line leads out of."""
        self.gone.add(self.root(point))

    def points(self) -> list[Node]:
        return sorted({self.root(point) for point in self.parent} - self.gone, key=repr)

    def edges(self) -> dict[frozenset[Node], int]:
        found: dict[frozenset[Node], int] = {}
        for points, weight in self.touched.items():
            roots = frozenset(self.root(point) for point in points)
            if len(roots) > 1:
                found[roots] = found.get(roots, 0) + weight
        return found

    def crossing(self, point: Node) -> list[int]:
        inside = self.root(point)
        return [
            number
            for number, line in enumerate(self.lines)
            if (self.root(("row", line.row)) == inside) != (self.root(("column", line.column)) == inside)
        ]


def _weighed(sets: Iterable[frozenset[Node]]) -> dict[frozenset[Node], int]:
    found: dict[frozenset[Node], int] = {}
    for one in sets:
        found[one] = found.get(one, 0) + 1
    return found


def _adjacency_order(points: Sequence[Node], edges: dict[frozenset[Node], int]) -> tuple[list[Node], list[int]]:
    """Always next the point that most edges join with those before it; and how many."""
    at: dict[Node, list[frozenset[Node]]] = {point: [] for point in points}
    for edge in edges:
        for point in edge:
            at[point].append(edge)
    joined = dict.fromkeys(points, 0)
    waiting = [(0, place, point) for place, point in enumerate(points)]
    places = {point: place for place, point in enumerate(points)}
    order, weights, met = list[Node](), list[int](), set[frozenset[Node]]()
    done = set[Node]()
    while waiting:
        weight, _place, point = heappop(waiting)
        if point in done or -weight != joined[point]:
            continue
        done.add(point)
        order.append(point)
        weights.append(joined[point])
        for edge in at[point]:
            if edge not in met:
                met.add(edge)
                for other in edge - done:
                    joined[other] += edges[edge]
                    heappush(waiting, (-joined[other], places[other], other))
    return order, weights
