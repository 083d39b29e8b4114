"""Ordering packs by mail, ending that, and saying that one wants none."""

import hmac
from datetime import date
from uuid import UUID

from analysis.events import PackDue
from analysis.models import PackOrder, PackUnwanted, Rhythm
from analysis.queries import orders as queries
from analysis.rules.orders import day_before_review, moment_of, next_day
from core.audit.service import record
from core.auth.models import Role, User
from core.clock import now
from core.db import Session, insert_new
from core.errors import FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.ids import keyed_hash, keyed_hashes
from core.outbox import announce

PURPOSE = "pack-unwanted"
LANGUAGES = ("zh", "en")
READERS = (Role.MANAGER, Role.CUSTOMER)
Scope = frozenset[str] | None


async def order(session: Session, scope: Scope, who: str, form: dict[str, str], customers: dict[str, str]) -> PackOrder:
    _check(scope, form, customers)
    made = PackOrder(
        customer=form["customer"],
        rhythm=Rhythm(form["rhythm"]),
        role=Role(form["role"]),
        language=form["language"],
        made_by=who,
        made_at=now(),
    )
    session.add(made)
    await session.flush()
    await announce_next(session, made, now().date())
    await record(session, who, "reports.ordered", f"{made.id} {made.customer} {made.rhythm} {made.role}")
    return made


def _check(scope: Scope, form: dict[str, str], customers: dict[str, str]) -> None:
    allowed: dict[str, list[str]] = {
        "customer": list(customers),
        "rhythm": list(Rhythm),
        "role": list(READERS),
        "language": list(LANGUAGES),
    }
    wrong = [
        FieldError(name, _("Choose one of the list")) for name, known in allowed.items() if form[name] not in known
    ]
    if scope is not None and form["customer"] not in scope and not wrong:
        wrong = [FieldError("customer", _("Choose one of the list"))]
    if wrong:
        raise Invalid(_("Some fields are not right. Nothing was saved; your text stands below."), wrong)


async def announce_next(session: Session, one: PackOrder, after: date) -> None:
    if day := next_day(Rhythm(one.rhythm), after):
        await announce(session, PackDue(str(one.id), day.isoformat()), not_before=moment_of(day))


async def before_review(session: Session, customer: str, held_on: date) -> None:
    """A review was fixed: whoever is to have the pack before it gets it some days earlier, or at once."""
    day = day_before_review(held_on, now().date())
    for one in await queries.orders(session, frozenset([customer])):
        if one.rhythm == Rhythm.REVIEW and day <= held_on:
            await announce(session, PackDue(str(one.id), day.isoformat()), not_before=moment_of(day))


async def end(session: Session, scope: Scope, who: str, id_: UUID) -> None:
    one = await queries.order(session, scope, id_)
    if one is None:
        raise NotFound(_("There is nothing here"))
    await session.delete(one)
    await record(session, who, "reports.order_ended", str(id_))


async def want(session: Session, user_id: UUID, wanted: bool) -> None:
    if not wanted:
        await insert_new(session, PackUnwanted, [{"user_id": user_id}])
    elif found := await session.get(PackUnwanted, user_id):
        await session.delete(found)


def token_of(user_id: UUID) -> str:
    """What stands in the mail: it ends these mails, and opens nothing else."""
    return f"{user_id.hex}.{keyed_hash(PURPOSE, user_id.hex)[:32]}"


async def user_behind(session: Session, token: str) -> User:
    id_, _dot, mark = token.partition(".")
    if any(hmac.compare_digest(mark.encode(), one[:32].encode()) for one in keyed_hashes(PURPOSE, id_)):
        found = await session.get(User, UUID(id_))
        if found:
            return found
    raise NotFound(_("There is nothing here"))
