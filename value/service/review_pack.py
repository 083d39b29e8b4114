"""The review in its pack: what was on the table, what was said and what was decided, before the figures."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from analysis.models import Dimension, PackOrder, Rhythm
from analysis.rules.losses import each_of_100
from analysis.schemas.reports import Filters
from analysis.service.exports import Chapter, Pack, pack, saying
from core import i18n
from core.db import Session
from core.i18n import gettext as _
from core.i18n import ngettext, own_name
from core.pages import day
from core.settings import settings
from value.models import Review
from value.queries import reviews as queries
from value.rules.wording import kept, signed, state_names
from value.schemas.register import Known, Scope
from value.service.known import known_to
from value.service.reviewing import existing, window_of


async def pack_of(session: Session, scope: Scope, id_: UUID) -> tuple[Review, Pack]:
    """The report of the review's customer and months, with the review before it."""
    one = await existing(session, scope, id_)
    filters = Filters(window_of(one.held_on), "dates", customer=one.customer)
    found = await pack(session, scope, filters, i18n.current())
    return one, replace(found, chapters=chapters_of(one, await known_to(session, scope)))


async def chapters_for(session: Session, order: PackOrder, on: date) -> tuple[Chapter, ...]:
    """Of the review that a mailed pack goes ahead of; none for packs that come by the calendar."""
    one = await queries.next_review(session, order.customer, on) if order.rhythm == Rhythm.REVIEW else None
    return chapters_of(one, await known_to(session, frozenset([order.customer]))) if one else ()


def chapters_of(one: Review, known: Known) -> tuple[Chapter, ...]:
    agenda, places = one.agenda, known.touchpoints
    heading = " · ".join(text for text in (day(one.held_on), one.present) if text)
    every = [
        (_("1. What changed"), map(_figure, agenda["figures"])),
        (_("2. Moments of truth"), (_moment(each, places) for each in agenda["moments"])),
        (_("3. Improvements"), map(_improvement, agenda["improvements"])),
        (_("4. Claims in doubt"), (own_name(each["text"]) for each in agenda["claims"])),
        (_("5. Voices"), [_voices(agenda["voices"], one.since)]),
        (_("Notes"), _entries(one, "note")),
        (_("Decisions"), _entries(one, "decision")),
    ]
    told = [(title, tuple(lines)) for title, lines in every]
    chapters = [Chapter(title, lines or (_("None"),)) for title, lines in told]
    return (Chapter(_("The review"), (heading,)), *chapters)


def _figure(one: dict[str, Any]) -> str:
    name = saying.dimension_names()[Dimension(one["dimension"])]
    if one["value"] is None:
        return _("%(name)s: groups of fewer than %(few)s people are not shown") % {
            "name": name,
            "few": settings().min_group,
        }
    told = f"{name}: {one['value']:.0f} ({one['low']:.0f}–{one['high']:.0f}), n = {one['n']:,}"
    if not one["change"]:
        return told
    value, low, high = one["change"]
    change = _("change against the three months before: %(value)s (%(low)s to %(high)s)") % {
        "value": signed(value),
        "low": signed(low),
        "high": signed(high),
    }
    return f"{told}; {change}"


def _moment(one: dict[str, Any], places: Any) -> str:
    place = places.get(one["touchpoint"], one["touchpoint"])
    if one["wins"]:
        return f"{place}: {_('wins people over')}"
    loss = _("bad visits take %(loss)s points of 100 off how satisfied people end up") % {
        "loss": each_of_100(one["loss"])[0]
    }
    return f"{place}: {loss}"


def _improvement(one: dict[str, Any]) -> str:
    told = [own_name(one["title"]), state_names().get(one["state"], one["state"])]
    if one["due"]:
        words = _("overdue since %(day)s") if one["overdue"] else _("due %(day)s")
        told.append(words % {"day": day(date.fromisoformat(one["due"]))})
    return " · ".join([*told, *filter(None, [kept(one)])])


def _voices(n: int | None, since: date) -> str:
    few = _("voices of fewer than %(few)s people") % {"few": settings().min_group}
    told = few if n is None else ngettext("%(num)s voice", "%(num)s voices", n) % {"num": f"{n:,}"}
    return f"{told} · {_('since %(day)s') % {'day': day(since)}}"


def _entries(one: Review, kind: str) -> Iterable[str]:
    return [f"{own_name(each['text'])} ({each['by']})" for each in one.entries if each["kind"] == kind]
