"""To the organisation's own sign-in, and back."""

import logging

from litestar import Response, get
from litestar.params import FromQuery
from litestar.response import Redirect

from core.auth import service
from core.auth.routes.common import browser_of, same_site
from core.auth.routes.door import come_in, sign_in_page
from core.auth.service import openid
from core.errors import NotFound, NotSignedIn
from core.i18n import gettext as _
from core.log import cause
from core.requests import AnyRequest, attempt_cookie, database

ATTEMPT_COOKIE = "touchstone_attempt"
log = logging.getLogger(__name__)


@get("/sign-in/openid")
async def begin(request: AnyRequest, next: FromQuery[str] = "/") -> Response[str]:  # noqa: A002
    _need_offered()
    try:
        url, kept = await openid.begin(same_site(next))
    except Exception as error:  # whatever is wrong with the provider: people have to be told what to do
        log.warning("the OpenID provider cannot be used: %s", cause(error))
        return sign_in_page(request, next, error=_("The provider cannot be reached. Try again in a while."), status=502)
    return Redirect(url, status_code=303, cookies=[attempt_cookie(ATTEMPT_COOKIE, kept)])


@get("/sign-in/openid/back")
async def come_back(request: AnyRequest) -> Response[str]:
    """Nothing is written before the provider has answered: a slow provider must not hold up those who write."""
    _need_offered()
    try:
        attempt = openid.kept_attempt(request.cookies.get(ATTEMPT_COOKIE, ""))
        identity = await openid.finish(attempt, {name: str(value) for name, value in request.query_params.items()})
        async with database(request).write() as write:
            made = await service.sign_in_by_openid(write, identity, browser_of(request))
    except NotSignedIn as refused:
        log.warning("a sign-in by OpenID was refused: %s", cause(refused.__cause__ or refused))
        error = _("That did not let you in. Try again, or ask an administrator whether you have an account here.")
        answer = sign_in_page(request, "/", error=error, status=401)
    else:
        answer = come_in(made, attempt.next)
    answer.set_cookie(attempt_cookie(ATTEMPT_COOKIE, ""))
    return answer


def _need_offered() -> None:
    if not openid.is_offered():
        raise NotFound(_("There is nothing here"))
