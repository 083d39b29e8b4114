"""Comments and their corrections for programs."""

from collections.abc import Iterable
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from analysis.models import Correction
from analysis.routes import seen
from analysis.routes.voices import about
from analysis.rules import cursors
from analysis.rules.correcting import Judgement
from analysis.schemas.corrections import CorrectionBody, CorrectionOut
from analysis.schemas.readings import ReadingsPage, Search
from analysis.schemas.reports import Wish
from analysis.service import correcting, voices
from analysis.service.filters import checked, offered
from core.clock import now
from core.requests import AnyRequest, Manager, Read, Write


@get("/")
async def readings(
    request: AnyRequest,
    read: Read,
    manager: Manager,
    touchpoint: FromQuery[str] = "",
    service: FromQuery[str] = "",
    sentiment: FromQuery[str] = "",
    language: FromQuery[str] = "",
    q: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> ReadingsPage:
    """Comments that the gate shows, twenty at a time, the newest months first."""
    search = Search(touchpoint, service, sentiment, language, q.strip())
    wish = Wish(service=search.service, touchpoint=search.touchpoint)
    await checked(read, await offered(read, manager.scope), wish, now().date())
    items, following = await voices.voices(read, manager.scope, search, cursors.place_of(cursor))
    await seen.note(request, read, manager, seen.VOICES, about(search))
    return ReadingsPage(items, cursors.told(following) if following else None)


@get("/{reading:uuid}/corrections")
async def list_corrections(read: Read, manager: Manager, reading: FromPath[UUID]) -> list[CorrectionOut]:
    """All corrections of a comment in their order, those that were taken back among them."""
    return _told(await correcting.history(read, manager.scope, voices.experience_id(reading)))


@post("/{reading:uuid}/corrections")
async def add_correction(
    write: Write, manager: Manager, reading: FromPath[UUID], data: JSONBody[CorrectionBody]
) -> CorrectionOut:
    """Say what is right of a comment, or of one of its mentions."""
    mention = voices.mention_id(data.mention) if data.mention else None
    right = Judgement(data.label, data.touchpoint)
    made = await correcting.correct(write, manager.scope, voices.experience_id(reading), mention, right, manager.name)
    return _told([made])[0]


@delete("/{reading:uuid}/corrections/{correction:uuid}")
async def undo_correction(write: Write, manager: Manager, reading: FromPath[UUID], correction: FromPath[UUID]) -> None:
    """Take a correction back: what stood before it stands again."""
    await correcting.undo(write, manager.scope, voices.experience_id(reading), correction)


def _told(found: Iterable[Correction]) -> list[CorrectionOut]:
    names = CorrectionOut.__struct_fields__
    return [CorrectionOut(**{name: getattr(one, name) for name in names}) for one in found]
