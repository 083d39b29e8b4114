"""What the demo company says it is worth: a value map with figures, a network and claims."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from analysis.schemas.figures import first_day, month_of
from core.db import Database, Session
from value.models import Agreed, ClaimKind, NodeKind, Source, View
from value.queries.improvements import improvements
from value.schemas.register import Wish
from value.schemas.worth import Question
from value.service import mapping

WHO = "rita@demo.example"


class DemoNode(msgspec.Struct, frozen=True):
    key: str
    kind: NodeKind
    title: str
    leads_to: list[str]
    owner: str = ""
    improvement: str = ""
    indicator: str = ""


class DemoIndicator(msgspec.Struct, frozen=True):
    name: str
    view: View
    source: Source
    measure: str = ""
    touchpoint: str = ""
    unit: str = ""
    better: str = "up"
    target: float | None = None
    owner: str = ""
    agreed: Agreed = Agreed.NO
    objective: str = ""
    readings: list[float] = []
    n: int | None = None
    sd: float | None = None


class DemoNote(msgspec.Struct, frozen=True):
    question: Question
    speaks_for: bool
    text: str


class DemoClaim(msgspec.Struct, frozen=True):
    kind: ClaimKind
    text: str
    indicator: str = ""
    touchpoint: str = ""
    notes: list[DemoNote] = []


class DemoValue(msgspec.Struct, frozen=True):
    title: str
    purpose: str
    for_whom: str
    problem: str
    benefit: str
    difference: str
    outcome: str
    challenged: dict[str, str]
    nodes: list[DemoNode]
    indicators: list[DemoIndicator]
    claims: list[DemoClaim]


async def map_value(db: Database, found: DemoValue, until: datetime, customers: list[str]) -> None:
    texts = ("title", "purpose", "for_whom", "problem", "benefit", "difference", "outcome", "challenged")
    async with db.write() as session:
        one = await mapping.add_map(session, None, {name: getattr(found, name) for name in texts}, customers)
        nodes = await _nodes(session, one.id, found.nodes)
        named = await _indicators(session, one.id, found.indicators, nodes, until)
        await _tie(session, one.id, found.nodes, nodes, named)
        for claim in found.claims:
            fields = {"kind": claim.kind, "text": claim.text, "touchpoint": claim.touchpoint}
            fields["indicator_id"] = named.get(claim.indicator)  # type: ignore[assignment]
            made = await mapping.put(session, None, one.id, "claims", None, fields, WHO)
            for note in claim.notes:
                told = note.text, note.speaks_for, note.question.value
                await mapping.note(session, None, one.id, made, WHO, *told)


async def _nodes(session: Session, map_id: UUID, nodes: list[DemoNode]) -> dict[str, UUID]:
    made = {}
    for node in nodes:
        fields = {"kind": node.kind, "title": node.title, "owner": node.owner}
        made[node.key] = await mapping.put(session, None, map_id, "nodes", None, fields, WHO)
    return made


async def _indicators(
    session: Session, map_id: UUID, indicators: list[DemoIndicator], nodes: dict[str, UUID], until: datetime
) -> dict[str, UUID]:
    named, last = {}, month_of(until) - 1
    for one in indicators:
        fields: dict[str, Any] = msgspec.structs.asdict(one)
        readings, objective = fields.pop("readings"), fields.pop("objective")
        known = {"low": None, "high": None, "n": fields.pop("n"), "sd": fields.pop("sd")}
        fields["objective_id"] = nodes.get(objective)
        named[one.name] = await mapping.put(session, None, map_id, "indicators", None, fields, WHO)
        if readings:
            first = last - len(readings) + 1
            rows = [{"month": first_day(first + n), "value": value, **known} for n, value in enumerate(readings)]
            await mapping.keep_readings(session, None, named[one.name], rows, WHO)
    return named


async def _tie(
    session: Session, map_id: UUID, nodes: list[DemoNode], made: dict[str, UUID], named: dict[str, UUID]
) -> None:
    register = await improvements(session, None, Wish())
    for node in nodes:
        behind = [one.id for one in register if node.improvement and one.title.startswith(node.improvement)]
        fields = {
            "leads_to": [str(made[key]) for key in node.leads_to],
            "improvement_id": behind[0] if behind else None,
            "indicator_id": named.get(node.indicator),
        }
        await mapping.put(session, None, map_id, "nodes", made[node.key], fields, WHO)
