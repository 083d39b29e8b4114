"""Reading: what a link opens, whom was asked, what was said."""

from surveys.queries.answers import LONGEST_TOKEN, behind_link, response_to, response_voices, willing
from surveys.queries.asking import (
    address_hashes,
    asked_tickets,
    asking_policy,
    asks_of,
    definition_of,
    invitation_for,
    invitations,
    opted_out,
    person_marks,
    quarter_of,
    stratum_count,
    survey_marks,
    ticket_words,
    trigger_of,
    triggers,
    troubled,
)
from surveys.queries.definitions import newest_version, published, survey_by_key
from surveys.queries.funnel import funnel, response_rate
from surveys.queries.letters import letters_due, reminders_due, sent_lately

__all__ = [
    "LONGEST_TOKEN",
    "address_hashes",
    "asked_tickets",
    "asking_policy",
    "asks_of",
    "behind_link",
    "definition_of",
    "funnel",
    "invitation_for",
    "invitations",
    "letters_due",
    "newest_version",
    "opted_out",
    "person_marks",
    "published",
    "quarter_of",
    "reminders_due",
    "response_rate",
    "response_to",
    "response_voices",
    "sent_lately",
    "stratum_count",
    "survey_by_key",
    "survey_marks",
    "ticket_words",
    "trigger_of",
    "triggers",
    "troubled",
    "willing",
]
