"""What both pages and programs ask a report for."""

from typing import Annotated
from urllib.parse import urlencode

from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from analysis.rules.periods import DATES
from analysis.schemas.reports import Filters, Wish

Wished = NamedDependency[Wish]


def provide_wish(
    since: Annotated[str, QueryParameter(name="from", description="A day; its whole month counts")] = "",
    until: Annotated[str, QueryParameter(name="to", description="A day; its whole month counts")] = "",
    period: Annotated[str, QueryParameter(description="3, 6, 12 (months) or all")] = "",
    service: FromQuery[str] = "",
    customer: FromQuery[str] = "",
    touchpoint: FromQuery[str] = "",
) -> Wish:
    named = "" if period == DATES else period
    return Wish(named, since.strip(), until.strip(), service, customer, touchpoint)


def query(filters: Filters) -> str:
    """The query that leads to the same report again, "" for the usual one."""
    given = filters.period == DATES
    chosen = {
        "period": filters.period,
        "from": filters.window.start.isoformat() if given else None,
        "to": filters.window.end.isoformat() if given else None,
        "service": filters.service,
        "customer": filters.customer,
    }
    return urlencode({name: value for name, value in chosen.items() if value})
