"""Asking an organisation's own people, everyone or a sample drawn by lot, without a ticket.

Only by an anonymous survey with an address of its own: each is told of the same address, and what is kept is how many
were asked and why others were not, never whom.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from core.ids import keyed_hash
from core.outbox import announce
from core.settings import settings
from journeys.models import Customer, Person
from surveys import queries
from surveys.events import OpenInvitationDue
from surveys.models import Channel, Invitation, Mode, Survey
from surveys.rules.asking import verdict
from surveys.rules.sampling import drawn_by_lot
from surveys.schemas import Ask, Asking, AskingPolicy, PeopleAsked, Refusal, TriggerDefinition
from surveys.service.inviting import LONGEST_CLOCK, hold_people
from surveys.service.marks import mark_all

Part = TypeVar("Part")
AT_ONCE = 500
NO_CONDITIONS = TriggerDefinition()


@dataclass(frozen=True)
class _Round:
    survey: Survey
    version_id: UUID
    trigger: TriggerDefinition
    policy: AskingPolicy
    at: datetime


async def people_to_ask(session: AsyncSession, customer: str, percent: int | None, round_id: UUID) -> tuple[int, int]:
    """How many people of the customer are known with an address, and how many of them are drawn."""
    known = await _people_of(session, customer)
    return len(known), len(_drawn(known, percent, round_id))


async def why_not(session: AsyncSession, key: str, customer: str) -> str:
    """What stands against sending this survey to the customer's people; "" where nothing does."""
    survey = await queries.survey_by_key(session, key) if key else None
    version = await queries.newest_version(session, survey.id) if survey else None
    named = queries.as_definition(version.definition).customer if version else ""
    return _trouble_with(survey if version else None, customer, named)


async def ask_people(
    session: AsyncSession, key: str, customer: str, percent: int | None, round_id: UUID
) -> PeopleAsked:
    """First the lot, then who of those drawn is left in peace: opted out, mail that came back, asked too lately. The
    same round draws the same people."""
    round_ = await _round(session, key, customer)
    known = await _people_of(session, customer)
    drawn = _drawn(known, percent, round_id)
    if len(drawn) < settings().min_group:
        few = _("At least %(few)s people have to be asked; else nothing of it could ever be shown.")
        raise Invalid(few % {"few": settings().min_group}, [FieldError("send", few % {"few": settings().min_group})])
    refused: Counter[Refusal] = Counter()
    for some in _in_parts(drawn):
        refused += await _ask(session, round_, some)
    asked = len(drawn) - refused.total()
    await _keep_without_trace(session, round_, asked, refused)
    left = Counter({one.reason.value: 0 for one in refused})
    for one, n in refused.items():
        left[one.reason.value] += n
    return PeopleAsked(len(known), len(drawn), asked, dict(left))


def _in_parts(every: Sequence[Part]) -> Iterator[Sequence[Part]]:
    return (every[first : first + AT_ONCE] for first in range(0, len(every), AT_ONCE))


async def _round(session: AsyncSession, key: str, customer: str) -> _Round:
    trouble = await why_not(session, key, customer)
    survey = await queries.survey_by_key(session, key)
    version = await queries.newest_version(session, survey.id) if survey else None
    if trouble or survey is None or version is None:
        raise Invalid(trouble, [FieldError("send", trouble)])
    trigger = await queries.trigger_of(session, survey.id)
    kept = TriggerDefinition(cooldown_days=trigger.cooldown_days) if trigger else NO_CONDITIONS
    return _Round(survey, version.id, kept, await queries.asking_policy(session), now())


def _trouble_with(survey: Survey | None, customer: str, named: str) -> str:
    if survey is None or survey.archived_at:
        return _("Choose a published survey that asks first.")
    if survey.mode != Mode.ANONYMOUS or not survey.slug:
        return _(
            "Only an anonymous survey with an address of its own is sent to people: it keeps nothing of who was asked."
        )
    if named != customer:
        return _(
            "The survey has to name this organisation under “Whose people it asks”; else its answers belong to nobody."
        )
    return ""


async def _people_of(session: AsyncSession, customer: str) -> Sequence[UUID]:
    theirs = select(Person.id).join(Customer, col(Customer.id) == col(Person.customer_id))
    wanted = theirs.where(Customer.key == customer, col(Person.email).is_not(None), col(Person.email) != "")
    return (await session.exec(wanted.order_by(col(Person.id)))).all()


def _drawn(known: Sequence[UUID], percent: int | None, round_id: UUID) -> list[UUID]:
    return drawn_by_lot({one: keyed_hash("people", f"{round_id}:{one}") for one in known}, percent)


async def _ask(session: AsyncSession, round_: _Round, ids: Sequence[UUID]) -> Counter[Refusal]:
    people = await hold_people(session, ids)
    asks = await queries.asks_of(session, people, round_.at - LONGEST_CLOCK)
    unwanted = await queries.opted_out(session, people)
    troubled = await queries.troubled(session, [one.email for one in people.values() if one.email])
    asked, refused = list[UUID](), Counter[Refusal]()
    for person in people.values():
        out = bool(person.opted_out_at) or (person.id, round_.survey.id) in unwanted
        found = _verdict(round_, out, person.email in troubled, asks.get(person.id, ()))
        if found:
            refused[found] += 1
        else:
            asked.append(person.id)
    await mark_all(session, asked, round_.survey.id, round_.at.date())
    await announce(session, *(OpenInvitationDue(str(one), str(round_.survey.id)) for one in asked))
    return refused


def _verdict(round_: _Round, opted_out: bool, bounced: bool, asks: Sequence[Ask]) -> Refusal | None:
    asking = Asking(
        survey_id=round_.survey.id, attributes={}, draw=0, opted_out=opted_out, bounced=bounced, asks=tuple(asks)
    )
    found = verdict(round_.trigger, round_.policy, asking, round_.at)
    return found if isinstance(found, Refusal) else None


async def _keep_without_trace(session: AsyncSession, round_: _Round, asked: int, refused: Counter[Refusal]) -> None:
    """By the day, nameless, so that the flow of asking counts them."""
    every: list[Refusal | None] = [None] * asked + list(refused.elements())
    for some in _in_parts(every):
        await insert_new(session, Invitation, [_nameless(round_, one) for one in some])


def _nameless(round_: _Round, refused: Refusal | None) -> dict[str, object]:
    day = round_.at.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "id": uuid4(),
        "survey_id": round_.survey.id,
        "version_id": round_.version_id,
        "unit": uuid4().hex,
        "asked": refused is None,
        "reason": refused.reason if refused else None,
        "detail": refused.detail if refused else None,
        "channel": Channel.MAIL,
        "language": "en",
        "stratum": "",
        "snapshot": {},
        "decided_at": day,
        "sent_at": day if refused is None else None,
        "reminded": 0,
    }
