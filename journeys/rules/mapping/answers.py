"""Cells that say yes or no."""

from core.errors import FieldError, Invalid

YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def yes_or_no(text: str | None, name: str = "sla_met") -> bool | None:
    """None where nothing is said; `Invalid` for any other word: a mapping may rename it with `values`."""
    if text is None:
        return None
    if text.casefold() not in YES_NO:
        told = f"“{text[:60]}” is neither true nor false; a mapping may rename it with values"
        raise Invalid("Neither yes nor no", [FieldError(name, told)])
    return YES_NO[text.casefold()]
