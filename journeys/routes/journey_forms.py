"""Forms of the pieces of a journey, read into what they say."""

import re
from collections.abc import Mapping
from typing import Any

from core.i18n import gettext as _
from journeys.models import Stage
from journeys.schemas.places import Bilingual, JourneyDefinition, Persona, Scenario, TouchpointDefinition

NOTHING = Bilingual("", "")
EMPTY: Mapping[str, Any] = {
    "touchpoints": TouchpointDefinition("", Stage.ENGAGE, NOTHING),
    "personas": Persona("", NOTHING),
    "scenarios": Scenario("", NOTHING),
}
STREAMS = (
    "new demand",
    "restoration",
    "fulfilment",
    "monitoring",
    "configuration",
    "change",
    "knowledge",
    "communication",
)


def kind_names() -> dict[str, tuple[str, str]]:
    """One of them, and what is said when another is added."""
    return {
        "touchpoints": (_("Touchpoint"), _("Add a touchpoint")),
        "personas": (_("Persona"), _("Add a persona")),
        "scenarios": (_("Scenario"), _("Add a scenario")),
    }


def streams(journey: JourneyDefinition) -> list[str]:
    """The streams of the method, and whatever this journey uses beside."""
    used = {one.value_stream for one in journey.touchpoints if one.value_stream}
    return [*STREAMS, *sorted(used - set(STREAMS))]


def piece_of(kind: str, form: Any, key: str, contexts: list[dict[str, str]]) -> Any:
    """`key` "": a new piece, whose key is typed, or made of its English name."""
    name, description = _both(form, "name"), _both(form, "description")
    key = key or _text(form, "key") or _slug(name.en)
    if kind == "personas":
        return Persona(key, name, description)
    if kind == "scenarios":
        way = [at for at in _lines(form, "touchpoints") if at]
        return Scenario(key, name, description, _text(form, "persona"), way)
    return TouchpointDefinition(
        key=key,
        stage=_stage(_text(form, "stage")),
        name=name,
        description=description,
        keywords=list(dict.fromkeys(word for word in _lines(form, "keywords") if word)),
        contexts=contexts,
        value_stream=_text(form, "value_stream"),
        practice=_text(form, "practice"),
        visible="visible" in form,
        interaction="interaction" in form,
    )


def _both(form: Any, field: str) -> Bilingual:
    return Bilingual(zh=_text(form, f"{field}_zh"), en=_text(form, f"{field}_en"))


def _text(form: Any, field: str) -> str:
    return " ".join(str(form.get(field, "")).split())


def _lines(form: Any, field: str) -> list[str]:
    """One a line, or parted by commas of either language."""
    return [" ".join(part.split()) for part in re.split(r"[\n,，、;；]", str(form.get(field, "")))]


def _slug(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))


def _stage(typed: str) -> Stage:
    return Stage(typed) if typed in set(Stage) else Stage.ENGAGE
