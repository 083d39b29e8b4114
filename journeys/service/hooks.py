"""Webhooks of ticket systems: the raw payload is kept first and answered, then read by a job."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.errors import Conflict, FieldError, Invalid, NotFound, NotSignedIn
from core.i18n import gettext as _
from core.ids import new_secret
from core.outbox import announce
from core.sealing import seal, unseal
from core.settings import settings
from journeys.events import HookCalled
from journeys.models import Hook, HookCall, HookCallState, HookSystem
from journeys.queries import hooks as queries
from journeys.rules.hooks import HookReader, is_genuine, line_of, values_in
from journeys.schemas import HookReading, Look, Wrong
from journeys.service.tickets import record_events

SEALED_AS = "hook"
MOST_PROBLEMS = 20
Readings = Mapping[UUID, HookReading]


async def add_hook(session: AsyncSession, system: HookSystem, key: str, mapping: str, secret: str | None = None) -> str:
    """Open an address for a system; the secret that its calls must prove is shown once."""
    HookReader(mapping)
    if await queries.hook(session, system, key):
        raise Conflict(_("There is a hook %(system)s/%(key)s already") % {"system": system.value, "key": key})
    secret = secret or new_secret()
    sealed = seal(SEALED_AS, secret)
    session.add(Hook(system=system, key=key, sealed_secret=sealed, mapping=mapping, created_at=now()))
    return secret


async def change_mapping(session: AsyncSession, system: str, key: str, mapping: str) -> None:
    HookReader(mapping)
    hook = await existing(session, system, key)
    hook.mapping = mapping
    session.add(hook)


async def remove_hook(session: AsyncSession, system: str, key: str) -> None:
    """Its address answers no more, and its kept payloads go; the tickets stay."""
    await session.delete(await existing(session, system, key))


async def receive(session: AsyncSession, system: str, key: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Keep a payload, to be read by a job. `NotFound` for no such hook, `NotSignedIn` where the proof does not hold."""
    hook = await existing(session, system, key)
    if not is_genuine(HookSystem(hook.system), unseal(SEALED_AS, hook.sealed_secret), body, headers):
        raise NotSignedIn(_("The call is neither signed with the hook's secret nor does it carry it as bearer token"))
    _must_be_an_object(body)
    call = HookCall(hook_id=hook.id, received_at=now(), body=body)
    session.add(call)
    await session.flush()
    await announce(session, HookCalled(call_id=str(call.id)))


def _must_be_an_object(body: bytes) -> None:
    if payload_of(body) is None:
        raise Invalid(_("The body must be one JSON object"), [FieldError("", _("The body must be one JSON object"))])


def payload_of(body: bytes) -> dict[str, object] | None:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


async def replay(session: AsyncSession, system: str, key: str) -> int:
    """Read the kept payloads again, as after a better mapping; what is known already changes nothing."""
    hook = await existing(session, system, key)
    ids = await queries.call_ids(session, hook.id)
    await announce(session, *[HookCalled(call_id=str(id_)) for id_ in ids])
    return len(ids)


async def existing(session: AsyncSession, system: str, key: str) -> Hook:
    if hook := await queries.hook(session, system, key):
        return hook
    raise NotFound(_("There is no such hook"))


def read_calls(calls: Sequence[HookCall], readers: Mapping[UUID, HookReader]) -> Readings:
    return {call.id: readers[call.hook_id].read(payload_of(call.body)) for call in calls if call.hook_id in readers}


def look(mapping: str, payload: dict[str, object] | None) -> Look:
    """How this text would read the payload; a text that cannot be used says in which lines."""
    try:
        reader = HookReader(mapping)
    except Invalid as refused:
        return Look(wrong=_wrong(mapping, refused.errors))
    if payload is None:
        return Look()
    reading = reader.read(payload)
    return Look([], reading, _wrong(mapping, reading.problems), values_in(payload, reader.used_in(payload)))


def _wrong(mapping: str, errors: Sequence[FieldError]) -> list[Wrong]:
    return [Wrong(line_of(mapping, one.field, one.message), one.field, one.message) for one in errors]


async def keep_readings(session: AsyncSession, readings: Readings) -> None:
    """The events of all payloads, and of each payload what became of it."""
    await record_events(session, [event for reading in readings.values() for event in reading.events])
    for id_, reading in readings.items():
        problems = [{"field": one.field, "message": one.message} for one in reading.problems[:MOST_PROBLEMS]]
        told = {"state": _state(reading), "events": len(reading.events), "problems": problems}
        await session.exec(update(HookCall).where(col(HookCall.id) == id_).values(**told))


def _state(reading: HookReading) -> HookCallState:
    if reading.problems:
        return HookCallState.REFUSED
    return HookCallState.MAPPED if reading.events else HookCallState.IGNORED


async def forget_old_calls(session: AsyncSession) -> None:
    """Payloads hold names and words: they are kept no longer than a better mapping may need them."""
    oldest = now() - timedelta(days=settings().hook_days)
    await session.exec(delete(HookCall).where(col(HookCall.received_at) < oldest))
