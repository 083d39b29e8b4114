"""The chain: what an entry's digest covers; and what was done, in the reader's language."""

import hashlib
import json
from datetime import UTC, datetime

from core.i18n import gettext as _

BEGIN = "0" * 64


def digest(number: int, at: datetime, who: str, what: str, about: str, previous: str) -> str:
    """SHA-256 over the entry's fields, written so that no two different entries read the same."""
    fields = [number, at.astimezone(UTC).isoformat(), who, what, about, previous]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=True).encode()).hexdigest()


def labels() -> dict[str, str]:
    """By the name under which it is kept. All floors write here, and a test holds that each name has its words."""
    return {**_of_access(), **_of_words(), **_of_settings()}


def _of_access() -> dict[str, str]:
    return {
        "auth.signed_in": _("Signed in"),
        "auth.password_changed": _("Changed a password"),
        "auth.password_link_made": _("Made a link for a new password"),
        "auth.second_step_on": _("Turned the second step on"),
        "auth.second_step_off": _("Turned the second step off"),
        "auth.recovery_code_used": _("Used a recovery code"),
        "auth.user_added": _("Added a user"),
        "auth.user_disabled": _("Disabled a user"),
        "auth.user_enabled": _("Enabled a user"),
        "auth.role_changed": _("Changed what somebody may see"),
        "auth.token_added": _("Gave a program a token"),
        "auth.token_revoked": _("Revoked a token"),
    }


def _of_words() -> dict[str, str]:
    return {
        "feedback.reader_appointed": _("Appointed a reader of feedback"),
        "feedback.reader_dismissed": _("Dismissed a reader of feedback"),
        "feedback.glass_asked": _("Asked to read hidden words"),
        "feedback.glass_allowed": _("Agreed that somebody reads hidden words"),
        "feedback.glass_refused": _("Refused that somebody reads hidden words"),
        "feedback.glass_read": _("Read hidden words"),
        "voices.seen": _("Looked at people's comments"),
        "voices.one_seen": _("Looked at a comment"),
        "voices.unplaced_seen": _("Looked at comments that have no touchpoint yet"),
        "reports.taken": _("Took a file of the report along"),
        "person.exported": _("Handed over what is kept of a person"),
        "person.erased": _("Erased a person"),
        "answers.ended": _("Answers went by their age"),
    }


def _of_settings() -> dict[str, str]:
    return {
        "analysis.smallest_group_promised": _("Promised another smallest group"),
        "journey.edited": _("Changed a journey"),
        "journey.undone": _("Took a change of a journey back"),
        "places.named": _("Named a customer or a service"),
        "reports.ordered": _("Ordered a report by mail"),
        "reports.order_ended": _("Ended a report by mail"),
        "reports.sent": _("A report went out by mail"),
        "tasks.again": _("Had tasks tried again"),
        "webhook.add": _("Added another program's endpoint"),
        "webhook.again": _("Had calls to an endpoint tried again"),
        "webhook.test": _("Sent a test to an endpoint"),
        "webhook.pause": _("Paused an endpoint"),
        "webhook.resume": _("Let an endpoint go on"),
        "webhook.remove": _("Removed an endpoint"),
    }
