"""Service reviews: what is on the table, and what comes of what is said there."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from analysis.disclosure import in_steps
from analysis.models import COSTING
from analysis.queries.leading import how_many
from analysis.queries.moments import moments
from analysis.schemas.figures import Window, month_of
from analysis.schemas.reports import ASKED, DimensionReport, Filters
from analysis.service.experience import experience_report
from analysis.service.orders import before_review
from core.clock import now
from core.db import Session
from core.errors import Conflict, FieldError, Invalid, NotFound
from core.i18n import gettext as _
from core.settings import settings
from surveys.schemas import Meeting, Note
from surveys.service.elsewhere import take_note
from value.models import Review
from value.queries import reviews as queries
from value.queries.worth import maps
from value.schemas.register import Scope, Wish
from value.service.known import only_ones_own
from value.service.register import register
from value.service.viewing import entries
from value.service.worth import worth

MONTHS = 3
LONGEST_TITLE, LONGEST_TEXT = 160, 2000
KINDS = ("note", "decision")


async def open_review(session: Session, scope: Scope, customer: str, held_on: date, present: str) -> Review:
    """With the agenda as it stands now; what happened since the review before is on it."""
    await only_ones_own(session, scope, customer)
    before = await queries.last_review(session, customer, held_on)
    since = before.held_on if before else Window(month_of(held_on) - MONTHS, month_of(held_on)).start
    agenda = await agenda_of(session, customer, held_on, since)
    one = Review(customer=customer, held_on=held_on, present=present, since=since, agenda=agenda)
    session.add(one)
    await session.flush()
    await before_review(session, customer, held_on)
    return one


async def existing(session: Session, scope: Scope, id_: UUID) -> Review:
    found = await queries.review(session, scope, id_)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


def window_of(held_on: date) -> Window:
    """The whole months that a review of that day looks at."""
    last = month_of(held_on) - 1
    return Window(last - MONTHS + 1, last)


async def agenda_of(session: Session, customer: str, held_on: date, since: date) -> dict[str, Any]:
    """Plain values, each through the gate: figures and their change, moments, improvements, claims in doubt, voices."""
    theirs = frozenset([customer])
    report = await experience_report(session, theirs, Filters(window_of(held_on), str(MONTHS)))
    return {
        "figures": [_figure(name.value, report.dimensions[name]) for name in ASKED],
        "moments": [
            {
                "id": str(one.id),
                "touchpoint": one.touchpoint,
                "wins": one.wins,
                "loss": round(one.loss.per_100_visits, 1),
            }
            for one in await moments(session, theirs)
            if one.wins or (one.state in COSTING and one.loss.per_100_visits > 0)  # found among all, not here
        ],
        "improvements": await _improvements(session, theirs, since),
        "claims": await _in_doubt(session, theirs),
        "voices": in_steps(await how_many(session, theirs, since), settings().min_group),
    }


def _figure(name: str, found: DimensionReport) -> dict[str, Any]:
    change = found.change
    return {
        "dimension": name,
        "value": found.figure.value,
        "low": found.figure.low,
        "high": found.figure.high,
        "n": found.figure.n,
        "change": [change.value, change.low, change.high] if change else None,
    }


async def _improvements(session: Session, theirs: frozenset[str], since: date) -> list[dict[str, Any]]:
    """Open ones, and those that were finished or measured since."""
    found = []
    for entry in await entries(session, theirs, Wish()):
        one = entry.improvement
        ended = max((day for day in (one.measured_on, one.closed_on, one.dropped_on) if day), default=None)
        if ended is None or ended >= since:
            due = one.due_on.isoformat() if one.due_on else ""
            told = {"id": str(one.id), "title": one.title, "state": one.state, "due": due, "overdue": entry.overdue}
            verdict = asdict(entry.verdict) if entry.verdict else None
            found.append({**told, "dimension": one.dimension, "verdict": verdict})
    return found


async def _in_doubt(session: Session, theirs: frozenset[str]) -> list[dict[str, Any]]:
    found = []
    for one in await maps(session, theirs):
        claims = (await worth(session, theirs, one.id)).claims
        found += [{"map": str(one.id), "text": each.claim.text} for each in claims if each.doubt]
    return found


async def record(session: Session, scope: Scope, id_: UUID, who: str, kind: str, text: str, version: int) -> None:
    """A note becomes a voice of the channel service review; a decision becomes an improvement."""
    one = await existing(session, scope, id_)
    words = text.strip()
    if kind not in KINDS or not 0 < len(words) <= LONGEST_TEXT:
        message = _("Write down what was said, in at most %(n)s characters") % {"n": LONGEST_TEXT}
        raise Invalid(message, [FieldError("text", message)])
    await _change(session, one, version)  # first, so that who is too late leaves nothing behind
    entry: dict[str, Any] = {"kind": kind, "text": words, "by": who, "on": now().date().isoformat()}
    if kind == "note":
        note = Note(meeting=Meeting.SERVICE_REVIEW, day=one.held_on, points=(words,), customer=one.customer)
        entry["note_id"] = str(await take_note(session, frozenset([one.customer]), note))
    else:
        fields = {"title": words[:LONGEST_TITLE], "problem": words}
        entry["improvement_id"] = str((await register(session, who, fields, [one.customer])).id)
    await session.exec(update(Review).where(col(Review.id) == id_).values(entries=[*one.entries, entry]))


async def close(session: Session, scope: Scope, id_: UUID, version: int, closed: bool) -> None:
    await _change(session, await existing(session, scope, id_), version, closed=closed)


async def _change(session: Session, one: Review, version: int, **values: Any) -> None:
    same = col(Review.id) == one.id, col(Review.version) == version
    done = await session.exec(update(Review).where(*same).values(**values, version=version + 1))
    if not done.rowcount:
        raise Conflict(_("Somebody has written something down in the meantime. Your text stands below; send it again."))
