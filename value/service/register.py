"""Writing the register. Every change is kept with what stood before, and can be taken back."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from analysis.schemas.figures import month_of
from core.clock import now
from core.db import Session, insert_new
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.outbox import announce
from journeys.queries.places import customers_in
from value.events import ImprovementDone
from value.models import Improvement, ImprovementCustomer, ImprovementEdit, State, columns_of
from value.queries import improvements as queries
from value.queries.worth import visible
from value.rules.kept import kept_baseline
from value.rules.states import REFREEZES, changed, registered
from value.rules.undoing import plain, real
from value.schemas.register import Scope
from value.service.led import link, link_who_was_not_content
from value.service.measuring import baseline

UNDOABLE, LINKING = ("edit", "state"), ("linked", "unlinked")
TOLD = (State.DONE, State.MEASURED, State.CLOSED)
TELLING = ("audience", "customers", "done_en", "done_zh")


async def register(
    session: Session,
    who: str,
    fields: Mapping[str, Any],
    customers: Iterable[str],
    links: Iterable[tuple[str, UUID]] = (),
    picked: int | None = None,
) -> Improvement:
    """A new entry, proposed today. `picked`: the last month whose answers had been seen when the place was chosen."""
    today = now().date()
    seen = month_of(today) - 1 if picked is None else picked
    one = Improvement(**fields, proposed_on=today, created_by=who, picked=seen)
    session.add(one)
    await session.flush()
    await _belongs_to(session, one.id, customers)
    await link(session, one.id, links)
    await note(session, one.id, who, "created", {})
    return one


async def _belongs_to(session: Session, id_: UUID, customers: Iterable[str]) -> None:
    await session.exec(delete(ImprovementCustomer).where(col(ImprovementCustomer.improvement_id) == id_))
    rows = [{"improvement_id": id_, "customer": customer} for customer in customers]
    await insert_new(session, ImprovementCustomer, rows)


async def existing(session: Session, scope: Scope, id_: UUID) -> tuple[Improvement, frozenset[str]]:
    found = await queries.improvement(session, scope, id_)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found, (await queries.customers_of(session, [id_]))[id_]


async def edit(
    session: Session, scope: Scope, id_: UUID, who: str, fields: Mapping[str, Any], version: int, reason: str = ""
) -> Improvement:
    """Refused when somebody else was faster. What was to stand from the start on needs a reason, and is marked. Among
    the fields may be `customers`, whose people it is for."""
    one, customers = await existing(session, scope, id_)
    changes = changed({**columns_of(one), "customers": sorted(customers)}, fields)
    if not changes:
        return one
    touched = registered(one.state, changes)
    if touched and not reason.strip():
        message = _("This was written down before the start. Say why it changes now; the reason is shown.")
        raise Invalid(message, [FieldError("reason", message)])
    if touched:
        mark = {"on": now().date().isoformat(), "by": who, "reason": reason.strip(), "fields": touched}
        changes["marks"] = [one.marks, [*one.marks, mark]]
    await change_columns(session, one, version, changes)
    if any(name in REFREEZES for name in touched) and one.started_on:
        whose = frozenset(fields.get("customers", customers))
        await freeze(session, one, whose, scope, one.started_on, changes)
        await link_who_was_not_content(session, one, whose or None)
    if one.state in TOLD and any(name in TELLING for name in changes):
        await announce(session, ImprovementDone(str(one.id)))
    await note(session, id_, who, "edit", changes, reason.strip())
    return one


async def change_columns(session: Session, one: Improvement, version: int, changes: Mapping[str, list[Any]]) -> None:
    """Compare and set: whoever looked at an older version is told so, and loses nothing."""
    new = {name: after for name, (_before, after) in changes.items() if name != "customers"}
    same = col(Improvement.id) == one.id, col(Improvement.version) == version
    done = await session.exec(update(Improvement).where(*same).values(**new, version=version + 1))
    if not done.rowcount:
        raise Conflict(_("Somebody has changed this in the meantime. Look at the new version before you save yours."))
    if "customers" in changes:
        await _belongs_to(session, one.id, changes["customers"][1])
    await session.refresh(one)


async def note(
    session: Session, id_: UUID, who: str, kind: str, changes: Mapping[str, Any], reason: str = ""
) -> ImprovementEdit:
    told = {name: [plain(before), plain(after)] for name, (before, after) in changes.items()}
    noted = ImprovementEdit(improvement_id=id_, made_at=now(), made_by=who, kind=kind, reason=reason, changes=told)
    session.add(noted)
    await session.flush()
    return noted


async def freeze(
    session: Session, one: Improvement, customers: frozenset[str], scope: Scope, start: date, changes: dict[str, Any]
) -> None:
    seen = frozenset(customer.key for customer in await customers_in(session, scope))
    frozen = kept_baseline(await baseline(session, one, customers, seen - customers, start))
    changes["baseline"] = [one.baseline, frozen]
    one.baseline = frozen
    session.add(one)
    await session.flush()


async def undo(session: Session, scope: Scope, id_: UUID, who: str, edit_id: UUID) -> Improvement:
    """Takes the last change back; what it changed stands again as it was before."""
    one, _customers = await existing(session, scope, id_)
    last = last_undoable(await queries.edits_of(session, id_))
    if last is None or last.id != edit_id:
        raise Conflict(_("Only the last change can be taken back, and there is a newer one."))
    back = {name: [real(name, after), real(name, before)] for name, (before, after) in last.changes.items()}
    if "customers" in back and not visible(back["customers"][1], scope):
        raise Conflict(_("It was for customers that are not yours; only who sees them all can take that back."))
    await change_columns(session, one, one.version, back)
    await note(session, id_, who, "undo", back)
    return one


def last_undoable(edits: Iterable[ImprovementEdit]) -> ImprovementEdit | None:
    """The newest first: an edit or a step, unless it was taken back already. What hangs on it is another matter."""
    newest = next((one for one in edits if one.kind not in LINKING), None)
    return newest if newest and newest.kind in UNDOABLE else None
