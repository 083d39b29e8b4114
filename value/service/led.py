"""What led to an improvement: a moment of truth, a feedback, and everybody who was not content there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from analysis.disclosure import in_steps
from analysis.queries import moments as found_moments
from analysis.queries.leading import how_many, voices_about, voices_of
from analysis.schemas.figures import first_day, month_of
from core.clock import now
from core.db import Session, insert_new
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from core.settings import settings
from value.models import Improvement, ImprovementLink, LinkKind
from value.queries.improvements import led_to_something
from value.queries.voices import may_read_feedback
from value.rules.kept import baseline_of
from value.schemas.register import Detail, Scope, Share

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Origin:
    """`suggested`: fields of a form; `picked`: the last month whose answers had been seen."""

    links: list[tuple[str, UUID]] = field(default_factory=list)
    suggested: dict[str, Any] = field(default_factory=dict)
    picked: int | None = None


async def link(session: Session, improvement_id: UUID, links: Iterable[tuple[str, UUID]]) -> int:
    rows = [{"improvement_id": improvement_id, "kind": kind, "target_id": id_, "how": ""} for kind, id_ in links]
    return await insert_new(session, ImprovementLink, rows)


async def origin_of(session: Session, scope: Scope, named: dict[str, str]) -> Origin:
    """What is named has to be there for this manager: an unknown one and somebody else's look alike."""
    origin = Origin()
    if named.get("moment"):
        origin = await _of_moment(session, scope, _id("moment", named["moment"]))
    if named.get("feedback"):
        origin.links.append((LinkKind.FEEDBACK, await _of_feedback(session, scope, _id("feedback", named["feedback"]))))
    return origin


def _id(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _unknown(name) from None


def _unknown(name: str) -> Invalid:
    message = _("This is not known here")
    return Invalid(message, [FieldError(name, message)])


async def _of_moment(session: Session, scope: Scope, id_: UUID) -> Origin:
    moment = await found_moments.moment(session, scope, id_)
    if moment is None:
        raise _unknown("moment")
    return Origin(
        links=[(LinkKind.MOMENT, id_)],
        suggested={"touchpoints": [moment.touchpoint]},
        picked=month_of(moment.looked_on),
    )


async def _of_feedback(session: Session, scope: Scope, id_: UUID) -> UUID:
    if not await may_read_feedback(session, scope, id_):
        raise _unknown("feedback")
    return id_


async def link_who_was_not_content(session: Session, one: Improvement, scope: frozenset[str] | None) -> int:
    """At the start: the voices of the baseline that were not content there have led to it."""
    before = baseline_of(one.baseline).windows.before
    until = one.started_on or now().date()
    found = await voices_about(session, scope, one.touchpoints, first_day(before.first), until)
    return await link(session, one.id, found)


async def link_evidence(session: Session, one: Improvement, scope: Scope, evidence: list[UUID]) -> int:
    return await link(session, one.id, await voices_of(session, scope, evidence))


async def share_that_led(session: Session, scope: Scope) -> Share:
    since: date = now().date() - YEAR
    voices = await how_many(session, scope, since)
    led = await how_many(session, scope, since, led_to_something(scope))
    few = settings().min_group
    return Share(in_steps(voices, few), in_steps(led, few))


async def led_by(session: Session, scope: Scope, found: Detail) -> dict[str, Any]:
    """How many voices stand behind an improvement, and which moments and messages."""
    voices = [id_ for kind in (LinkKind.FEEDBACK, LinkKind.RESPONSE) for id_ in found.links.get(kind, [])]
    moments = [await found_moments.moment(session, scope, id_) for id_ in found.links.get(LinkKind.MOMENT, [])]
    return {
        "voices": in_steps(len(voices), settings().min_group),
        "moments": [moment for moment in moments if moment],
    }
