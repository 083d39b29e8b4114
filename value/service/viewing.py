"""An improvement as a page shows it: every figure through the gate."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from analysis.disclosure import count
from analysis.models import Dimension
from analysis.schemas.figures import Figure
from analysis.service.before_after import figure_of
from analysis.service.experience import scale_of
from core.clock import now
from core.db import Session
from core.i18n import own_name
from core.settings import settings
from journeys.queries.places import customers_in
from value.models import Improvement, ImprovementLink, State
from value.queries import improvements as queries
from value.rules.kept import baseline_of, later_kept, verdict_kept
from value.rules.measuring import reached
from value.rules.states import NEXT
from value.schemas.measuring import Later, Verdict
from value.schemas.register import Detail, Entry, Made, MadeFor, Picture, Scope, Wish
from value.service.led import share_that_led
from value.service.measuring import look
from value.service.register import existing, last_undoable

SOON = timedelta(days=14)
OPEN = (State.PROPOSED, State.PLANNED, State.DOING)


async def entries(session: Session, scope: Scope, wish: Wish) -> list[Entry]:
    found = await queries.improvements(session, scope, wish)
    customers = await queries.customers_of(session, [one.id for one in found])
    return [await entry_of(session, one, customers[one.id]) for one in found]


async def entry_of(session: Session, one: Improvement, customers: frozenset[str]) -> Entry:
    today = now().date()
    verdict, _since = await verdict_of_today(session, one, customers, today)
    due = one.due_on if one.state in OPEN else None
    return Entry(
        improvement=one,
        customers=customers,
        verdict=verdict,
        overdue=bool(due and due < today),
        due_soon=bool(due and today <= due <= today + SOON),
    )


async def verdict_of_today(
    session: Session, one: Improvement, customers: frozenset[str], today: date
) -> tuple[Verdict | None, Later | None]:
    """The verdict that is in, or what the looks so far allow to say."""
    if one.verdict:
        return verdict_kept(one.verdict), later_kept(one.verdict)
    seen = await look(session, one, customers, today) if one.state == State.DONE else None
    return seen or (None, None)


async def detail(session: Session, scope: Scope, id_: UUID) -> Detail:
    one, customers = await existing(session, scope, id_)
    edits = list(await queries.edits_of(session, id_))
    verdict, since = await verdict_of_today(session, one, customers, now().date())
    last = last_undoable(edits)
    links = await queries.links_of(session, id_)
    picture = picture_of(one, since)
    return Detail(
        entry=Entry(one, customers, verdict),
        edits=edits,
        picture=picture,
        links=_by_kind(links),
        told=told(links),
        undoable=last.id if last else None,
        next_states=NEXT[State(one.state)],
        goal=reached(one.target, picture.after if picture else Figure(), better_up=one.dimension != "lost_minutes"),
    )


def _by_kind(links: Sequence[ImprovementLink]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for one in links:
        found.setdefault(one.kind, []).append(one.target_id)
    return found


def told(links: Sequence[ImprovementLink]) -> Mapping[str, int]:
    """How many heard of it, by which way; a number that is too small to be told is left out."""
    ways: dict[str, int] = {}
    for one in links:
        if one.how:
            ways[one.how] = ways.get(one.how, 0) + 1
    shown = {way: count(n, settings().min_group) for way, n in ways.items()}
    return {way: n for way, n in shown.items() if n is not None}


def picture_of(one: Improvement, since: Later | None) -> Picture | None:
    """None before the start. Sums of groups that the gate let out when they were kept."""
    if not one.baseline:
        return None
    frozen, scale = baseline_of(one.baseline), scale_of(Dimension(one.dimension))
    months = [*frozen.months, *(since.months if since else ())]
    return Picture(
        before=figure_of(frozen.touched[0], scale),
        after=figure_of(since.touched, scale) if since else Figure(),
        months=tuple((month, figure_of(sums, scale)) for month, sums in months),
    )


async def made_for(session: Session, customer: str) -> MadeFor:
    """What this customer's people may read of ("": everybody). The share of voices that led to something is that of
    all of them, or of this customer's."""
    scope = frozenset([customer]) if customer else None
    names = {one.key: own_name(one.name) for one in await customers_in(session, scope)} if customer else {}
    made = [await made_of(session, one) for one in await queries.told_to(session, customer)]
    return MadeFor(made, names.get(customer, ""), await share_that_led(session, scope))


async def made_of(session: Session, one: Improvement) -> Made:
    customers = (await queries.customers_of(session, [one.id]))[one.id]
    verdict, since = await verdict_of_today(session, one, customers, now().date())
    return Made(one, verdict, picture_of(one, since))
