"""What a report may be laid beside: other months, or another segment that has no answer in common with it."""

from dataclasses import replace

from analysis.rules.periods import ALL, DATES
from analysis.schemas.figures import Window
from analysis.schemas.reports import Filters, Offer

BEFORE, YEAR = "before", "year"
SERVICE, CUSTOMER = "service:", "customer:"


def choices(filters: Filters, offer: Offer) -> list[str]:
    """A part laid beside a whole that holds it would be compared with itself: segments only where one is chosen."""
    periods = [BEFORE] if filters.period == ALL else [BEFORE, YEAR]
    services = [SERVICE + key for key in offer.services if filters.service and key != filters.service]
    customers = [CUSTOMER + key for key in offer.customers if filters.customer and key != filters.customer]
    return periods + services + customers


def sides(filters: Filters, wanted: str, compared: tuple[Window, Window] | None) -> tuple[Filters, Filters] | None:
    """This and the other, without a month or an answer in common; None where nothing is known to compare with.

    `wanted`: one of `choices`. `compared`: the months between which a change of this report is told.
    """
    if wanted.startswith(SERVICE):
        return filters, replace(filters, service=wanted.removeprefix(SERVICE))
    if wanted.startswith(CUSTOMER):
        return filters, replace(filters, customer=wanted.removeprefix(CUSTOMER))
    if wanted == YEAR:
        return filters, _in(filters, Window(filters.window.first - 12, filters.window.last - 12))
    return (_in(filters, compared[0]), _in(filters, compared[1])) if compared else None


def _in(filters: Filters, window: Window) -> Filters:
    return filters if window == filters.window else replace(filters, window=window, period=DATES)
