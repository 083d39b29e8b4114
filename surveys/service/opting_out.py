"""Who does not want to be asked any more, and who has thought better of it."""

from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import insert_new
from journeys.service.people import ask_again, stop_asking
from surveys.models import OptOut
from surveys.schemas import Wish


async def follow_wish(session: AsyncSession, person_id: UUID, survey_id: UUID | None, wish: Wish) -> None:
    """Wishing twice changes nothing; the last wish counts."""
    if wish is Wish.NONE_AT_ALL:
        await stop_asking(session, person_id, now())
        return
    await ask_again(session, person_id)
    if not survey_id:
        return
    if wish is Wish.NOT_THIS:
        await insert_new(session, OptOut, [{"person_id": person_id, "survey_id": survey_id, "at": now()}])
    else:
        mine = col(OptOut.person_id) == person_id, col(OptOut.survey_id) == survey_id
        await session.exec(delete(OptOut).where(*mine))
