"""Everything that is kept of somebody, gathered from all floors: shown to them, and erased, when they ask.

Each floor tells and erases its own (`service/erasing.py`). Anonymous words are on none of these lists: nothing leads
from a person to them. What lies under another address of theirs is found under that address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from analysis.events import PersonErased
from analysis.models import Experience
from analysis.service import erasing as analysis
from core.audit.service import record
from core.clock import now
from core.db import Session
from core.ids import keyed_hash
from core.outbox import Batch, announce
from feedback.schemas import Kept
from feedback.service import person as feedback
from journeys.models import HookCall, Person, Ticket, TicketEvent
from journeys.service import erasing as journeys
from surveys.models import Response, ResponseOrigin
from surveys.service import erasing as surveys
from value.service import erasing as value

THEMSELVES = "the person"
OF_A_PERSON = (Experience, Person, Ticket, TicketEvent, HookCall, Response, ResponseOrigin)
MOST_REWRITTEN = 512 * 1024 * 1024  # bytes of a table: while it is written anew, nobody reads it
SLACK = timedelta(minutes=20)  # after midnight, behind the turn of the anonymous messages


@dataclass(frozen=True)
class Held:
    """What would be shown or erased, without its words; all but `feedback` as numbers. `people`: how many entries the
    address stands in. `invitations`: decisions whether to ask, those against it too."""

    feedback: list[Kept]
    people: int = 0
    tickets: int = 0
    answers: int = 0
    invitations: int = 0

    def __bool__(self) -> bool:
        return bool(self.feedback) or self.people > 0


@dataclass(frozen=True)
class _Whole:
    """The ids under which the floors keep somebody. `voices`: their answers and their feedback."""

    people: Sequence[UUID]
    voices: Sequence[UUID]


async def _whole(session: Session, address: str) -> _Whole:
    people = await journeys.known_under(session, address)
    voices = [*await surveys.answers_of(session, people), *await feedback.ids_of(session, address)]
    return _Whole(people, voices)


async def held(session: Session, address: str) -> Held:
    people = await journeys.known_under(session, address)
    return Held(
        await feedback.kept(session, address),
        len(people),
        len(await journeys.tickets_of(session, people)),
        len(await surveys.answers_of(session, people)),
        len(await surveys.invitations_of(session, people)),
    )


async def export(session: Session, address: str, by: str, notes: bool = True) -> dict[str, Any]:
    """All of it with its words. Notes of colleagues may speak of others as well: an administrator looks at them first,
    and whoever helps themselves gets none."""
    of = await _whole(session, address)
    told = {
        "feedback": await feedback.export(session, address, notes),
        **await journeys.held_of(session, of.people),
        **await surveys.held_of(session, of.people),
        "read_as": await analysis.held_of(session, of.people, of.voices),
        "led_to": await value.held_of(session, of.voices),
    }
    await record(session, by, "person.exported", _about(address))
    return told


async def erase(session: Session, address: str, by: str) -> Held:
    """All of it, in the caller's transaction; what there was. Once more erases nothing and does no harm.

    Figures stay to the last digit: what was counted hangs on ids that lead to nobody any more.
    """
    was, of = await held(session, address), await _whole(session, address)
    await analysis.erase(session, of.people, of.voices)
    await surveys.erase(session, of.people, address)
    await feedback.forget_person(session, address)
    await journeys.erase(session, of.people)
    await record(session, by, "person.erased", _about(address))
    today = now().date()
    night = datetime.combine(today + timedelta(days=1), time(), UTC) + SLACK
    await announce(session, PersonErased(today.isoformat()), not_before=night)
    return was


async def leave_no_words_behind(batch: Batch) -> None:
    """What is left of erased words in the files of the database. A fact of its own: it is tried until it is done."""
    await batch.db.forget(Experience, rewrite_up_to=MOST_REWRITTEN)
    async with batch.finish():
        pass


async def leave_no_person_behind(batch: Batch) -> None:
    """The same in all tables that led to somebody."""
    await batch.db.forget(*OF_A_PERSON, rewrite_up_to=MOST_REWRITTEN)
    async with batch.finish():
        pass


def _about(address: str) -> str:
    """The log says that it was done, and must not keep what was erased: who knows the address finds it again."""
    return keyed_hash("person", address.strip().lower())[:16]
