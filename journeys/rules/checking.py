"""Whether an event is sound, and field by field what is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import EnumType
from typing import Any, get_args

import msgspec
from msgspec.structs import FieldInfo, fields

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.schemas import RequesterIn, TicketEventIn

EARLIEST, LATEST = 1970, 2200
TIMES = ("at", "opened_at")
TEXTS = (
    *("source", "event_id", "ticket", "service", "customer", "group", "priority", "channel", "summary"),
    *("close_reason", "matter"),
)


def checked_event(value: object) -> TicketEventIn:
    """The event, or `Invalid` with every field that is wrong and why."""
    try:
        event = msgspec.convert(value, TicketEventIn)
    except msgspec.ValidationError:
        event = _second_reading(value)
    if errors := unsound(event):
        raise Invalid("The event is not sound", errors)
    return event


def unsound(event: TicketEventIn) -> list[FieldError]:
    """What types and lengths cannot say: no U+0000, and times that a calendar can count with."""
    texts = [(name, getattr(event, name)) for name in TEXTS]
    if event.requester:
        texts += [(f"requester.{name}", getattr(event.requester, name)) for name in ("key", "name", "email")]
    texts += [("attributes", text) for pair in (event.attributes or {}).items() for text in pair]
    errors = [
        FieldError(name, _("contains the character U+0000, which cannot be stored"))
        for name, text in texts
        if text and "\0" in text
    ]
    for name in TIMES:
        instant: datetime | None = getattr(event, name)
        if instant and not EARLIEST <= instant.year <= LATEST:
            told = _("lies outside the years %(first)s to %(last)s") % {"first": EARLIEST, "last": LATEST}
            errors.append(FieldError(name, told))
    return errors


def _second_reading(value: object) -> TicketEventIn:
    """Times in any ISO 8601 spelling, then all errors together: the first reading stops at one."""
    if not isinstance(value, Mapping):
        raise Invalid("The event is not an object", [FieldError("", _("must be a JSON object"))])
    spelled = {k: _instant(v) if k in TIMES else v for k, v in value.items()}
    if errors := list(field_errors(spelled, TicketEventIn)):
        raise Invalid("The event is not sound", errors)
    return msgspec.convert(spelled, TicketEventIn)


def _instant(value: object) -> object:
    """RFC 3339 is the usual spelling of ISO 8601 and the one read fast; this reads the others."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def field_errors(value: Mapping[str, Any], shape: type[msgspec.Struct], prefix: str = "") -> Iterator[FieldError]:
    known = {info.encode_name: info for info in fields(shape)}
    for name in value.keys() - known.keys():
        yield FieldError(f"{prefix}{name}"[:200], _("is not a field of this form"))
    for name, info in known.items():
        if name in value:
            yield from _errors_of(value[name], info, prefix)
        elif info.required:
            yield FieldError(prefix + name, _("is missing"))


def _errors_of(value: object, info: FieldInfo, prefix: str) -> Iterator[FieldError]:
    if isinstance(value, dict) and RequesterIn in get_args(info.type):
        yield from field_errors(value, RequesterIn, f"{prefix}{info.name}.")
        return
    try:
        msgspec.convert(value, info.type)
    except msgspec.ValidationError as error:
        yield FieldError(prefix + info.name, in_plain_words(str(error), info.type))


def _sentences() -> Sequence[tuple[str, str]]:
    """What the reader of JSON says, and what to say instead; its groups are put in for %(a)s and %(b)s."""
    return (
        (r"unknown field `(?P<a>.+)`", _("has no field called %(a)s")),
        (r"missing required field `(?P<a>.+)`", _("lacks the field %(a)s")),
        (r"Expected `datetime` with a timezone", _("has no zone: write 2025-03-03T08:12:00Z or +01:00 instead of Z")),
        (r"datetime", _("is not an ISO 8601 time with a zone, such as 2025-03-03T08:12:00Z")),
        (r"length >= 1\b", _("must not be empty")),
        (r"length <= (?P<a>\d+)", _("is longer than %(a)s characters")),
        (r">= (?P<a>\d+)$", _("must be at least %(a)s")),
        (r"matching regex .*@", _("is not a mail address")),
        (r"matching regex", _("is not a language tag such as zh or en-GB")),
        (r"got `null`", _("must not be null")),
        (r"Expected `(?P<a>[^`]+)`, got `(?P<b>[^`]+)`", _("must be %(a)s, not %(b)s")),
    )


def in_plain_words(message: str, kind: object = None) -> str:
    """In words for the person who writes the other program."""
    message = message.partition(" - at ")[0]
    if "enum" in message.lower() or (isinstance(kind, EnumType) and "got" in message):
        return _("must be one of %(words)s") % {"words": ", ".join(_members(kind))}
    for pattern, words in _sentences():
        if found := re.search(pattern, message):
            return words % {name: _called(text) for name, text in found.groupdict().items()}
    return message


def _called(types: str) -> str:
    """Types as the reader of JSON names them, several parted by |."""
    names = {
        "str": _("text"),
        "int": _("a whole number"),
        "float": _("a number"),
        "object": _("an object"),
        "array": _("a list"),
    }
    return _(" or ").join(names.get(one.strip(), one.strip()) for one in types.split("|"))


def _members(kind: object) -> list[str]:
    found: list[str] = []
    for one in (kind, *get_args(kind)):
        if isinstance(one, EnumType):
            members: Mapping[str, Any] = one.__members__
            found += [str(member.value) for member in members.values()]
    return found
