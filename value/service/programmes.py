"""Employee surveys: who wants them and what for, where they start from, and what those who were asked get back."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from analysis.models import Dimension
from analysis.schemas.figures import Figure, Window, month_of
from analysis.schemas.reports import ASKED, Filters
from analysis.service.experience import experience_report
from core.clock import now
from core.db import Session
from core.errors import Conflict, NotFound
from core.i18n import gettext as _
from core.ids import keyed_hash, keyed_hashes
from core.settings import settings
from surveys import queries as surveys
from surveys.service.asking_people import ask_people, people_to_ask, why_not
from surveys.service.results import is_results_of
from value.models import Improvement, Programme
from value.queries import improvements as register
from value.queries import reviews as queries
from value.rules.states import changed
from value.rules.undoing import plain
from value.schemas.register import Made, Scope, Wish
from value.service.known import only_ones_own
from value.service.viewing import made_for, made_of

BASELINE_MONTHS = 12
MARK = 20
AS_SENT = ("survey", "everyone", "sample_percent", "asked")


async def begin(session: Session, scope: Scope, fields: Mapping[str, Any]) -> Programme:
    """The baseline is what these people said in the year before, as the gate shows it on this day."""
    await only_ones_own(session, scope, fields["customer"])
    today = now().date()
    last = month_of(today) - 1
    baseline = await figures(session, fields["customer"], Window(last - BASELINE_MONTHS + 1, last))
    one = Programme(**fields, opened_on=today, baseline=baseline)
    session.add(one)
    await session.flush()
    return one


async def change(session: Session, scope: Scope, id_: UUID, fields: Mapping[str, Any], version: int, who: str) -> None:
    """All but whose people it is: the baseline is theirs. What stood before is kept."""
    one = await existing(session, scope, id_)
    if one.sent:  # what was sent stays as it was sent
        fields = {name: value for name, value in fields.items() if name not in AS_SENT}
    changes = changed({name: getattr(one, name) for name in fields}, fields)
    if not changes:
        return
    told = {name: [plain(before), plain(after)] for name, (before, after) in changes.items()}
    history = [*one.history, {"on": now().date().isoformat(), "by": who, "changes": told}]
    same = col(Programme.id) == id_, col(Programme.version) == version
    done = await session.exec(update(Programme).where(*same).values(**fields, history=history, version=version + 1))
    if not done.rowcount:
        raise Conflict(_("Somebody has changed this in the meantime. Look at the new version before you save yours."))


async def to_send(session: Session, one: Programme) -> tuple[int, int, str]:
    """How many of these people are known with an address, how many of them would be drawn, and what stands against it
    ("": nothing)."""
    known, drawn = await people_to_ask(session, one.customer, one.sample_percent, one.id)
    return known, drawn, await why_not(session, one.survey, one.customer)


async def send(session: Session, scope: Scope, id_: UUID, version: int, who: str) -> None:
    """Once: the survey goes to everyone, or to a sample drawn by lot, and the page says how many were asked."""
    one = await existing(session, scope, id_)
    if one.sent:
        raise Conflict(_("It was sent already."))
    told = await ask_people(session, one.survey, one.customer, one.sample_percent, one.id)
    day = now().date().isoformat()
    sent = {"on": day, "by": who, **asdict(told)}
    history = [*one.history, {"on": day, "by": who, "changes": {"asked": [one.asked, told.asked]}}]
    same = col(Programme.id) == id_, col(Programme.version) == version
    values = {"sent": sent, "asked": told.asked, "history": history, "version": version + 1}
    done = await session.exec(update(Programme).where(*same).values(**values))
    if not done.rowcount:  # and nobody was asked: all of it is one transaction
        raise Conflict(_("Somebody has changed this in the meantime. Look at the new version before you save yours."))


async def existing(session: Session, scope: Scope, id_: UUID) -> Programme:
    found = await queries.programme(session, scope, id_)
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


async def figures(session: Session, customer: str, window: Window) -> dict[str, Any]:
    report = await experience_report(session, frozenset([customer]), Filters(window, "dates"))
    return _told({name: report.dimensions[name].figure for name in ASKED})


async def figures_at(session: Session, customer: str, window: Window, touchpoint: str) -> dict[str, Any]:
    """What is published of these people at one touchpoint."""
    report = await experience_report(session, frozenset([customer]), Filters(window, "dates"))
    here = next((one for one in report.touchpoints if one.key == touchpoint), None)
    return _told({name: here.figures[name] for name in ASKED} if here else {})


def _told(shown: Mapping[Dimension, Figure]) -> dict[str, Any]:
    return {name.value: [one.value, one.low, one.high, one.n] for name, one in shown.items()}


async def results(session: Session, one: Programme) -> dict[str, Any]:
    """What was said since it was opened, in whole months, this one included."""
    return await figures(session, one.customer, _since(one))


def _since(one: Programme) -> Window:
    return Window(month_of(one.opened_on), month_of(now().date()))


async def place_of_survey(session: Session, one: Programme) -> str:
    """The touchpoint that its survey names for these people: then the answers to it are a cell of the plan by
    themselves, and can be shown apart without another sum being published. "" where it names none."""
    survey = await surveys.survey_by_key(session, one.survey) if one.survey else None
    newest = await surveys.newest_version(session, survey.id) if survey else None
    asked = surveys.as_definition(newest.definition) if newest else None
    return asked.touchpoint if asked and asked.customer == one.customer else ""


async def results_of_survey(session: Session, one: Programme) -> tuple[str, dict[str, Any]] | None:
    """The touchpoint, and what was said there since it was opened; None where the survey names none."""
    place = await place_of_survey(session, one)
    return (place, await figures_at(session, one.customer, _since(one), place)) if place else None


async def actions(session: Session, one: Programme) -> list[Made]:
    """The improvements that it led to, on their way or done; where none is named, what these people may read of."""
    if not one.actions:
        return (await made_for(session, one.customer)).made
    found = await register.improvements(session, None, Wish(customer=one.customer))
    return [await made_of(session, each) for each in found if str(each.id) in one.actions]


async def offered(session: Session, scope: Scope, one: Programme) -> Sequence[Improvement]:
    """What may be named as an action: improvements for these people, and for whom else."""
    return await register.improvements(session, scope, Wish(customer=one.customer))


def address_for(one: Programme) -> str:
    """For those who were asked; nobody guesses it."""
    return f"{settings().base_url}{path_for(one)}"


def path_for(one: Programme) -> str:
    return f"/asked/{one.id}.{keyed_hash('programme', str(one.id))[:MARK]}"


async def behind(session: Session, address: str) -> Programme:
    id_, _dot, mark = address.partition(".")
    good = any(hmac.compare_digest(mark.encode(), one[:MARK].encode()) for one in keyed_hashes("programme", id_))
    found = (await session.exec(select(Programme).where(col(Programme.id) == UUID(id_)))).first() if good else None
    if found is None:
        raise NotFound(_("There is nothing here"))
    return found


async def of_survey(session: Session, address: str) -> str:
    """Where results of the survey behind this address are read: the newest employee survey that it asks for."""
    key = is_results_of(address)
    found = await queries.programme_of_survey(session, key) if key else None
    return path_for(found) if found else "/said-and-done"
