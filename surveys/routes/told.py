"""Answers that were given elsewhere, taken in from a file in the browser, as `touchstone import experiences` does."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile

from core.auth.schemas import Principal
from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from core.requests import Admin, AnyRequest, database, staff_page
from surveys.schemas import ToldImported
from surveys.service.elsewhere_files import import_told

LARGEST = 2 * 1024 * 1024  # bytes; a larger one would hold the server up, and goes in by the command
LONGEST_SOURCE = 60


@get("/surveys-told-elsewhere")
async def told_form(request: AnyRequest, admin: Admin) -> Response[str]:
    return _page(request, admin)


@post("/surveys-told-elsewhere", status_code=200, request_max_body_size=LARGEST + 64 * 1024)
async def take_in_file(request: AnyRequest, admin: Admin) -> Response[str]:
    """Looked at first, or taken in; every row that is not right is named, the others are in."""
    form = await request.form()
    source = str(form.get("source") or "").strip() or "file"
    dry_run = form.get("do") != "take"
    try:
        content, name = await _sent(form.get("file"))
        if len(source) > LONGEST_SOURCE:
            raise _wrong("source", _("At most %(n)s characters") % {"n": LONGEST_SOURCE})
        done = await _imported(request, content, name, source, dry_run)
    except Invalid as wrong:
        errors = {"source" if one.field == "source" else "file": _sentence(wrong, one) for one in wrong.errors}
        return _page(request, admin, 422, source=source, errors=errors or {"file": wrong.message})
    return _page(request, admin, done=done, source=source, name=name)


def _sentence(wrong: Invalid, one: FieldError) -> str:
    return one.message if one.field in ("file", "source") else f"{wrong.message}: {one.field} {one.message}"


async def _sent(file: Any) -> tuple[bytes, str]:
    if not isinstance(file, UploadFile) or not file.filename:
        raise _wrong("file", _("Choose a file."))
    content = await file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _wrong(
            "file", _("At most %(n)s MB here; a larger one goes in by the command line.") % {"n": LARGEST >> 20}
        )
    return content, Path(file.filename.replace("\\", "/")).name[-80:]


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(field, message)])


async def _imported(request: AnyRequest, content: bytes, name: str, source: str, dry_run: bool) -> ToldImported:
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("told" + "".join(one for one in Path(name).suffixes[-2:] if one[1:].isalnum())[:20])
        path.write_bytes(content)
        return await import_told(database(request), path, source, dry_run)


def _page(request: AnyRequest, admin: Principal, status: int = 200, **told: Any) -> Response[str]:
    page = {"errors": {}, "done": None, "source": "", "name": "", "megabytes": LARGEST >> 20, **told}
    return staff_page(request, admin, "surveys/told.html", status, nav="surveys", **page)


router = Router("/", route_handlers=[told_form, take_in_file], include_in_schema=False)
