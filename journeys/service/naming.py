"""Customers and services get the names by which people know them; tickets bring only their keys."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import service as audit
from core.errors import FieldError, Invalid, NotFound
from core.i18n import gettext as _
from journeys.models import Customer, Service
from journeys.rules.naming import together

TABLES: dict[str, type[Customer] | type[Service]] = {"customer": Customer, "service": Service}
MOST = 1000  # names at a time


class Named(NamedTuple):
    """`kind`: customer or service. A name in neither language: the key is shown."""

    kind: str
    key: str
    english: str
    chinese: str

    @property
    def field(self) -> str:
        return f"{self.kind}.{self.key}"


async def name_all(session: AsyncSession, scope: frozenset[str] | None, who: str, names: Iterable[Named]) -> int:
    """All of them or none; each that is wrong is told. How many are now called otherwise."""
    told, errors = _checked(names)
    if errors:
        raise Invalid(_("Some fields are not right"), errors)
    return sum([await _name(session, scope, who, one, name) for one, name in told])


def _checked(names: Iterable[Named]) -> tuple[list[tuple[Named, str]], list[FieldError]]:
    told, errors = list[tuple[Named, str]](), list[FieldError]()
    for one in names:
        try:
            told.append((one, together(one.english, one.chinese, one.field) or one.key))
        except Invalid as wrong:
            errors += wrong.errors
    return told, errors


async def _name(session: AsyncSession, scope: frozenset[str] | None, who: str, one: Named, name: str) -> bool:
    table: Any = TABLES.get(one.kind)
    found = (await session.exec(select(table).where(col(table.key) == one.key))).first() if table else None
    if found is None or (scope is not None and (one.kind != "customer" or one.key not in scope)):
        raise NotFound(_("There is no %(kind)s “%(key)s”") % {"kind": one.kind, "key": one.key})
    if found.name == name:
        return False
    found.name = name
    session.add(found)
    await audit.record(session, who, "places.named", f"{one.kind} {one.key}")
    return True
