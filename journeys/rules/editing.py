"""A journey that is being edited: a document in, another document or what is wrong with it out."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from core.errors import FieldError, Invalid
from core.files import UNREADABLE, read
from core.i18n import gettext as _
from journeys.schemas.places import Bilingual, JourneyDefinition

LARGEST_FILE = 1024 * 1024
LONGEST_NAME, LONGEST_TEXT, LONGEST_KEYWORD, MOST_KEYWORDS, MOST_PIECES = 120, 1000, 60, 200, 200
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KINDS = ("touchpoints", "personas", "scenarios")


def from_file(text: str) -> JourneyDefinition:
    try:
        return checked(msgspec.convert(read(text), JourneyDefinition))
    except UNREADABLE as wrong:
        told = _("The file is no journey: %(what)s") % {"what": " ".join(str(wrong).split())}
        raise Invalid(_("The file cannot be read"), [FieldError("file", told)]) from wrong


def checked(definition: JourneyDefinition) -> JourneyDefinition:
    """The document as it came, or everything that is wrong with it."""
    if found := list(_problems(definition)):
        raise Invalid(found[0].message, found)
    return definition


def _problems(definition: JourneyDefinition) -> Iterator[FieldError]:
    yield from _named(definition.key, definition.name, "")
    for kind in KINDS:
        pieces = getattr(definition, kind)
        keys = [piece.key for piece in pieces]
        if len(keys) > MOST_PIECES:
            yield FieldError(kind, _("A journey has at most %(n)s of these") % {"n": MOST_PIECES})
        yield from (FieldError("key", _("%(key)s is there twice") % {"key": key}) for key in sorted(_twice(keys)))
        for piece in pieces:
            yield from _named(piece.key, piece.name, piece.key)
            if max(len(piece.description.zh), len(piece.description.en)) > LONGEST_TEXT:
                yield FieldError("description", _("%(key)s: the description is too long") % {"key": piece.key})
    yield from _touchpoint_problems(definition)
    yield from _scenario_problems(definition)


def _twice(keys: Sequence[str]) -> set[str]:
    return {key for key in keys if keys.count(key) > 1}


def _named(key: str, name: Bilingual, where: str) -> Iterator[FieldError]:
    if not KEY.fullmatch(key) or len(key) > LONGEST_NAME:
        yield FieldError("key", _("A key has small letters, digits and hyphens, such as first-contact"))
    for field, text in (("name_en", name.en), ("name_zh", name.zh)):
        if not text.strip():
            yield FieldError(field, " ".join([where, _("A name is needed in both languages")]).strip())
        yield from _too_long(field, text, where)


def _too_long(field: str, text: str, where: str) -> Iterator[FieldError]:
    if len(text) > LONGEST_NAME:
        yield FieldError(field, " ".join([where, _("At most %(n)s characters") % {"n": LONGEST_NAME}]).strip())


def _touchpoint_problems(definition: JourneyDefinition) -> Iterator[FieldError]:
    if not definition.touchpoints:
        yield FieldError("touchpoints", _("A journey needs a touchpoint at least"))
    for one in definition.touchpoints:
        if len(one.keywords) > MOST_KEYWORDS or any(not 0 < len(word) <= LONGEST_KEYWORD for word in one.keywords):
            yield FieldError("keywords", _("Up to 200 keywords of up to 60 characters each"))
        yield from _too_long("value_stream", one.value_stream, one.key)
        yield from _too_long("practice", one.practice, one.key)


def _scenario_problems(definition: JourneyDefinition) -> Iterator[FieldError]:
    known, personas = {one.key for one in definition.touchpoints}, {one.key for one in definition.personas}
    for one in definition.scenarios:
        if not set(one.touchpoints) <= known:
            yield FieldError("touchpoints", _("%(key)s goes by a touchpoint that is not there") % {"key": one.key})
        if one.persona and one.persona not in personas:
            yield FieldError("persona", _("%(key)s is of a persona that is not there") % {"key": one.key})


def put(definition: JourneyDefinition, kind: str, key: str, piece: Any) -> JourneyDefinition:
    """In the place of the piece of that key; "" or a new one: at the end. A new key is followed by the scenarios."""
    pieces = list(getattr(definition, kind))
    at = next((number for number, one in enumerate(pieces) if one.key == key), None)
    if at is None:
        pieces.append(piece)
    else:
        pieces[at] = piece
    return msgspec.structs.replace(definition, **{kind: pieces})


def removed(definition: JourneyDefinition, kind: str, key: str) -> JourneyDefinition:
    """Without the piece; scenarios go on without it."""
    left = msgspec.structs.replace(
        definition, **{kind: [piece for piece in getattr(definition, kind) if piece.key != key]}
    )
    scenarios = [
        msgspec.structs.replace(
            one,
            touchpoints=[at for at in one.touchpoints if (kind, at) != ("touchpoints", key)],
            persona="" if (kind, one.persona) == ("personas", key) else one.persona,
        )
        for one in left.scenarios
    ]
    return msgspec.structs.replace(left, scenarios=scenarios)


def moved(definition: JourneyDefinition, kind: str, key: str, step: int) -> JourneyDefinition:
    """One place earlier (-1) or later (1) among its like: touchpoints among those of their stage."""
    pieces = list(getattr(definition, kind))
    at = next((number for number, one in enumerate(pieces) if one.key == key), None)
    if at is None:
        return definition
    like = [n for n, one in enumerate(pieces) if getattr(one, "stage", "") == getattr(pieces[at], "stage", "")]
    to = like.index(at) + (1 if step > 0 else -1)
    if 0 <= to < len(like):
        pieces[at], pieces[like[to]] = pieces[like[to]], pieces[at]
    return msgspec.structs.replace(definition, **{kind: pieces})
