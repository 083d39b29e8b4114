"""A survey as a file: TOML for people, JSON for programs; the same fields in both."""

import tomllib
from typing import Any

import msgspec
import tomli_w

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from surveys.schemas import SurveyDefinition

LARGEST_FILE = 1024 * 1024


def as_toml(definition: SurveyDefinition) -> str:
    return tomli_w.dumps(_content(definition))


def as_json(definition: SurveyDefinition) -> str:
    return msgspec.json.format(msgspec.json.encode(_content(definition)), indent=2).decode() + "\n"


def _content(definition: SurveyDefinition) -> dict[str, Any]:
    """Without fields that are not set: TOML has no word for nothing."""
    return {name: _said(one) for name, one in msgspec.to_builtins(definition).items() if one is not None}


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _said(one) for name, one in value.items() if one is not None}
    return [_said(one) for one in value] if isinstance(value, list | tuple) else value


def from_file(text: str) -> SurveyDefinition:
    """JSON begins with a brace, TOML never does."""
    try:
        read = msgspec.json.decode(text) if text.lstrip("\ufeff \t\r\n").startswith("{") else tomllib.loads(text)
        return msgspec.convert(read, SurveyDefinition)
    except (msgspec.MsgspecError, tomllib.TOMLDecodeError, RecursionError) as wrong:
        told = _("The file is no survey: %(what)s") % {"what": str(wrong)}
        raise Invalid(_("The file cannot be read"), [FieldError("file", told)]) from wrong
