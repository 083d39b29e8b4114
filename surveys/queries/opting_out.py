"""What somebody who opens the link under a mail may decide about."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import NotFound
from core.i18n import gettext as _
from core.ids import keyed_hashes
from journeys.models import Person
from surveys.models import Invitation, OptOut, OptOutLink
from surveys.queries.answers import LONGEST_TOKEN
from surveys.queries.definitions import published
from surveys.schemas import Reader, Wish


async def reader_of(session: AsyncSession, token: str) -> Reader:
    """However old the mail is. A link that leads nowhere tells nothing of why."""
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
        raise NotFound(_("This link does not lead anywhere, or not any more."))
    invitation, person, not_this_since = row
    survey = await published(session, invitation.version_id)
    now_wishes = Wish.NONE_AT_ALL if person.opted_out_at else Wish.NOT_THIS if not_this_since else Wish.ASK_ME
    return Reader(person.id, invitation.survey_id, survey.definition.title, person.language, now_wishes)
