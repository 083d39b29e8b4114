"""Drivers in sentences, in the current language."""

from collections.abc import Mapping

from analysis.routes.words import percent, sentences
from analysis.schemas.drivers import Bounds, DriversShown, Standing
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


def of_one(found: DriversShown, touchpoint: str) -> list[str]:
    """What one touchpoint does to the satisfaction with the whole; nothing where it is not ranked."""
    line = next((one for one in found.lines if one.touchpoint == touchpoint), None)
    if line is None:
        return []
    first, last = line.places
    share = {"share": percent(line.share.value), "low": percent(line.share.low), "high": percent(line.share.high)}
    place = {"place": f"{first}" if first == last else f"{first}–{last}", "all": len(found.lines), "n": f"{line.n:,}"}
    told = [
        _("Of all that touchpoints explain of the whole, this one explains %(share)s (%(low)s to %(high)s).") % share,
        _("That is place %(place)s of %(all)s, from %(n)s journeys.") % place,
    ]
    lost = _("Where it is rated low, the whole ends %(by)s of 5 points lower than in the middle (%(low)s to %(high)s).")
    won = _("Where it is rated high, the whole ends %(by)s of 5 points higher (%(low)s to %(high)s).")
    told += [lost % _points(line.penalty, -1)] if line.penalty and line.penalty.high < 0 else []
    return told + ([won % _points(line.reward, 1)] if line.reward and line.reward.low > 0 else [])


def _points(found: Bounds, sign: int) -> dict[str, str]:
    low, high = sorted((sign * found.low, sign * found.high))
    return {"by": f"{sign * found.value:.1f}", "low": f"{low:.1f}", "high": f"{high:.1f}"}


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
