"""A whole matter in words."""

from collections.abc import Mapping
from uuid import UUID

from analysis.routes.words import dimension_names, duration, percent, sentences
from analysis.schemas.matters import Entry, Happened, Strand, Stream, WholeMatter
from core import i18n
from core.i18n import gettext as _
from core.i18n import ngettext
from feedback.models import Kind, MessageKind
from surveys.models import Channel

HOURS_A_DAY = 24


def stream_names() -> dict[str, str]:
    return {
        Stream.RESTORATION: _("Restoration"),
        Stream.FULFILMENT: _("Fulfilment of requests"),
        Stream.NEW_DEMAND: _("New demand"),
        Stream.SAID: _("Said unasked"),
    }


def message_names() -> dict[str, str]:
    return {
        Kind.COMPLAINT: _("Complaint"),
        Kind.COMPLIMENT: _("Praise"),
        Kind.SUGGESTION: _("Suggestion"),
        Kind.QUESTION: _("Question"),
    }


def reply_names() -> dict[str, str]:
    return {
        MessageKind.MORE: _("Added by the author"),
        MessageKind.HEARD: _("Did that answer it?"),
        MessageKind.ANSWER: _("Answered"),
        MessageKind.QUESTION: _("Asked back"),
        MessageKind.DONE: _("Told what was done"),
        MessageKind.THANKS: _("Thanked"),
    }


def strand_name(one: Strand) -> str:
    return one.number or message_names().get(one.name, one.name)


def strand_names(found: WholeMatter) -> dict[UUID, str]:
    return {one.id: strand_name(one) for one in found.strands}


def streams(found: WholeMatter) -> str:
    names = stream_names()
    return " → ".join(names[one] for one in found.streams)


def lede(found: WholeMatter) -> str:
    """How long it took in all, and how much of that nobody worked on it."""
    return sentences(_lasted(found), _idle(found))


def _lasted(found: WholeMatter) -> str:
    if found.over_at is None:
        return _("It is not over yet.")
    days = (found.over_at.date() - found.began_at.date()).days + 1
    lasted = ngettext(
        "From its first day to its last: %(num)s day.", "From its first day to its last: %(num)s days.", days
    )
    return lasted % {"num": days}


def _idle(found: WholeMatter) -> str:
    if not found.open_hours:
        return ""
    values = {"open": duration(found.open_hours), "share": percent(found.idle_hours / found.open_hours)}
    return _("Its tickets were open for %(open)s together, %(share)s of it in queues or waiting.") % values


def title(entry: Entry, names: Mapping[UUID, str]) -> str:
    """What happened, in a few words; `names`: of the strands."""
    name = {"name": names[entry.strand]}
    titles = {
        Happened.OPENED: _("%(name)s was opened"),
        Happened.ANSWERED: _("First response to %(name)s"),
        Happened.RESOLVED: _("%(name)s was resolved"),
        Happened.ASKED: _("Asked about %(name)s"),
        Happened.TOLD: _("Answered about %(name)s"),
    }
    if entry.what in titles:
        return titles[entry.what] % name
    named = message_names() if entry.what is Happened.SPOKE else reply_names()
    return named.get(entry.kind, entry.kind)


def text(entry: Entry) -> str:
    """The words of an entry; whether an answer was heard is told by yes and no."""
    if entry.kind == MessageKind.HEARD:
        return {"yes": _("Yes"), "no": _("No")}.get(entry.text, entry.text)
    return entry.text


def asked(entry: Entry) -> str:
    ways = {Channel.MAIL: _("by mail"), Channel.LINK: _("by a link"), Channel.PHONE: _("by telephone")}
    survey = entry.survey.get(i18n.current(), "")
    return " · ".join(one for one in (survey, ways.get(Channel(entry.channel), "")) if one)


def scores(entry: Entry) -> str:
    names = dimension_names() | {"overall": _("The whole")}
    return " · ".join(
        _("%(what)s %(value)s of %(highest)s") % {"what": names.get(what, what), "value": value, "highest": highest}
        for what, (value, highest) in entry.scores.items()
    )


def facts(one: Strand) -> str:
    """How a ticket went; how often it changed hands, never whose."""
    agreed = {True: _("in the agreed time"), False: _("not in the agreed time"), None: ""}[one.sla_met]
    times = ngettext("changed hands once", "changed hands %(num)s times", one.handoffs) % {"num": one.handoffs}
    again = ngettext("reopened once", "reopened %(num)s times", one.reopens) % {"num": one.reopens}
    opened = _("open for %(time)s") % {"time": duration(one.open_hours)} if one.open_hours else ""
    told = (opened, times if one.handoffs else "", again if one.reopens else "", agreed)
    return ", ".join(part for part in told if part)
