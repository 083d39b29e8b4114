"""An open survey inside a page of another site: a small script, and the form in a frame of its own origin."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath

from core import i18n
from core.pages import STATIC
from core.requests import AnyRequest
from surveys.routes.forms import LARGEST_FORM, sent_by
from surveys.routes.open import at, nothing, shown, taken
from surveys.routes.words import widget_words
from surveys.rules.piping import piped
from surveys.schemas import Asked


@get("/widget/{file:str}")
async def script(request: AnyRequest, file: FromPath[str]) -> Response[str]:
    asked = await at(request, file.removesuffix(".js")) if file.endswith(".js") else None
    if not asked or not asked.survey.definition.origins:
        return nothing(request)
    definition, words = piped(asked.survey.definition), dict[str, dict[str, str]]()
    for language in i18n.LANGUAGES:
        i18n.use(language)
        words[language] = widget_words() | {"title": str(getattr(definition.title, language))}
    given = msgspec.json.encode({"slug": definition.slug, "all": words}).decode().replace("<", "\\u003c")
    text = (STATIC / "widget.js").read_text(encoding="utf-8").replace("GIVEN", given, 1)
    return Response(text, media_type="text/javascript")


@get("/embed/{slug:str}")
async def form(request: AnyRequest, slug: FromPath[str]) -> Response[str]:
    asked = await _framed(request, slug)
    return _within(asked, shown(request, asked, **_frame(request, asked))) if asked else nothing(request)


@post("/embed/{slug:str}", status_code=200)
async def submit(request: AnyRequest, slug: FromPath[str]) -> Response[str]:
    sent = await sent_by(request)
    asked = await _framed(request, slug)
    return _within(asked, await taken(request, asked, sent, **_frame(request, asked))) if asked else nothing(request)


async def _framed(request: AnyRequest, slug: str) -> Asked | None:
    """A survey that no site may show is as good as none."""
    asked = await at(request, slug)
    return asked if asked and asked.survey.definition.origins else None


def _frame(request: AnyRequest, asked: Asked) -> dict[str, Any]:
    """The page around is told things only if it is one that may show the survey: its origin is never taken on trust."""
    said = request.query_params.get("host", "")
    host = said if said in asked.survey.definition.origins else ""
    return {
        "layout": "surveys/_embedded.html",
        "slug": asked.survey.definition.slug,
        "host": host,
        "draft": "",
        "sent": "",
        "keep_query": "&" + urlencode({"host": host}) if host else "",
    }


def _within(asked: Asked, response: Response[str]) -> Response[str]:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {' '.join(asked.survey.definition.origins)}"
    )
    return response


router = Router(
    "/",
    route_handlers=[script, form, submit],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
    request_max_body_size=LARGEST_FORM,
)
