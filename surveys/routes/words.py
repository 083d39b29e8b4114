"""What the pages about asking call things."""

from typing import NamedTuple

from core.i18n import gettext as _


class Listed(NamedTuple):
    """A field that takes several words."""

    name: str
    label: str
    hint: str


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
        Listed("kinds", _("Kinds of ticket"), _("incident, request, demand")),
        Listed("services", _("Services"), _("their keys, as the ticket system names them")),
        Listed("customers", _("Customers"), _("their keys")),
        Listed("priorities", _("Priorities"), _("as the ticket system names them")),
        Listed("groups", _("Groups"), _("who had the ticket last")),
        Listed("channels", _("Channels"), _("such as portal, phone, mail")),
        Listed("close_reasons", _("Reasons for closing"), _("such as solved")),
    ]


def widget_words() -> dict[str, str]:
    """What the script on another site's page says."""
    return {"open": _("Give feedback"), "close": _("Close")}
