"""One click puts a reading right, another takes that back; both work without a script."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from analysis.rules.correcting import Judgement
from analysis.service import correcting, inbox
from analysis.service.voices import experience_id, mention_id
from core.errors import NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Manager, Write
from feedback.queries.inbox import desk_of

LIST = "/voices"


@post("/voices/{reading:uuid}/corrections", status_code=303)
async def correct(request: AnyRequest, write: Write, manager: Manager, reading: FromPath[UUID]) -> Redirect:
    form: Any = await request.form()
    right = Judgement(_given(form, "label"), _given(form, "touchpoint"))
    made = await correcting.correct(
        write, manager.scope, experience_id(reading), _mention(str(form.get("mention", ""))), right, manager.name
    )
    return _back(str(form.get("back", "")), reading, made.id)


@post("/voices/{reading:uuid}/corrections/{correction:uuid}/undo", status_code=303)
async def undo(
    request: AnyRequest, write: Write, manager: Manager, reading: FromPath[UUID], correction: FromPath[UUID]
) -> Redirect:
    form: Any = await request.form()
    await correcting.undo(write, manager.scope, experience_id(reading), correction)
    return _back(str(form.get("back", "")), reading, correction)


@post("/feedback/inbox/{feedback:uuid}/reading", status_code=303)
async def correct_in_inbox(request: AnyRequest, write: Write, manager: Manager, feedback: FromPath[UUID]) -> Redirect:
    """The same from the inbox, where a message stands in full before whoever answers it. `undo`: a correction."""
    form: Any = await request.form()
    desk, here = await desk_of(write, manager.name, manager.scope), f"/feedback/inbox/{feedback}"
    experience = await inbox.experience_of(write, desk, feedback)
    if "undo" in form:
        await correcting.undo(write, None, experience, _correction(str(form["undo"])))
        return Redirect(here, status_code=303)
    right = Judgement(_given(form, "label"), _given(form, "touchpoint"))
    made = await correcting.correct(write, None, experience, None, right, manager.name)
    return Redirect(f"{here}?corrected={made.id.hex}", status_code=303)


def _correction(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError:
        raise NotFound(_("There is nothing here")) from None


def _given(form: Any, name: str) -> str | None:
    return str(form[name]) if name in form else None


def _mention(typed: str) -> UUID | None:
    try:
        return mention_id(UUID(typed)) if typed else None
    except ValueError:
        raise NotFound(_("There is nothing here")) from None


def _back(address: str, reading: UUID, correction: UUID) -> Redirect:
    """To where the click was, on this site only, with what was done."""
    asked = urlsplit(address)
    here = asked.path if asked.path.startswith(LIST) and not asked.netloc and not asked.scheme else LIST
    kept = [(name, value) for name, value in parse_qsl(asked.query) if name != "done"]
    return Redirect(f"{here}?{urlencode([*kept, ('done', str(correction))])}#v-{reading}", status_code=303)
