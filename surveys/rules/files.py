"""A survey as a file: TOML and YAML for people, JSON for programs; the same fields in all of them."""

import msgspec

from core.errors import FieldError, Invalid
from core.files import MEDIA, UNREADABLE, WRITERS, as_json, as_toml, as_yaml, read
from core.i18n import gettext as _
from surveys.schemas import SurveyDefinition

__all__ = ["LARGEST_FILE", "MEDIA", "WRITERS", "as_json", "as_toml", "as_yaml", "from_file"]
LARGEST_FILE = 1024 * 1024


def from_file(text: str) -> SurveyDefinition:
    try:
        return msgspec.convert(read(text), SurveyDefinition)
    except UNREADABLE as wrong:
        told = _("The file is no survey: %(what)s") % {"what": " ".join(str(wrong).split())}
        raise Invalid(_("The file cannot be read"), [FieldError("file", told)]) from wrong
