"""Who saw what: an entry in the audit log for every look at people's words, and for every file that was taken along."""

from analysis.schemas.reports import Filters
from core.audit.service import record
from core.auth.schemas import Principal
from core.db import Session
from core.requests import AnyRequest, database

VOICES, VOICE, UNPLACED, FILE = "voices.seen", "voices.one_seen", "voices.unplaced_seen", "reports.taken"


async def note(request: AnyRequest, read: Session, who: Principal, what: str, about: str = "") -> None:
    """Written down before it is shown, or not shown. `about`: keys and ids, never what was searched for.

    The reading ends first: whoever held one connection while waiting for another could wait for ever.
    """
    await read.close()
    async with database(request).write() as session:
        await record(session, who.name, what, about)


def chosen(**keys: str | None) -> str:
    return " ".join(f"{name}={key}" for name, key in keys.items() if key)


def taken(kind: str, filters: Filters) -> str:
    window = f"{filters.window.start:%Y-%m}..{filters.window.end:%Y-%m}"
    return f"{kind} {window} {chosen(service=filters.service, customer=filters.customer)}".rstrip()
