"""Drivers in sentences, in the current language."""

from collections.abc import Mapping

from analysis.routes.words import percent, sentences
from analysis.schemas.drivers import DriversShown, Standing
from core.i18n import gettext as _

MOST_FIRST = 3


def lede(found: DriversShown, names: Mapping[str, str]) -> str:
    return sentences(_verdict(found, names), _explained(found))


def _verdict(found: DriversShown, names: Mapping[str, str]) -> str:
    if found.standing is Standing.RANKED:
        return _first([names.get(one, one) for one in found.first], found)
    known = {
        Standing.UNRANKED: _("Something moves the satisfaction with the whole; too few answered to say what first."),
        Standing.NONE: _("No reliable driver: what people say of single touchpoints hardly tells how they leave."),
        Standing.SMALL: _("Too few journeys were answered to their end to rank anything."),
        Standing.QUIET: _("There is nothing to go by yet."),
    }
    return known[found.standing]


def _first(names: list[str], found: DriversShown) -> str:
    if len(names) == 1:
        negative = found.lines[0].sign == "negative"
        if negative:
            return _("%(name)s moves the satisfaction with the whole most, the wrong way round.") % {"name": names[0]}
        return _("%(name)s moves the satisfaction with the whole most.") % {"name": names[0]}
    if len(names) > MOST_FIRST:
        return _("A tie: each of %(n)s touchpoints may be the one that moves the satisfaction with the whole most.") % {
            "n": len(names)
        }
    joined = _(", ").join(names)
    return _("A tie: %(names)s may each be what moves the satisfaction with the whole most.") % {"names": joined}


def _explained(found: DriversShown) -> str:
    if found.standing not in (Standing.RANKED, Standing.UNRANKED) or found.explained is None:
        return ""
    values = {"share": percent(max(0.0, found.explained)), "n": f"{found.journeys:,}"}
    return _("All of them together foretell %(share)s of the differences between %(n)s journeys.") % values


def turned(found: DriversShown, names: Mapping[str, str], services: Mapping[str, str]) -> list[str]:
    """Where the order, or a sign, is the other way round."""
    told, said = [], set[frozenset[str]]()
    for one in found.turned:
        pair = frozenset({one.service, one.elsewhere, one.above, one.below or ""})
        if pair in said:
            continue  # the same from the other side
        said.add(pair)
        values = {
            "service": services.get(one.service, one.service),
            "elsewhere": services.get(one.elsewhere, one.elsewhere),
            "above": names.get(one.above, one.above),
            "below": names.get(one.below or "", one.below or ""),
        }
        order = _("For %(service)s, %(above)s matters more than %(below)s; for %(elsewhere)s less.")
        sign = _("For %(service)s, %(above)s works the opposite way to %(elsewhere)s.")
        told.append((order if one.below else sign) % values)
    return told
