"""Beginnings of answers, to be finished by a person: nothing is sent by itself."""

from core.i18n import gettext as _


def templates() -> list[tuple[str, str]]:
    """Name and words, in the language of whoever answers."""
    return [
        (_("Thanks"), _("Thank you for telling us. It helps us to see what we would otherwise miss.")),
        (
            _("Asking back"),
            _("Thank you. To be able to do something about it we would like to know: when and where?"),
        ),
        (_("We are on it"), _("We are looking into this and will tell you here by … what comes of it.")),
        (_("It is done"), _("You said: … We did: … From … on it should be better. Please tell us if it is not.")),
        (
            _("It cannot be done"),
            _("We looked into it and cannot change it, because … What we can offer: …"),
        ),
    ]
