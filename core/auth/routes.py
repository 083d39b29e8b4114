from dataclasses import dataclass

from litestar import Response, Router, get, post
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect

from core.auth import service
from core.auth.budget import Budget
from core.errors import NotSignedIn, TooMany
from core.i18n import gettext as _
from core.requests import SESSION_COOKIE, AnyRequest, Write, client_address, session_cookie, staff_page


@dataclass
class SignIn:
    email: str = ""
    password: str = ""
    next: str = "/"


def same_site(path: str) -> str:
    """Only a path of this site: `//elsewhere` and `/\\elsewhere` leave it, and browsers drop tabs and line ends."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else "/"


@get("/sign-in")
async def sign_in_form(request: AnyRequest, next: FromQuery[str] = "/") -> Response[str]:  # noqa: A002
    return staff_page(request, None, "core/sign_in.html", next=same_site(next), email="", error="")


@post("/sign-in")
async def sign_in(request: AnyRequest, write: Write, data: URLEncodedBody[SignIn]) -> Response[str]:
    budget: Budget = request.app.state.sign_in_budget
    try:
        budget.spend(data.email.strip().lower(), cost=10)
        budget.spend(client_address(request))  # many people may share an address
        cookie = await service.sign_in(write, data.email, data.password)
    except (NotSignedIn, TooMany) as refused:
        busy = isinstance(refused, TooMany)
        error = _("Too many tries. Wait a few minutes.") if busy else _("Address or password is wrong.")
        context = {"next": same_site(data.next), "email": data.email, "error": error}
        return staff_page(request, None, "core/sign_in.html", 429 if busy else 401, **context)
    return Redirect(same_site(data.next), status_code=303, cookies=[session_cookie(cookie)])


@post("/sign-out")
async def sign_out(request: AnyRequest, write: Write) -> Redirect:
    await service.sign_out(write, request.cookies.get(SESSION_COOKIE, ""))
    return Redirect("/sign-in", status_code=303, cookies=[session_cookie("")])


router = Router("/", route_handlers=[sign_in_form, sign_in, sign_out])
