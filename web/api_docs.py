"""The interface for programs, as a page. Its script comes from an installed package, and nothing from anybody else."""

from pathlib import Path

import swagger_ui_bundle
from litestar import Response, Router, get
from litestar.static_files import create_static_files_router

from core.requests import AnyRequest, public_page


@get("/api/docs", include_in_schema=False)
async def api_docs(request: AnyRequest) -> Response[str]:
    return public_page(request, "web/api_docs.html", description="/api/openapi.json")


def docs_routers() -> list[Router]:
    shipped = Path(str(swagger_ui_bundle.swagger_ui_path))
    files = create_static_files_router(
        "/api/docs/ui", [shipped], opt={"exclude_from_csrf": True}, include_in_schema=False
    )
    return [Router("/", route_handlers=[api_docs], opt={"exclude_from_csrf": True}), files]
