"""A value map, measured: figures, evidence for and against its claims, and the state of each node."""

from collections.abc import Mapping
from uuid import UUID

from core.clock import now
from core.db import Session
from core.errors import NotFound
from core.i18n import gettext as _
from value.models import Claim, Improvement, Indicator, Node, State, ValueMap
from value.queries import improvements as register
from value.queries import worth as queries
from value.rules.worth import BY_GOAL, state_of_improvement
from value.schemas.measuring import Verdict, VerdictKind
from value.schemas.register import Scope
from value.schemas.worth import Measured, NodeState, Worth
from value.service.evidence import evidence_of
from value.service.indicators import measured
from value.service.viewing import verdict_of_today


async def existing_map(session: Session, scope: Scope, id_: UUID) -> ValueMap:
    found = await queries.value_map(session, scope, id_)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


async def worth(session: Session, scope: Scope, id_: UUID) -> Worth:
    one = await existing_map(session, scope, id_)
    customers = frozenset(one.customers) or None
    nodes = [node for node in await queries.things(session, Node, id_) if not node.gone]
    indicators = [each for each in await queries.things(session, Indicator, id_) if not each.gone]
    figures = {each.id: await measured(session, each, customers) for each in indicators}
    done = await _improvements(session, nodes)
    claims = [claim for claim in await queries.things(session, Claim, id_) if not claim.gone]
    return Worth(
        map=one,
        nodes=nodes,
        indicators=list(figures.values()),
        claims=await evidence_of(session, claims, figures, customers, scope),
        states={node.id: _state(node, figures, done) for node in nodes},
        words={node.id: _word(node, figures, done) for node in nodes},
    )


Done = Mapping[UUID, tuple[Improvement, Verdict | None]]


async def _improvements(session: Session, nodes: list[Node]) -> Done:
    named = await queries.improvements_named(session, [node.improvement_id for node in nodes if node.improvement_id])
    customers, today = await register.customers_of(session, named), now().date()
    return {id_: (one, (await verdict_of_today(session, one, customers[id_], today))[0]) for id_, one in named.items()}


def _state(node: Node, figures: Mapping[UUID, Measured], done: Done) -> NodeState:
    """By its figure where it names one, else by its improvement."""
    if node.indicator_id and node.indicator_id in figures:
        return BY_GOAL[figures[node.indicator_id].goal]
    if node.improvement_id and node.improvement_id in done:
        one, verdict = done[node.improvement_id]
        return state_of_improvement(one.state, verdict)
    return NodeState.OFF


def _word(node: Node, figures: Mapping[UUID, Measured], done: Done) -> str:
    if node.indicator_id and node.indicator_id in figures:
        figure, indicator = figures[node.indicator_id].figure, figures[node.indicator_id].indicator
        if figure.value is None:
            return _("not enough data")
        target = "" if indicator.target is None else _(" (target %(target)s)") % {"target": f"{indicator.target:g}"}
        return f"{figure.value:g}{f' {indicator.unit}' if indicator.unit else ''}{target}"
    if node.improvement_id and node.improvement_id in done:
        one, verdict = done[node.improvement_id]
        return _told(one, verdict)
    return _("not measured")


def _told(one: Improvement, verdict: Verdict | None) -> str:
    kinds = {
        VerdictKind.HELPED: _("helped"),
        VerdictKind.WORSE: _("made it worse"),
        VerdictKind.NO_EFFECT: _("no effect"),
    }
    if verdict and verdict.judging and verdict.kind in kinds:
        return kinds[verdict.kind]
    states = {
        State.PROPOSED: _("proposed"),
        State.PLANNED: _("planned"),
        State.DOING: _("being done"),
        State.DONE: _("done, being measured"),
        State.DROPPED: _("dropped"),
    }
    return states.get(State(one.state), _("done, effect not clear"))
