"""Reading: what a link opens, whom was asked, what was said."""

from surveys.queries.answers import LONGEST_TOKEN, behind_link, response_to, response_voices, willing
from surveys.queries.asking import (
    decided_tickets,
    invitation_for,
    last_asked,
    letters_due,
    response_rate,
    ticket_words,
    trigger_of,
    triggers,
)
from surveys.queries.definitions import newest_version, published, survey_by_key

__all__ = [
    "LONGEST_TOKEN",
    "behind_link",
    "decided_tickets",
    "invitation_for",
    "last_asked",
    "letters_due",
    "newest_version",
    "published",
    "response_rate",
    "response_to",
    "response_voices",
    "survey_by_key",
    "ticket_words",
    "trigger_of",
    "triggers",
    "willing",
]
