"""Whether an event is sound, and field by field what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import EnumType
from typing import Any, get_args

import msgspec
from msgspec.structs import FieldInfo, fields

from core.errors import FieldError, Invalid
from journeys.schemas import RequesterIn, TicketEventIn

EARLIEST, LATEST = 1970, 2200
TIMES = ("at", "opened_at")
TEXTS = (
    *("source", "event_id", "ticket", "service", "customer", "group", "priority", "channel", "summary"),
    *("close_reason", "matter"),
)
NUL = "contains the character U+0000, which cannot be stored"


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
    errors = [FieldError(name, NUL) for name, text in texts if text and "\0" in text]
    for name in TIMES:
        instant: datetime | None = getattr(event, name)
        if instant and not EARLIEST <= instant.year <= LATEST:
            errors.append(FieldError(name, f"lies outside the years {EARLIEST} to {LATEST}"))
    return errors


def _second_reading(value: object) -> TicketEventIn:
    """Times in any ISO 8601 spelling, then all errors together: the first reading stops at one."""
    if not isinstance(value, Mapping):
        raise Invalid("The event is not an object", [FieldError("", "must be a JSON object")])
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
        yield FieldError(f"{prefix}{name}"[:200], "is not a field of this form")
    for name, info in known.items():
        if name in value:
            yield from _errors_of(value[name], info, prefix)
        elif info.required:
            yield FieldError(prefix + name, "is missing")


def _errors_of(value: object, info: FieldInfo, prefix: str) -> Iterator[FieldError]:
    if isinstance(value, dict) and RequesterIn in get_args(info.type):
        yield from field_errors(value, RequesterIn, f"{prefix}{info.name}.")
        return
    try:
        msgspec.convert(value, info.type)
    except msgspec.ValidationError as error:
        yield FieldError(prefix + info.name, in_plain_words(str(error), info.type))


PLAIN = (
    (r"unknown field `(.+)`", r"has no field called \1"),
    (r"missing required field `(.+)`", r"lacks the field \1"),
    (r"Expected `datetime` with a timezone", "has no zone: write 2025-03-03T08:12:00Z or +01:00 instead of Z"),
    (r"datetime", "is not an ISO 8601 time with a zone, such as 2025-03-03T08:12:00Z"),
    (r"length >= 1\b", "must not be empty"),
    (r"length <= (\d+)", r"is longer than \1 characters"),
    (r">= (\d+)$", r"must be at least \1"),
    (r"matching regex .*@", "is not a mail address"),
    (r"matching regex", "is not a language tag such as zh or en-GB"),
    (r"got `null`", "must not be null"),
    (r"Expected `([^`]+)`, got `([^`]+)`", r"must be \1, not \2"),
)
NAMES = {"str": "text", "int": "a whole number", "float": "a number", "object": "an object", "array": "a list"}


def in_plain_words(message: str, kind: object = None) -> str:
    """What the reader of JSON says, in words for the person who writes the other program."""
    message = message.partition(" - at ")[0]
    if "enum" in message.lower() or (isinstance(kind, EnumType) and "got" in message):
        return "must be one of " + ", ".join(_members(kind))
    for pattern, words in PLAIN:
        if found := re.search(pattern, message):
            return re.sub(r"\w+", lambda word: NAMES.get(word[0], word[0]), found.expand(words)).replace("|", "or")
    return message


def _members(kind: object) -> list[str]:
    found: list[str] = []
    for one in (kind, *get_args(kind)):
        if isinstance(one, EnumType):
            members: Mapping[str, Any] = one.__members__
            found += [str(member.value) for member in members.values()]
    return found
