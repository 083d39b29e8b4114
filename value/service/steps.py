"""The steps of an improvement: from one state to the next, and what follows from it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from analysis.schemas.figures import first_day, month_of
from analysis.service.moments import mark_acted_on
from core.clock import now
from core.db import Session
from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from core.outbox import announce
from value.events import ImprovementDone, ImprovementMeasured, JudgementDue
from value.models import Improvement, LinkKind, State, columns_of
from value.queries import improvements as queries
from value.rules.kept import kept_verdict
from value.rules.states import DATE_OF, MEASURED_ON, changed, check_move
from value.schemas.measuring import Later, Verdict
from value.schemas.register import Scope
from value.service.led import link_who_was_not_content
from value.service.register import change_columns, existing, freeze, note

LONGEST_MORE = 12  # months
A_WHILE = timedelta(days=2, hours=6)  # after a month's end: late answers


async def move(
    session: Session, scope: Scope, id_: UUID, who: str, to: State, version: int, day: date | None = None
) -> Improvement:
    """To the next state, as of `day` (today). The start freezes the baseline; when it is done, people are told."""
    one, customers = await existing(session, scope, id_)
    check_move(columns_of(one), to)
    at = _day_of_move(one, to, day)
    changes: dict[str, Any] = changed(columns_of(one), {"state": to, DATE_OF[to]: at})
    await change_columns(session, one, version, changes)
    if to == State.DOING:
        await freeze(session, one, customers, scope, at, changes)
        await _begun(session, one, customers)
    if to == State.DONE:
        await announce(session, ImprovementDone(str(one.id)))
        await _announce_judgement(session, one)
    await note(session, id_, who, "state", changes)
    return one


async def _begun(session: Session, one: Improvement, customers: frozenset[str]) -> None:
    """Whoever was not content there has led to it, and the moments it hangs on are being acted on."""
    await link_who_was_not_content(session, one, customers or None)
    for each in await queries.links_of(session, one.id):
        if each.kind == LinkKind.MOMENT:
            await mark_acted_on(session, each.target_id)


async def _announce_judgement(session: Session, one: Improvement) -> None:
    """On the day after which no month is missing any more."""
    assert one.done_on
    day = first_day(month_of(one.done_on) + one.judge_after + 1)
    due = datetime.combine(day, time(), UTC) + A_WHILE
    await announce(session, JudgementDue(str(one.id)), not_before=max(due, now()))


async def measure_on(session: Session, scope: Scope, id_: UUID, who: str, months: int, version: int) -> Improvement:
    """A verdict that came too early is taken back, in the open, and another day set for it."""
    one, _customers = await existing(session, scope, id_)
    if one.state != State.MEASURED or one.verdict.get("kind") not in MEASURED_ON:
        raise Conflict(_("Only what could not be told yet is measured on."))
    if not 1 <= months <= LONGEST_MORE:
        message = _("Between %(low)s and %(high)s") % {"low": 1, "high": LONGEST_MORE}
        raise Invalid(message, [FieldError("months", message)])
    mark = {"on": now().date().isoformat(), "by": who, "reason": "", "fields": ["judge_after"], "longer": months}
    new = {"state": State.DONE, "judge_after": one.judge_after + months, "measured_on": None, "verdict": {}}
    changes = changed(columns_of(one), {**new, "marks": [*one.marks, mark]})
    await change_columns(session, one, version, changes)
    await _announce_judgement(session, one)
    await note(session, id_, who, "longer", changes)
    return one


def _day_of_move(one: Improvement, to: State, day: date | None) -> date:
    today = now().date()
    at = day or today
    earliest = one.started_on if to == State.DONE else None
    if at > today or (earliest and at < earliest):
        message = _("The day lies between the start and today")
        raise Invalid(message, [FieldError("day", message)])
    return at


async def judge(session: Session, one: Improvement, verdict: Verdict, since: Later, until: int) -> bool:
    """The verdict is in, and stays as it is. False when it was in already."""
    kept = kept_verdict(verdict, since, until)
    same = col(Improvement.id) == one.id, col(Improvement.state) == State.DONE
    new = {"verdict": kept, "state": State.MEASURED, "measured_on": now().date(), "version": one.version + 1}
    done = await session.exec(update(Improvement).where(*same).values(**new))
    if not done.rowcount:
        return False
    await note(session, one.id, "", "measured", {"state": [State.DONE, State.MEASURED]})
    await announce(session, ImprovementMeasured(str(one.id)))
    return True
