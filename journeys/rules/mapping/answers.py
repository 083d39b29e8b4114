"""Cells that say yes or no."""

from core.errors import FieldError, Invalid
from core.i18n import gettext as _

YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def yes_or_no(text: str | None, name: str = "sla_met") -> bool | None:
    """None where nothing is said; `Invalid` for any other word: a mapping may rename it with `values`."""
    if text is None:
        return None
    if text.casefold() not in YES_NO:
        told = _("“%(value)s” is neither true nor false; a mapping may rename it with values") % {"value": text[:60]}
        raise Invalid("Neither yes nor no", [FieldError(name, told)])
    return YES_NO[text.casefold()]
