"""What the pages about asking call things."""

from collections.abc import Sequence
from typing import NamedTuple

from core.i18n import gettext as _


class Listed(NamedTuple):
    """A field that takes several words. `offers`: word, what it is called, whether it is chosen; `rest`: the others."""

    name: str
    label: str
    hint: str
    offers: Sequence[tuple[str, str, bool]] = ()
    rest: str = ""


# What stands for the number of a ticket in the mails of each system, after the source of its mapping.
TAGS = {
    "GLPI": "glpi/##ticket.id##",
    "Zendesk": "zendesk/{{ticket.id}}",
    "Zammad": "zammad/#{ticket.number}",
    "Jira": "jira/{{issue.key}}",
    "ServiceNow": "servicenow/${number}",
}


def reason_words() -> dict[str, str]:
    return {
        "cooldown": _("asked too recently"),
        "sampled_out": _("not drawn"),
        "excluded": _("not meant"),
        "already_asked": _("asked about this before"),
        "opted_out": _("does not want to be asked"),
        "no_address": _("no mail address that works"),
        "too_old": _("over for too long"),
        "not_yet": _("would still be waiting"),
    }


def detail_words() -> dict[str, str]:
    return {
        "off": _("the trigger is off"),
        "not_meant": _("the conditions do not hold"),
        "reopened": _("opened again in the meantime"),
        "close_reason": _("left out by the reason for closing"),
        "on_list": _("on the list of people not to be asked"),
        "major_incident": _("a major incident is running on the service"),
        "lot": _("not drawn by lot"),
        "budget": _("enough answers are expected"),
        "person_clock": _("the clock of the person, over all surveys"),
        "survey_clock": _("the clock of this survey"),
        "bounced": _("mail to this address came back"),
        "not_reached": _("nobody was reached"),
        "call_again": _("wants to be called again"),
        "refused": _("did not want to answer"),
    }


def lists_of_trigger() -> list[Listed]:
    return [
        Listed("kinds", _("Kinds of ticket"), ""),
        Listed("services", _("Services"), _("their keys, as the ticket system names them")),
        Listed("customers", _("Customers"), _("their keys")),
        Listed("priorities", _("Priorities"), _("as the ticket system names them")),
        Listed("groups", _("Groups"), _("who had the ticket last")),
        Listed("channels", _("Channels"), _("such as portal, phone, mail")),
        Listed("close_reasons", _("Reasons for closing"), _("such as solved")),
        Listed("not_close_reasons", _("Reasons for closing"), _("such as auto-closed, spam, duplicate")),
        Listed("not_people", _("People never to be asked"), _("their keys in the ticket system")),
        Listed(
            "major_priorities",
            _("While an incident of this priority is open on the service"),
            _("such as critical: nobody likes to be asked in the middle of a major incident"),
        ),
    ]


def ticket_kinds() -> list[tuple[str, str]]:
    return [("incident", _("incident")), ("request", _("request")), ("demand", _("demand"))]


def interviewer_words() -> dict[str, str]:
    """To whoever calls, around the form that they read aloud."""
    return {
        "whom": _("Whom to call"),
        "call": _("Please call"),
        "aloud": _("Read the promise aloud first, and the questions as they stand."),
        "keys": _(
            "Keys: within a question a number chooses the step or the answer (1 and then 0 for 10), Enter goes on; "
            "Ctrl and Enter sends."
        ),
        "back": _("Back to the interviews"),
        "store": _("Store the answers"),
        "otherwise": _("Or the call went otherwise"),
        "not_reached": _("Not reached"),
        "call_again": _("Call again"),
        "refused": _("Does not want to answer"),
    }


def widget_words() -> dict[str, str]:
    """What the script on another site's page says."""
    return {"open": _("Give feedback"), "close": _("Close")}
