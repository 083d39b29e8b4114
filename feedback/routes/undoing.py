"""What was just done in the inbox, as the address of the page says, and what takes it back."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from core.errors import Misconfigured
from core.i18n import gettext as _
from core.requests import AnyRequest
from core.sealing import seal, unseal
from feedback.models import State
from feedback.routes import labels

HANDS = "whose hands it was in"  # names stand in no address: they go there sealed


def undo_of(request: AnyRequest) -> dict[str, Any] | None:
    """{"text", "to", "fields"}: what is said, and the post that takes it back."""
    told, here = request.query_params, request.url.path
    if told.get("was") in list(State) and told.get("now") in list(State):
        now, was = labels.state_labels()[State(told["now"])], State(told["was"]).value
        return _undo(_("It stands at “%(state)s” now.") % {"state": now}, here, do="back", state=was, now=told["now"])
    if told.get("wrote") in list(State):
        return _undo(_("That is written."), here, do="unsay", state=told["wrote"])
    if before := _unpacked(told.get("handed", "")):
        return _undo(_("It is in other hands, or due on another day."), here, do="hand", **before)
    if ids := ids_in(told.get("merged", "")):
        fields = {"do": "unmerge", "with": ".".join(one.hex for one in ids[1:])}
        return _undo(_("They are dealt with together now."), f"/feedback/inbox/{ids[0]}", **fields)
    if ids := ids_in(told.get("parted", "")):
        return _undo(_("It is dealt with on its own now."), here, do="merge", into=str(ids[0]))
    if ids := ids_in(told.get("corrected", "")):
        return _undo(_("Thank you. The reader learns from it."), f"{here}/reading", undo=str(ids[0]))
    return None


def _undo(text: str, to: str, **fields: str) -> dict[str, Any]:
    return {"text": text, "to": to, "fields": fields}


def ids_in(told: str) -> list[UUID]:
    try:
        return [UUID(hex=one) for one in told.split(".") if one]
    except ValueError:
        return []


def packed(owner: str, due: str) -> str:
    return urlsafe_b64encode(seal(HANDS, json.dumps({"owner": owner, "due": due}))).decode()


def _unpacked(told: str) -> dict[str, str]:
    try:
        before: dict[str, str] = json.loads(unseal(HANDS, urlsafe_b64decode(told)))
    except (ValueError, Misconfigured):
        return {}
    return before
