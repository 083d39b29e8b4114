"""What speaks for a claim and against it: measured where it can be, noted by people where not."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from analysis.models import COSTING
from analysis.queries.moments import moments
from analysis.schemas.figures import Window, month_of
from analysis.schemas.moments import MomentView
from analysis.schemas.reports import Filters, FlowFigures
from analysis.service.flow import flow_by
from core.clock import now
from core.db import Session
from core.i18n import gettext as _
from core.i18n import own_name
from value.models import Claim, Improvement, Source
from value.queries import improvements as register
from value.schemas.measuring import Verdict, VerdictKind
from value.schemas.register import Scope, Wish
from value.schemas.worth import Evidence, Goal, Measured, Question, Told
from value.service.viewing import verdict_of_today

CLEAR = (VerdictKind.HELPED, VerdictKind.WORSE, VerdictKind.NO_EFFECT)
MONTHS = 3
EATEN = 0.5  # of the time: when work stood still for more than that, waiting is most of what people get


async def evidence_of(
    session: Session, claims: Iterable[Claim], figures: Mapping[UUID, Measured], customers: Scope, scope: Scope
) -> list[Evidence]:
    """Question by question: its tickets, its figure and the moments of truth at its touchpoint, what was tried there,
    how its work flowed, and what people noted."""
    claims, told = list(claims), []
    found = await moments(session, customers)
    flows = await _flows(session, customers) if any(claim.touchpoint for claim in claims) else {}
    for claim in claims:
        place = claim.touchpoint
        tried = await _tried(session, place, scope) if place else []
        told.append(Evidence(claim, tuple(_told(claim, figures, found, tried, flows.get(place)))))
    return told


async def _flows(session: Session, customers: Scope) -> Mapping[str, FlowFigures | None]:
    """How work flowed at each touchpoint."""
    last = month_of(now().date()) - 1
    return (await flow_by(session, customers, "touchpoint", Filters(Window(last - MONTHS + 1, last), "dates"))).flows


async def _tried(session: Session, place: str, scope: Scope) -> list[tuple[Improvement, Verdict]]:
    """Improvements there with a verdict."""
    found = [one for one in await register.improvements(session, scope, Wish(touchpoint=place)) if one.verdict]
    customers, today = await register.customers_of(session, [one.id for one in found]), now().date()
    looked = [(one, (await verdict_of_today(session, one, customers[one.id], today))[0]) for one in found]
    return [(one, verdict) for one, verdict in looked if verdict]


def _told(
    claim: Claim,
    figures: Mapping[UUID, Measured],
    found: list[MomentView],
    tried: list[tuple[Improvement, Verdict]],
    flow: FlowFigures | None,
) -> list[Told]:
    figure = figures.get(claim.indicator_id) if claim.indicator_id else None
    return [
        *(_of_tickets(flow) if flow else []),
        *(_of_figure(figure) if figure else []),
        *(_of_moment(moment) for moment in found if _stands_at(moment, claim)),
        *(_of_improvement(one, verdict) for one, verdict in tried if verdict.kind in CLEAR),
        *(_of_note(note) for note in claim.notes),
    ]


def _of_tickets(flow: FlowFigures) -> list[Told]:
    """That it came up, and whether work on it stood still most of the time."""
    came = _("%(n)s matters came up here in the last three whole months") % {"n": f"{flow.tickets:,}"}
    told = [Told(Question.HAPPENED, True, came)]
    waiting, queue = flow.pooled.waiting, flow.pooled.queue
    if waiting is not None and queue is not None:
        still = waiting + queue
        words = _("work here stood still for %(n)s%% of the time") % {"n": round(100 * still)}
        told.append(Told(Question.EATEN, still <= EATEN, words))
    return told


def _stands_at(moment: MomentView, claim: Claim) -> bool:
    shown = moment.wins or moment.state in COSTING
    return bool(claim.touchpoint) and moment.touchpoint == claim.touchpoint and shown


def _of_figure(found: Measured) -> list[Told]:
    one = found.indicator
    question = Question.EATEN if one.source == Source.FLOW else Question.SOLVED
    told = {"name": own_name(one.name), "value": f"{found.figure.value:g}" if found.figure.value is not None else ""}
    told["target"] = f"{one.target:g}" if one.target is not None else ""
    if found.goal is Goal.MET:
        return [Told(question, True, _("%(name)s is %(value)s; the target is %(target)s") % told)]
    if found.goal is Goal.MISSED:
        return [Told(question, False, _("%(name)s misses the target %(target)s; it is %(value)s") % told)]
    return []


def _of_moment(moment: MomentView) -> Told:
    wins = _("a moment of truth here wins people over")
    return Told(Question.SOLVED, moment.wins, wins if moment.wins else _("a moment of truth here turns people away"))


def _of_improvement(one: Improvement, verdict: Verdict) -> Told:
    helped = verdict.kind is VerdictKind.HELPED
    told = _("an improvement helped: %(title)s") if helped else _("an improvement did not help: %(title)s")
    return Told(Question.BEST, helped, told % {"title": own_name(one.title)})


def _of_note(note: Mapping[str, object]) -> Told:
    question = Question(str(note.get("question") or Question.SOLVED))
    return Told(question, bool(note["for"]), f"{own_name(str(note['text']))} ({note['by']})")
