"""What is being done, as the start page tells it."""

from analysis.schemas.reports import Deed
from core.i18n import gettext as _
from core.i18n import own_name
from core.pages import day
from core.requests import Read, Viewer
from value.models import State
from value.routes import words
from value.schemas.register import Entry, Known
from value.service.doing import doing_for_managers, done_for_customers
from value.service.known import known_to
from value.service.telling import address_for

LOOKS = {State.DOING: "doing", State.DONE: "doing", State.PLANNED: "open"}
OUTCOMES = {"good": "good", "bad": "bad"}


async def provide_being_done(read: Read, viewer: Viewer) -> list[Deed]:
    """Managers see the register; customers what their people may read of."""
    known = await known_to(read, viewer.scope)
    if viewer.is_manager:
        found = await doing_for_managers(read, viewer.scope)
        return [_deed(one, known, f"/improvements/{one.improvement.id}") for one in found]
    found = await done_for_customers(read, viewer.scope or frozenset())
    return [_deed(one, known, _page_of(one, viewer.scope or frozenset())) for one in found]


def _page_of(one: Entry, customers: frozenset[str]) -> str:
    theirs = sorted(one.customers & customers) or sorted(customers)
    return address_for(theirs[0] if theirs else "")


def _deed(one: Entry, known: Known, href: str) -> Deed:
    entry = one.improvement
    due = day(entry.due_on) if entry.due_on else ""
    until = (_("overdue since %(day)s") if one.overdue else _("due %(day)s")) % {"day": due} if due else ""
    return Deed(
        title=own_name(entry.title),
        href=href,
        state=(
            words.state_names()[entry.state],
            LOOKS.get(State(entry.state), OUTCOMES.get(words.look(one.verdict), "off")),
        ),
        where=_(", ").join(known.touchpoints.get(key, key) for key in entry.touchpoints),
        under=until if entry.state in (State.PLANNED, State.DOING) else "",
        late=one.overdue,
        result=words.verdict(one.verdict, entry.dimension) if one.verdict else "",
        customers=one.customers,
        service=entry.service,
        touchpoints=frozenset(entry.touchpoints),
    )
