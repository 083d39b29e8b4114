"""A value map, measured: figures, evidence for and against its claims, and the state of each node."""

from collections.abc import Mapping
from uuid import UUID

from analysis.models import MomentState
from analysis.queries.moments import moments
from analysis.schemas.moments import MomentView
from core.clock import now
from core.db import Session
from core.errors import NotFound
from core.i18n import gettext as _
from value.models import Claim, Improvement, Indicator, Node, State, ValueMap
from value.queries import improvements as register
from value.queries import worth as queries
from value.rules.worth import BY_GOAL, state_of_improvement
from value.schemas.measuring import Verdict, VerdictKind
from value.schemas.register import Scope, Wish
from value.schemas.worth import Evidence, Goal, Measured, NodeState, Worth
from value.service.indicators import measured
from value.service.viewing import verdict_of_today

CLEAR = (VerdictKind.HELPED, VerdictKind.WORSE, VerdictKind.NO_EFFECT)


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
    found = await moments(session, customers)
    return Worth(
        map=one,
        nodes=nodes,
        indicators=list(figures.values()),
        claims=[_evidence(claim, figures, found, await _about(session, claim, scope)) for claim in claims],
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
    states = {State.PROPOSED: _("proposed"), State.PLANNED: _("planned"), State.DOING: _("being done")}
    return states.get(State(one.state), _("done"))


async def _about(session: Session, claim: Claim, scope: Scope) -> list[tuple[Improvement, Verdict]]:
    """Improvements with a verdict at the claim's touchpoint."""
    if not claim.touchpoint:
        return []
    wish = Wish(touchpoint=claim.touchpoint)
    found = [one for one in await register.improvements(session, scope, wish) if one.verdict]
    customers, today = await register.customers_of(session, [one.id for one in found]), now().date()
    looked = [(one, (await verdict_of_today(session, one, customers[one.id], today))[0]) for one in found]
    return [(one, verdict) for one, verdict in looked if verdict]


def _evidence(
    claim: Claim,
    figures: Mapping[UUID, Measured],
    found: list[MomentView],
    tried: list[tuple[Improvement, Verdict]],
) -> Evidence:
    """From its figure, the moments of truth and the improvements at its touchpoint, and what people noted."""
    figure = figures.get(claim.indicator_id) if claim.indicator_id else None
    told = [
        *(_of_figure(figure) if figure else []),
        *(_of_moment(moment) for moment in found if _stands_at(moment, claim)),
        *(_of_improvement(one, verdict) for one, verdict in tried if verdict.kind in CLEAR),
        *((bool(note["for"]), f"{note['text']} ({note['by']})") for note in claim.notes),
    ]
    for_, against = (tuple(words for speaks_for, words in told if speaks_for is side) for side in (True, False))
    return Evidence(claim, for_, against, figure)


def _stands_at(moment: MomentView, claim: Claim) -> bool:
    return bool(claim.touchpoint) and moment.touchpoint == claim.touchpoint and moment.state != MomentState.RECOVERED


def _of_figure(found: Measured) -> list[tuple[bool, str]]:
    told = {"name": found.indicator.name, "value": f"{found.figure.value:g}" if found.figure.value is not None else ""}
    told["target"] = f"{found.indicator.target:g}" if found.indicator.target is not None else ""
    if found.goal is Goal.MET:
        return [(True, _("%(name)s is %(value)s; the target is %(target)s") % told)]
    if found.goal is Goal.MISSED:
        return [(False, _("%(name)s misses the target %(target)s; it is %(value)s") % told)]
    return []


def _of_moment(moment: MomentView) -> tuple[bool, str]:
    wins = _("a moment of truth here wins people over")
    return moment.wins, wins if moment.wins else _("a moment of truth here turns people away")


def _of_improvement(one: Improvement, verdict: Verdict) -> tuple[bool, str]:
    helped = verdict.kind is VerdictKind.HELPED
    told = _("an improvement helped: %(title)s") if helped else _("an improvement did not help: %(title)s")
    return helped, told % {"title": one.title}
