"""From what somebody asks for to what they may have."""

from datetime import date

from analysis.queries.places import services_in
from analysis.rules.periods import USUAL, window_of
from analysis.schemas.reports import Filters, Offer, Wish
from core.db import Session
from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import own_name
from journeys.queries.places import customers_in, touchpoints


async def offered(session: Session, scope: frozenset[str] | None) -> Offer:
    """Keys and names, in the current language where they were given in both."""
    customers = {customer.key: own_name(customer.name) for customer in await customers_in(session, scope)}
    services = {key: own_name(name) for key, name in (await services_in(session, scope)).items()}
    return Offer(services=services, customers=customers)


async def checked(session: Session, offer: Offer, wish: Wish, today: date) -> Filters:
    """What is not offered is not there: an unknown key and somebody else's look alike."""
    places = {one.key for one in await touchpoints(session)} if wish.touchpoint else set()
    for key, known in ((wish.service, offer.services), (wish.customer, offer.customers), (wish.touchpoint, places)):
        if key and key not in known:
            raise NotFound(_("There is nothing here"))
    period, window = window_of(wish.period or USUAL, wish.since, wish.until, today)
    return Filters(window, period, wish.service or None, wish.customer or None, wish.touchpoint or None)
