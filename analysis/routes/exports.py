"""The report as files: CSV, XLSX, PDF, slides. Read anew for each request, so nothing outlives a right to see it."""

import asyncio
from collections.abc import Callable

from litestar import Response, get

from analysis.routes import seen
from analysis.routes.asking import Wished
from analysis.service.exports import Pack, as_csv, as_pptx, as_xlsx, pack, printed
from analysis.service.filters import checked, offered
from core import i18n
from core.clock import now
from core.requests import AnyRequest, Read, Viewer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@get("/reports/experience.csv")
async def experience_csv(request: AnyRequest, read: Read, viewer: Viewer, wish: Wished) -> Response[bytes]:
    return _file(as_csv(await _pack(request, read, viewer, wish, "csv")), "text/csv", "csv")


@get("/reports/experience.xlsx")
async def experience_xlsx(request: AnyRequest, read: Read, viewer: Viewer, wish: Wished) -> Response[bytes]:
    return await _made(as_xlsx, await _pack(request, read, viewer, wish, "xlsx"), XLSX, "xlsx")


@get("/reports/experience.pptx")
async def experience_pptx(request: AnyRequest, read: Read, viewer: Viewer, wish: Wished) -> Response[bytes]:
    return await _made(as_pptx, await _pack(request, read, viewer, wish, "pptx"), PPTX, "pptx")


@get("/reports/experience.pdf")
async def experience_pdf(request: AnyRequest, read: Read, viewer: Viewer, wish: Wished) -> Response[bytes]:
    found = await _pack(request, read, viewer, wish, "pdf")
    return _file(await printed(found, _language()), "application/pdf", "pdf")


async def _pack(request: AnyRequest, read: Read, viewer: Viewer, wish: Wished, kind: str) -> Pack:
    filters = await checked(read, await offered(read, viewer.scope), wish, now().date())
    made = await pack(read, viewer.scope, filters, _language())
    await seen.note(request, read, viewer, seen.FILE, seen.taken(kind, filters))
    return made


def _language() -> str:
    return "zh" if i18n.current().startswith("zh") else "en"


async def _made(make: Callable[[Pack], bytes], found: Pack, kind: str, ending: str) -> Response[bytes]:
    return _file(await asyncio.to_thread(make, found), kind, ending)


def _file(content: bytes, kind: str, ending: str) -> Response[bytes]:
    named = {"Content-Disposition": f'attachment; filename="experience.{ending}"'}
    return Response(content, media_type=kind, headers=named)
