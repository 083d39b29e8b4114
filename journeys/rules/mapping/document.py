"""Reading and checking a mapping file, before anything of the log is read."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from core.errors import FieldError, Invalid
from core.i18n import gettext as _
from journeys.rules.checking import in_plain_words
from journeys.rules.mapping.meanings import IGNORE, MEANINGS
from journeys.rules.mapping.times import check_times
from journeys.schemas import MappedEvent, MappedRequester, Mapping, Value, ValueSpec

Shape = TypeVar("Shape")


def load_mapping(text: str) -> Mapping:
    """The mapping, or `Invalid` with what is wrong and where."""
    return checked_mapping(toml(text))


def toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise refused([FieldError("mapping", _("is not valid TOML: %(error)s") % {"error": error})]) from None


def checked_mapping(document: Any) -> Mapping:
    mapping = converted(document, Mapping)
    if errors := list(_problems(mapping)):
        raise refused(errors)
    return mapping


def converted(document: Any, shape: type[Shape]) -> Shape:
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        raise refused([_placed(str(error))]) from None


def refused(errors: list[FieldError]) -> Invalid:
    return Invalid(_("The mapping file cannot be used"), errors)


def _placed(message: str) -> FieldError:
    words, _at, place = message.partition(" - at ")
    where = place.strip("`$").lstrip(".")
    if unknown := re.search(r"unknown field `(.+)`", words):
        where = f"{where}.{unknown[1]}".lstrip(".")
    return FieldError(where or "mapping", in_plain_words(words))


def _problems(mapping: Mapping) -> Iterator[FieldError]:
    yield from _problems_of_form(mapping)
    yield from check_times(mapping.time)
    for name, value in named_values(mapping.event):
        if isinstance(value, ValueSpec) and len(_given(value)) != 1:
            yield FieldError(f"event.{name}", _("needs exactly one of column, columns, first and value"))
    for name, meaning in [*mapping.meanings.items(), *((t.column, t.means) for t in mapping.times)]:
        if meaning not in MEANINGS and meaning != IGNORE:
            known = ", ".join([*MEANINGS, IGNORE])
            told = _("“%(meaning)s” is not one of %(known)s") % {"meaning": meaning, "known": known}
            yield FieldError(f"meanings.{name}", told)


def _given(value: ValueSpec) -> list[object]:
    return [one for one in (value.column, value.columns, value.first, value.value) if one]


def _problems_of_form(mapping: Mapping) -> Iterator[FieldError]:
    event, file = mapping.event, mapping.file
    if not _is_text_encoding(file.encoding):
        yield FieldError("file.encoding", _("“%(encoding)s” is not a known encoding") % {"encoding": file.encoding})
    if {file.delimiter, file.quote} & {"\r", "\n", " "} or file.delimiter == file.quote:
        yield FieldError("file.delimiter", _("and quote must be two different characters that end no line"))
    if mapping.times and (event.at or event.what):
        told = _("a row is either one event (event.at, event.what) or several ([[times]]), not both")
        yield FieldError("times", told)
    if not mapping.times and not (event.at and event.what):
        yield FieldError("event", _("needs at and what, or [[times]] where a row holds several times"))
    if event.what and not mapping.meanings:
        told = _('says what each value of event.what means; "*" is any other value')
        yield FieldError("meanings", told)


def _is_text_encoding(name: str) -> bool:
    """Python also calls base64 and the like codecs; those do not give text."""
    try:
        return bool("a".encode(name))
    except LookupError:
        return False


def named_values(event: MappedEvent) -> Iterator[tuple[str, Value]]:
    """Every value that the mapping takes from somewhere, by the name of its field."""
    for name in MappedEvent.__struct_fields__:
        if name in ("requester", "first_event_opens", "attributes"):
            continue
        if value := getattr(event, name):
            yield name, value
    yield from ((f"attributes.{name}", value) for name, value in event.attributes.items())
    for name in MappedRequester.__struct_fields__ if event.requester else ():
        if value := getattr(event.requester, name):
            yield f"requester.{name}", value


def columns_of(value: Value) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return value
    return [value.column] if value.column else value.columns or value.first


def named_columns(mapping: Mapping) -> dict[str, str]:
    """Every column that the mapping names, with the field that names it."""
    by_column = {column: f"event.{name}" for name, value in named_values(mapping.event) for column in columns_of(value)}
    return by_column | {time.column: "times" for time in mapping.times}
