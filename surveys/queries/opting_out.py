"""What somebody who opens the link under a mail may decide about."""

import hmac
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import keyed_hashes
from journeys.models import Person
from surveys.models import Invitation, OptOut, OptOutLink
from surveys.queries.definitions import published
from surveys.queries.opened import LONGEST_TOKEN
from surveys.schemas import Reader, Wish


async def reader_of(session: AsyncSession, token: str) -> Reader:
    """However old the mail is. A link that leads nowhere tells nothing of why."""
    person_hex, dot, mark = token.partition(".")
    found = await _told_of_all(session, person_hex, mark) if dot else await _of_a_mail(session, token)
    if not found:
        raise NotFound(_("This link does not lead anywhere, or not any more."))
    return found


async def _told_of_all(session: AsyncSession, person_hex: str, mark: str) -> Reader | None:
    """Of an anonymous survey's mail: the link itself says whose it is, under the installation's key."""
    good = any(hmac.compare_digest(mark.encode(), one.encode()) for one in keyed_hashes("opt-out of all", person_hex))
    if not good or len(person_hex) != 32:
        return None
    person = (await session.exec(select(Person).where(Person.id == UUID(person_hex)))).first()
    if not person:
        return None
    return Reader(person.id, None, None, person.language, Wish.NONE_AT_ALL if person.opted_out_at else Wish.ASK_ME)


async def _of_a_mail(session: AsyncSession, token: str) -> Reader | None:
    known = keyed_hashes("opt-out", token) if len(token) <= LONGEST_TOKEN else []
    statement = (
        select(Invitation, Person, OptOut.at)
        .join(OptOutLink, col(OptOutLink.invitation_id) == col(Invitation.id))
        .join(Person, col(Person.id) == col(Invitation.person_id))
        .join(
            OptOut,
            (col(OptOut.person_id) == col(Person.id)) & (col(OptOut.survey_id) == col(Invitation.survey_id)),
            isouter=True,
        )
        .where(col(OptOutLink.token_hash).in_(known))
    )
    row = (await session.exec(statement)).first()
    if row is None:
        return None
    invitation, person, not_this_since = row
    survey = await published(session, invitation.version_id)
    now_wishes = Wish.NONE_AT_ALL if person.opted_out_at else Wish.NOT_THIS if not_this_since else Wish.ASK_ME
    return Reader(person.id, invitation.survey_id, survey.definition.title, person.language, now_wishes)
