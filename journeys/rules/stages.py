"""What the seven stages are called."""

from core.i18n import gettext as _
from journeys.models import Stage


def stage_names() -> dict[str, str]:
    return {
        Stage.EXPLORE: _("Explore"),
        Stage.ENGAGE: _("Engage"),
        Stage.OFFER: _("Offer"),
        Stage.AGREE: _("Agree"),
        Stage.ONBOARD: _("Onboard"),
        Stage.CO_CREATE: _("Co-create"),
        Stage.REALIZE: _("Realise"),
    }
