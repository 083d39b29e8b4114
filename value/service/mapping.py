"""Writing value maps: whoever may see one may change it; what is taken out can be put back."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from core.clock import now
from core.db import Session, upsert
from core.errors import Conflict, NotFound
from core.i18n import gettext as _
from value.models import Claim, Indicator, IndicatorReading, Node, Source, ValueMap
from value.queries import worth as queries
from value.schemas.register import Scope
from value.service.worth import existing_map

Thing = TypeVar("Thing", Node, Indicator, Claim)
KINDS: dict[str, type[Node] | type[Indicator] | type[Claim]] = {
    "nodes": Node,
    "indicators": Indicator,
    "claims": Claim,
}


async def add_map(session: Session, scope: Scope, fields: Mapping[str, Any], customers: Iterable[str]) -> ValueMap:
    one = ValueMap(**fields, customers=sorted(customers))
    session.add(one)
    await session.flush()
    return one


async def change_map(session: Session, scope: Scope, id_: UUID, fields: Mapping[str, Any], version: int) -> None:
    await existing_map(session, scope, id_)
    same = col(ValueMap.id) == id_, col(ValueMap.version) == version
    done = await session.exec(update(ValueMap).where(*same).values(**fields, version=version + 1))
    if not done.rowcount:
        raise Conflict(_("Somebody has changed this in the meantime. Look at the new version before you save yours."))


async def put(
    session: Session, scope: Scope, map_id: UUID, what: str, id_: UUID | None, fields: Mapping[str, Any]
) -> UUID:
    """A new node, indicator or claim, or a change of one."""
    await existing_map(session, scope, map_id)
    kind: Any = KINDS[what]
    one = kind(map_id=map_id) if id_ is None else await existing(session, scope, map_id, what, id_)
    for name, value in fields.items():
        setattr(one, name, value)
    session.add(one)
    await session.flush()
    return UUID(str(one.id))


async def existing(session: Session, scope: Scope, map_id: UUID, what: str, id_: UUID) -> Any:
    await existing_map(session, scope, map_id)
    kind: Any = KINDS[what]
    found = await queries.thing(session, kind, map_id, id_)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


async def take_out(session: Session, scope: Scope, map_id: UUID, what: str, id_: UUID, gone: bool) -> None:
    """Or put it back."""
    await put(session, scope, map_id, what, id_, {"gone": gone})


async def note(session: Session, scope: Scope, map_id: UUID, id_: UUID, who: str, text: str, for_: bool) -> None:
    """Evidence that a person knows of."""
    claim = await existing(session, scope, map_id, "claims", id_)
    told = {"for": for_, "text": text, "by": who, "on": now().date().isoformat()}
    await put(session, scope, map_id, "claims", id_, {"notes": [*claim.notes, told]})


async def keep_readings(session: Session, scope: Scope, id_: UUID, rows: Iterable[Mapping[str, Any]]) -> int:
    """Figures from elsewhere, a month each; the same month again replaces what stood there."""
    one = await queries.indicator(session, id_)
    if one is None or one.source != Source.IMPORTED:
        raise NotFound(_("There is nothing here"))
    await existing_map(session, scope, one.map_id)
    found = [{"indicator_id": id_, **row} for row in rows]
    await upsert(session, IndicatorReading, found, ["indicator_id", "month"], ["value", "low", "high", "n"])
    return len(found)
