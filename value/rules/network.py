"""Where the nodes of a benefits dependency network stand: four columns, from what is needed to what it serves."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from core.charts.words import wrap
from core.i18n import own_name
from value.models import Node, NodeKind
from value.schemas.worth import Box, Drawing, NodeState

WIDTH, COLUMN, BOX, GAP, TOP, LINE, PAD, FONT = 1000.0, 250.0, 206.0, 16.0, 40.0, 17.0, 10.0, 13.0
MOST_LINES = 4
ORDER = (NodeKind.ENABLER, NodeKind.CHANGE, NodeKind.BENEFIT, NodeKind.OBJECTIVE)


def draw(
    nodes: Sequence[Node], states: Mapping[UUID, NodeState], words: Mapping[UUID, str], heads: Mapping[str, str]
) -> Drawing:
    """Each column is centred on the tallest; nodes keep the order in which their predecessors stand."""
    columns = _ordered(nodes)
    sizes = {node.id: _lines(node) for node in nodes}
    tallest = max((_height(column, sizes) for column in columns), default=0.0)
    boxes = []
    for number, column in enumerate(columns):
        y = TOP + (tallest - _height(column, sizes)) / 2
        for node in column:
            height = _box_height(sizes[node.id], node)
            x = number * COLUMN + (COLUMN - BOX) / 2
            word = words.get(node.id, "")
            state = states.get(node.id, NodeState.OFF)
            boxes.append(Box(node, state, x, round(y, 1), BOX, height, sizes[node.id], word))
            y += height + GAP
    return Drawing(
        width=WIDTH,
        height=round(TOP + tallest + GAP, 1),
        heads=tuple((number * COLUMN + COLUMN / 2, heads[kind]) for number, kind in enumerate(ORDER)),
        boxes=tuple(boxes),
        edges=tuple(_edges(boxes)),
    )


def _ordered(nodes: Sequence[Node]) -> list[list[Node]]:
    """Barycentres (Sugiyama, Tagawa and Toda 1981), one sweep: lines cross less."""
    columns: list[list[Node]] = []
    places: dict[str, float] = {}
    for kind in ORDER:
        here = [node for node in nodes if node.kind == kind]
        before = {str(node.id): [places[str(one.id)] for one in nodes if str(node.id) in one.leads_to and
                                 str(one.id) in places] for node in here}  # fmt: skip
        here.sort(key=lambda node: (_mean(before[str(node.id)]), node.id.hex))
        places |= {str(node.id): (number + 0.5) / len(here) for number, node in enumerate(here)}
        columns.append(here)
    return columns


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.5


def _lines(node: Node) -> tuple[str, ...]:
    return wrap(own_name(node.title), BOX - 2 * PAD, FONT, MOST_LINES)


def _box_height(lines: Sequence[str], node: Node) -> float:
    return 2 * PAD + LINE * (len(lines) + 1 + bool(node.owner))


def _height(column: Sequence[Node], sizes: Mapping[UUID, Sequence[str]]) -> float:
    return sum(_box_height(sizes[node.id], node) + GAP for node in column) - GAP if column else 0.0


def _edges(boxes: Sequence[Box]) -> list[str]:
    at = {str(box.node.id): box for box in boxes}
    return [_curve(box, at[target]) for box in boxes for target in box.node.leads_to if target in at]


def _curve(one: Box, other: Box) -> str:
    x1, y1 = one.x + one.width, one.y + one.height / 2
    x2, y2 = other.x, other.y + other.height / 2
    middle = (x1 + x2) / 2
    return f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"


def later_kinds(kind: str) -> tuple[NodeKind, ...]:
    """A node leads to what stands further right."""
    return ORDER[ORDER.index(NodeKind(kind)) + 1 :]
