"""What the roles are called, and what each may do."""

from core.auth.models import Role
from core.i18n import gettext as _


def role_names() -> dict[str, str]:
    return {
        Role.MANAGER: _("Relationship manager"),
        Role.CUSTOMER: _("Customer"),
        Role.ADMIN: _("Administrator"),
        Role.INTEGRATION: _("Program"),
    }


def role_words() -> dict[str, str]:
    return {
        Role.MANAGER: _("Sees reports, comments and the inbox of the chosen customers, and acts on them."),
        Role.CUSTOMER: _("Reads the reports about their own people, and changes nothing."),
        Role.ADMIN: _("Sees all customers and sets everything up."),
        Role.INTEGRATION: _("Sends ticket events and asks for invitations."),
    }
