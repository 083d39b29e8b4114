"""Value streams and practices of the built-in journey, in the language of whoever looks; others as they were given."""

from core.i18n import gettext as _
from core.i18n import own_name


def told(name: str) -> str:
    """`name` is what a journey keeps and filters by; this is what is read."""
    return (_streams() | _practices()).get(name) or own_name(name)


def _streams() -> dict[str, str]:
    return {
        "change": _("change"),
        "communication": _("communication"),
        "fulfilment": _("fulfilment"),
        "knowledge": _("knowledge"),
        "new demand": _("new demand"),
        "restoration": _("restoration"),
    }


def _practices() -> dict[str, str]:
    return {
        "business analysis": _("business analysis"),
        "change enablement": _("change enablement"),
        "incident management": _("incident management"),
        "information security management": _("information security management"),
        "IT asset management": _("IT asset management"),
        "knowledge management": _("knowledge management"),
        "problem management": _("problem management"),
        "relationship management": _("relationship management"),
        "service catalogue management": _("service catalogue management"),
        "service desk": _("service desk"),
        "service level management": _("service level management"),
        "service request management": _("service request management"),
    }
