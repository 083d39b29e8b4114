"""Green outside, red inside: everything in scope together, never a part that a filter cuts out."""

from collections import defaultdict
from datetime import date

from analysis.disclosure import counts_shown, stepped
from analysis.models import Dimension
from analysis.queries.kept import KeptAnswer, answers_about_kept
from analysis.schemas.figures import settled_before
from analysis.schemas.green import NOBODY, UNHAPPY, GreenReport, Kept, Lost, Share, Told, Unhappy
from analysis.schemas.reports import Filters, FlowFigures, TouchpointReport
from analysis.service.experience import experience_report
from analysis.service.flow import flow_by
from analysis.service.settled import Settled
from analysis.statistics.proportions import share
from core.db import Session
from core.settings import settings
from journeys.service.flow import kept_by_service

MINUTES = 60


async def green_report(session: Session, scope: frozenset[str] | None, filters: Filters, today: date) -> GreenReport:
    tickets = await kept_by_service(session, scope)
    told = await told_about_kept(session, scope, today)
    flows = (await flow_by(session, scope, "touchpoint", filters)).flows
    experience = await experience_report(session, scope, filters)
    lost = [_lost(one, flows.get(one.key)) for one in experience.touchpoints]
    return GreenReport(
        whole=_whole(tickets, told),
        services=_services(tickets, told),
        lost=tuple(sorted((one for one in lost if one), key=_most)),
    )


async def _made(session: Session, scope: frozenset[str] | None, today: date) -> Told:
    answers = await answers_about_kept(session, scope, settled_before(today))
    by_service: defaultdict[str, list[KeptAnswer]] = defaultdict(list)
    for one in answers:
        by_service[one.service].append(one)
    return Told(_unhappy(answers), {key: _unhappy(of) for key, of in by_service.items()})


told_about_kept = Settled("told about kept", Told, _made)


def _unhappy(answers: list[KeptAnswer]) -> Unhappy:
    red = sum(one.score < UNHAPPY for one in answers)
    return Unhappy(len(answers), red, len({one.person for one in answers}))


def _whole(tickets: dict[str, tuple[int, int]], told: Told) -> Kept | None:
    measured, kept = (sum(pair[part] for pair in tickets.values()) for part in (0, 1))
    return _kept("", measured, kept, told.whole) if measured >= settings().min_group else None


def _services(tickets: dict[str, tuple[int, int]], told: Told) -> tuple[Kept, ...]:
    """Those with enough tickets; parts of a whole that is shown too, so never just one of them is hidden."""
    of = {key: told.services.get(key, NOBODY) for key in tickets}
    shown = counts_shown({key: n for key, (n, _) in tickets.items()}, settings().min_group)
    enough = counts_shown({key: one.answers for key, one in of.items()}, settings().min_group)
    found = [_kept(key, *tickets[key], of[key] if enough[key] else NOBODY) for key, n in shown.items() if n]
    return tuple(sorted(found, key=lambda one: (not one.watermelon, -(one.red.value if one.red else -1))))


def _kept(service: str, measured: int, kept: int, told: Unhappy) -> Kept:
    """Answers in steps of the smallest group; the share of red ones only where nobody's answer shows in it."""
    minimum, n = settings().min_group, told.answers
    enough = told.people >= minimum and _mixed(told.red, n, minimum)
    return Kept(
        service, measured, share(kept, measured), stepped(n, minimum) or None, share(told.red, n) if enough else None
    )


def _mixed(red: int, n: int, minimum: int) -> bool:
    """Neither all nor nearly all said the same: from a share they could be told."""
    return red == 0 or (minimum <= red <= n - minimum)


def _lost(place: TouchpointReport, flow: FlowFigures | None) -> Lost | None:
    figure = place.figures.get(Dimension.LOST_MINUTES)
    if figure is None or figure.value is None or figure.low is None or figure.high is None or not figure.n:
        return None
    minutes = Share(figure.value, figure.low, figure.high)
    tickets = flow.tickets if flow else None
    hours = (
        Share(*(bound * tickets / MINUTES for bound in (minutes.value, minutes.low, minutes.high))) if tickets else None
    )
    return Lost(place.key, minutes, figure.n, tickets, hours)


def _most(one: Lost) -> float:
    return -(one.hours.value if one.hours else one.minutes.value * one.answers / MINUTES)
