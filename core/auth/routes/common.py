"""What the doors share."""

from core.auth.rules import browser_name
from core.requests import AnyRequest


def same_site(path: str) -> str:
    """Only a path of this site: `//elsewhere` and `/\\elsewhere` leave it, and browsers drop tabs and line ends."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else "/"


def browser_of(request: AnyRequest) -> str:
    return browser_name(request.headers.get("user-agent", ""))
