"""Writing value maps: whoever may see one may change it; what is taken out can be put back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from core.clock import now
from core.db import Session, upsert
from core.errors import Conflict, NotFound
from core.i18n import gettext as _
from value.models import Claim, Indicator, IndicatorReading, Node, Source, ValueEdit, ValueMap
from value.queries import worth as queries
from value.rules.states import changed
from value.rules.undoing import plain, real
from value.schemas.register import Scope
from value.service.worth import existing_map

Thing = TypeVar("Thing", Node, Indicator, Claim)
KINDS: dict[str, type[Node] | type[Indicator] | type[Claim]] = {
    "nodes": Node,
    "indicators": Indicator,
    "claims": Claim,
}

UNDOABLE = ("edit", "out", "back", "noted", "readings")
PARTS = ("value", "low", "high", "n", "sd")


async def add_map(session: Session, scope: Scope, fields: Mapping[str, Any], customers: Iterable[str]) -> ValueMap:
    one = ValueMap(**fields, customers=sorted(customers))
    session.add(one)
    await session.flush()
    return one


async def change_map(
    session: Session, scope: Scope, id_: UUID, fields: Mapping[str, Any], version: int, who: str, how: str = "edit"
) -> None:
    """What stood before is kept. Refused when somebody else was faster."""
    one = await existing_map(session, scope, id_)
    changes = changed({name: getattr(one, name) for name in fields}, fields)
    if not changes:
        return
    same = col(ValueMap.id) == id_, col(ValueMap.version) == version
    done = await session.exec(update(ValueMap).where(*same).values(**fields, version=version + 1))
    if not done.rowcount:
        raise Conflict(_("Somebody has changed this in the meantime. Look at the new version before you save yours."))
    await _keep(session, id_, id_, who, how, changes)


async def undo_map(session: Session, scope: Scope, id_: UUID, who: str, edit_id: str) -> None:
    """Takes the last change of its texts, or of for whom it is, back."""
    one = await existing_map(session, scope, id_)
    last = _the_last(await queries.edits_of(session, id_, id_), edit_id)
    back = {name: before for name, (before, _after) in last.changes.items()}
    if not queries.visible(back.get("customers", one.customers), scope):
        raise Conflict(_("It was for customers that are not yours; only who sees them all can take that back."))
    await change_map(session, scope, id_, back, one.version, who, "undo")


def _the_last(edits: Sequence[ValueEdit], edit_id: str) -> ValueEdit:
    last = last_undoable(edits)
    if last is None or str(last.id) != edit_id:
        raise Conflict(_("Only the last change can be taken back, and there is a newer one."))
    return last


async def put(
    session: Session,
    scope: Scope,
    map_id: UUID,
    what: str,
    id_: UUID | None,
    fields: Mapping[str, Any],
    who: str,
    how: str = "edit",
) -> UUID:
    """A new node, indicator or claim, or a change of one; what stood before is kept."""
    await existing_map(session, scope, map_id)
    kind: Any = KINDS[what]
    one = kind(map_id=map_id) if id_ is None else await existing(session, scope, map_id, what, id_)
    before = {name: getattr(one, name) for name in fields}
    for name, value in fields.items():
        setattr(one, name, value)
    session.add(one)
    await session.flush()
    changes = changed(before, fields)
    if id_ is None or changes:
        kind, changes = ("created", {}) if id_ is None else (how, changes)
        await _keep(session, map_id, one.id, who, kind, changes)
    return UUID(str(one.id))


async def _keep(
    session: Session, map_id: UUID, thing_id: UUID, who: str, kind: str, changes: Mapping[str, Any]
) -> None:
    told = {name: [plain(before), plain(after)] for name, (before, after) in changes.items()}
    edit = ValueEdit(map_id=map_id, thing_id=thing_id, made_at=now(), made_by=who, kind=kind, changes=told)
    session.add(edit)
    await session.flush()


async def undo(session: Session, scope: Scope, map_id: UUID, what: str, id_: UUID, who: str, edit_id: str) -> None:
    """Takes the last change of it back; what it changed stands again as it was before."""
    await existing(session, scope, map_id, what, id_)
    last = _the_last(await queries.edits_of(session, map_id, id_), edit_id)
    if last.kind == "readings":
        await _put_back(session, map_id, id_, last.changes, who)
        return
    back = {name: real(name, before) for name, (before, _after) in last.changes.items()}
    await put(session, scope, map_id, what, id_, back, who, "undo")


def last_undoable(edits: Sequence[ValueEdit]) -> ValueEdit | None:
    return edits[0] if edits and edits[0].kind in UNDOABLE else None


async def existing(session: Session, scope: Scope, map_id: UUID, what: str, id_: UUID) -> Any:
    await existing_map(session, scope, map_id)
    kind: Any = KINDS[what]
    found = await queries.thing(session, kind, map_id, id_)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


async def take_out(session: Session, scope: Scope, map_id: UUID, what: str, id_: UUID, who: str, gone: bool) -> None:
    """Or put it back."""
    await put(session, scope, map_id, what, id_, {"gone": gone}, who, "out" if gone else "back")


async def note(
    session: Session, scope: Scope, map_id: UUID, id_: UUID, who: str, text: str, for_: bool, question: str
) -> None:
    """Evidence that a person knows of, on one of the four questions."""
    claim = await existing(session, scope, map_id, "claims", id_)
    told = {"question": question, "for": for_, "text": text, "by": who, "on": now().date().isoformat()}
    await put(session, scope, map_id, "claims", id_, {"notes": [*claim.notes, told]}, who, "noted")


async def keep_readings(session: Session, scope: Scope, id_: UUID, rows: Iterable[Mapping[str, Any]], who: str) -> int:
    """Figures from elsewhere, a month each. The same month again replaces what stood there, which is kept."""
    one = await queries.indicator(session, id_)
    if one is None or one.source != Source.IMPORTED:
        raise NotFound(_("There is nothing here"))
    await existing_map(session, scope, one.map_id)
    found = {row["month"]: {"indicator_id": id_, **row} for row in rows}
    before = await _figures(session, id_)
    after = {month.isoformat(): [row.get(name) for name in PARTS] for month, row in found.items()}
    await upsert(session, IndicatorReading, list(found.values()), ["indicator_id", "month"], list(PARTS))
    changes = {month: [before.get(month), told] for month, told in after.items() if before.get(month) != told}
    if changes:
        await _keep(session, one.map_id, id_, who, "readings", changes)
    return len(found)


async def _figures(session: Session, id_: UUID) -> dict[str, list[Any]]:
    """Month -> value, low, high, n."""
    found = await queries.readings(session, id_)
    return {one.month.isoformat(): [getattr(one, name) for name in PARTS] for one in found}


async def _put_back(session: Session, map_id: UUID, id_: UUID, changes: Mapping[str, Any], who: str) -> None:
    """The figures that were replaced; what was new is gone again."""
    for month, (before, _after) in changes.items():
        here = col(IndicatorReading.indicator_id) == id_, col(IndicatorReading.month) == date.fromisoformat(month)
        if before is None:
            await session.exec(delete(IndicatorReading).where(*here))
        else:
            values = dict.fromkeys(PARTS) | dict(zip(PARTS, before, strict=False))  # kept before there was an sd
            await session.exec(update(IndicatorReading).where(*here).values(**values))
    await _keep(session, map_id, id_, who, "undo", {month: both[::-1] for month, both in changes.items()})
