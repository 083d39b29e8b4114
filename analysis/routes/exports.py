"""The report as files: CSV, XLSX, PDF, slides. Read anew for each request, so nothing outlives a right to see it."""

import asyncio
from collections.abc import Callable

from litestar import Response, get

from analysis.routes.asking import Wished
from analysis.service.exports import Pack, as_csv, as_pptx, as_xlsx, pack, printed
from analysis.service.filters import checked, offered
from core import i18n
from core.clock import now
from core.requests import Read, Viewer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@get("/reports/experience.csv")
async def experience_csv(read: Read, viewer: Viewer, wish: Wished) -> Response[bytes]:
    return _file(as_csv(await _pack(read, viewer, wish)), "text/csv; charset=utf-8", "csv")


@get("/reports/experience.xlsx")
async def experience_xlsx(read: Read, viewer: Viewer, wish: Wished) -> Response[bytes]:
    return await _made(as_xlsx, await _pack(read, viewer, wish), XLSX, "xlsx")


@get("/reports/experience.pptx")
async def experience_pptx(read: Read, viewer: Viewer, wish: Wished) -> Response[bytes]:
    return await _made(as_pptx, await _pack(read, viewer, wish), PPTX, "pptx")


@get("/reports/experience.pdf")
async def experience_pdf(read: Read, viewer: Viewer, wish: Wished) -> Response[bytes]:
    found = await _pack(read, viewer, wish)
    return _file(await printed(found, _language()), "application/pdf", "pdf")


async def _pack(read: Read, viewer: Viewer, wish: Wished) -> Pack:
    filters = await checked(read, await offered(read, viewer.scope), wish, now().date())
    return await pack(read, viewer.scope, filters, _language())


def _language() -> str:
    return "zh" if i18n.current().startswith("zh") else "en"


async def _made(make: Callable[[Pack], bytes], found: Pack, kind: str, ending: str) -> Response[bytes]:
    return _file(await asyncio.to_thread(make, found), kind, ending)


def _file(content: bytes, kind: str, ending: str) -> Response[bytes]:
    named = {"Content-Disposition": f'attachment; filename="experience.{ending}"'}
    return Response(content, media_type=kind, headers=named)
