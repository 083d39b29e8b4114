"""How work flows, in words: figures with their intervals, where experience breaks, whom is waited for."""

from collections.abc import Mapping
from typing import NamedTuple

from analysis.routes import words
from analysis.schemas.reports import FlowBreak, FlowFigures
from core.i18n import gettext as _
from journeys.models import WaitingFor
from journeys.schemas import Sure

HOURS = {
    "response": "response_hours",
    "response_slow": "response_hours_p90",
    "first": "first_resolution_hours",
    "first_slow": "first_resolution_hours_p90",
    "resolved": "resolution_hours",
    "slow": "resolution_hours_p90",
}
PARTS = ("active", "waiting", "queue", "handed_on", "sent_back", "reopened")


class Told(NamedTuple):
    """A figure, its 95 % interval ("": too few tickets for one) and of how many tickets it is."""

    value: str
    between: str
    n: int


def figures(flow: FlowFigures) -> dict[str, Told]:
    """Those that may be told: times, shares of the open time, and shares of the tickets."""
    times = {name: _time(flow.sure[key]) for name, key in HOURS.items() if key in flow.sure}
    parts = {name: flow.sure.get(f"{name}_percent") for name in PARTS}
    return times | {name: _part(sure) for name, sure in parts.items() if sure}


def times() -> dict[str, str]:
    """How long it takes, as columns of a table."""
    return {
        "response": _("First response"),
        "response_slow": _("First response, slow ones"),
        "first": _("First resolved"),
        "first_slow": _("First resolved, slow ones"),
        "resolved": _("Resolved"),
        "slow": _("Resolved, slow ones"),
    }


def rounds() -> dict[str, str]:
    return {
        "active": _("Being worked on"),
        "waiting": _("Waiting"),
        "queue": _("In a queue"),
        "handed_on": _("Handed on"),
        "sent_back": _("Sent back"),
        "reopened": _("Reopened"),
    }


def columns(first: str, figures: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(first, ""), (_("Tickets"), "num"), *((name, "num") for name in figures.values())]


def rows(names: Mapping[str, str], flows: Mapping[str, FlowFigures | None]) -> list[tuple[str, FlowFigures | None]]:
    """In the order of the names; last what is not known."""
    known = [(name, flows[key]) for key, name in names.items() if key in flows]
    return [*known, (_("Not known"), flows[""])] if flows.get("") else known


def _time(sure: Sure) -> Told:
    low, high = (words.duration(end, like=sure.value) for end in (sure.low, sure.high))
    unit = low.lstrip("0123456789.")
    return Told(words.duration(sure.value), f"{low.removesuffix(unit)}–{high}" if _known(sure) else "", sure.n)


def _part(sure: Sure) -> Told:
    low, high = (0.0 if end is None else end for end in (sure.low, sure.high))
    return Told(words.percent(sure.value / 100), f"{low:.0f}–{high:.0f}%" if _known(sure) else "", sure.n)


def _known(sure: Sure) -> bool:
    return sure.low is not None and sure.high is not None


def beside(flow: FlowFigures) -> str:
    """How the tickets of a touchpoint flowed, in a line."""
    told = [
        _("half of the tickets were answered within %(time)s") % {"time": words.duration(flow.hours_to_response.p50)}
    ]
    if flow.pooled.waiting is not None:
        told.append(_("%(share)s of the open time was waiting") % {"share": words.percent(flow.pooled.waiting)})
    if moved := flow.sure.get("handed_on_percent"):
        told.append(_("%(share)s were handed on") % {"share": words.percent(moved.value / 100)})
    return " · ".join(told)


def lede(flow: FlowFigures | None) -> str:
    if flow is None or flow.pooled.waiting is None:
        return ""
    values = {
        "active": words.percent(flow.pooled.active),
        "waiting": words.percent(flow.pooled.waiting),
        "time": words.duration(flow.hours_to_final_resolution.p50),
    }
    speed = _("Half of the tickets are resolved within %(time)s.") % values
    known = flow.hours_to_final_resolution.p50 is not None
    return words.sentences(
        speed if known else "", _("Of their open time, %(active)s is work and %(waiting)s is waiting.") % values
    )


def breaks(found: Mapping[str, FlowBreak | None]) -> list[str]:
    """At which waiting, or how many hand-offs, people become less content; empty where nowhere clearly."""
    return [_broken(name, one) for name, one in found.items() if one]


def _broken(name: str, found: FlowBreak) -> str:
    at, first, last = (_measured(name, value) for value in (found.at, found.earliest, found.latest))
    begins = {
        "waiting": _("From a wait of about %(at)s on people are less content."),
        "handoffs": _("From %(at)s hand-offs on people are less content."),
        "reopens": _("Where the count of reopenings reaches %(at)s people are less content."),
    }
    values = {"after": words.score(found.after), "before": words.score(found.before), "n": f"{found.after.n or 0:,}"}
    fall = _("Satisfaction is %(after)s of 100 there (%(n)s answers), and %(before)s below it.") % values
    lies = _("The step lies between %(first)s and %(last)s (95%%).") % {"first": first, "last": last}
    return words.sentences(begins[name] % {"at": at}, lies if first != last else "", fall)


def _measured(name: str, value: float) -> str:
    return words.duration(value) if name == "waiting" else f"{value:.0f}"


def each_alike(flow: FlowFigures) -> str:
    """The shares of the open time where every ticket weighs the same, beside the pooled ones."""
    mean = flow.per_ticket_mean
    if mean.active is None:
        return ""
    values = {name: words.percent(getattr(mean, name)) for name in ("active", "waiting", "queue")}
    return (
        _(
            "Where every ticket weighs the same, long or short: %(active)s worked on, %(waiting)s waiting, "
            "%(queue)s in a queue."
        )
        % values
    )


def waiting(flow: FlowFigures) -> list[tuple[str, float]]:
    """Whom tickets wait for and for how much of all waiting, longest first."""
    total = sum(flow.waiting_for.values())
    ordered = sorted(flow.waiting_for.items(), key=lambda one: -one[1])
    return [(waited_for(who), hours / total) for who, hours in ordered if hours]


def waited_for(who: str) -> str:
    known: dict[str, str] = {
        WaitingFor.REQUESTER: _("the requester"),
        WaitingFor.VENDOR: _("a vendor"),
        WaitingFor.CHANGE: _("a change"),
        WaitingFor.OTHER: _("something else"),
    }
    return known.get(who, who)
