"""What may be named in a form: in the reader's language, and of the reader's customers."""

from analysis.queries.places import services_in
from core import i18n
from core.db import Session
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.queries.places import customers_in, touchpoints
from value.schemas.register import Known, Scope


async def only_ones_own(session: Session, scope: Scope, customer: str) -> None:
    if customer not in {one.key for one in await customers_in(session, scope)}:
        message = _("Please choose one of your customers.")
        raise Invalid(message, [FieldError("customer", message)])


async def known_to(session: Session, scope: Scope) -> Known:
    chinese = i18n.current() == "zh"
    places = await touchpoints(session)
    return Known(
        touchpoints={one.key: one.name_zh if chinese else one.name_en for one in places},
        services={key: i18n.own_name(name) for key, name in (await services_in(session, scope)).items()},
        customers={one.key: i18n.own_name(one.name) for one in await customers_in(session, scope)},
        places={one.key: (one.value_stream, one.practice) for one in places},
    )
