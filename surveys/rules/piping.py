"""Words of the ticket inside the words of a survey: `{{ticket.service}}`, or `{{ticket.service|this service}}`.

What is put in is plain text: whoever shows it escapes it, as everything else.
"""

import re
from collections.abc import Mapping

import msgspec

from core.i18n import own_name
from journeys.schemas.places import Bilingual
from surveys.schemas import SurveyDefinition

PIPED = ("key", "summary", "service", "customer", "kind", "group", "priority", "channel")
NO_TICKET: Mapping[str, str] = {}
LONGEST_PIECE = 120
_PLACE = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}")


def filled(text: str, ticket: Mapping[str, str], language: str = "") -> str:
    """With each placeholder replaced once; what the ticket itself holds is never looked into."""

    def piece(found: re.Match[str]) -> str:
        told = own_name(ticket.get(found[1].removeprefix("ticket."), ""), language)
        return told[:LONGEST_PIECE] or (found[2] or "").strip()

    return _PLACE.sub(piece, text)


def said(text: Bilingual, ticket: Mapping[str, str]) -> Bilingual:
    """The same in both languages."""
    return Bilingual(zh=filled(text.zh, ticket, "zh"), en=filled(text.en, ticket, "en"))


def piped(definition: SurveyDefinition, ticket: Mapping[str, str] = NO_TICKET) -> SurveyDefinition:
    """For what stands around the questions, in mails and on paper; without a ticket its words are said otherwise."""
    around = {name: said(getattr(definition, name), ticket) for name in ("title", "intro", "thanks")}
    return msgspec.structs.replace(definition, **around)


def places_in(text: str) -> list[str]:
    return [found[1] for found in _PLACE.finditer(text)]


def strangers_in(text: str) -> list[str]:
    """Placeholders that nothing fills in, and braces that close nothing."""
    known = {f"ticket.{name}" for name in PIPED}
    wrong = [place for place in places_in(text) if place not in known]
    rest = _PLACE.sub("", text)
    return wrong + [brace for brace in ("{{", "}}") if brace in rest]


def pipes(definition: SurveyDefinition) -> bool:
    """Asked for every form that is opened: nearly none has a brace anywhere."""
    braces = b"{{" in msgspec.json.encode(definition)
    return braces and any(places_in(text) for _where, text in texts_of(definition))


def texts_of(definition: SurveyDefinition) -> list[tuple[str, str]]:
    """Every text of a survey in both languages, by the place where it stands."""
    found = [(name, getattr(definition, name)) for name in ("title", "intro", "thanks")]
    for number, question in enumerate(definition.questions):
        place = f"questions.{number}"
        found.append((f"{place}.wording", question.wording))
        if question.hint:
            found.append((f"{place}.hint", question.hint))
        labels = question.scale.labels if question.scale else []
        found += [(f"{place}.scale", label) for label in labels]
        found += [(f"{place}.options", option.label) for option in question.options]
        found += [(f"{place}.rows", row.label) for row in question.rows]
    return [(f"{place}.{language}", getattr(text, language)) for place, text in found for language in ("zh", "en")]
