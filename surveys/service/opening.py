"""Opening a link, together with whoever opens one at the same moment."""

from core.db import Database
from core.errors import NotFound
from core.i18n import gettext as _
from core.recorder import recorder
from surveys import queries
from surveys.schemas import Asked


async def open_link(db: Database, token: str) -> Asked:
    """What the link opens; `NotFound` for every link that opens nothing, whatever the cause."""
    asked = await recorder(db, queries.behind_links, writes=False).record(token)
    if asked is None:
        raise NotFound(_("This link does not lead to a survey, or is no longer valid."))
    return asked
