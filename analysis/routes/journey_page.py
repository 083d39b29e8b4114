"""A journey: its curve, its touchpoints, who walks it, and two periods or segments of it side by side."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from analysis.models import Dimension
from analysis.queries import moments as moments_of_truth
from analysis.routes import beside_words, pictures, words
from analysis.routes.asking import Wished
from analysis.routes.pages import frame
from analysis.rules.against import choices, sides
from analysis.rules.news import COSTLY
from analysis.schemas.moments import MomentView
from analysis.schemas.reports import ExperienceReport, Filters, Offer, TouchpointReport
from analysis.service.experience import experience_report
from analysis.service.filters import checked, offered
from analysis.service.flow import flow_by
from analysis.service.side_by_side import side_by_side
from analysis.service.themes import sees_several, themes_shown
from core.clock import now
from core.errors import NotFound
from core.i18n import gettext as _
from core.requests import AnyRequest, Read, Viewer, staff_page
from journeys.queries import places
from journeys.schemas.places import JourneyDefinition


@dataclass(frozen=True)
class Chosen:
    """What the page of one journey can be narrowed to beside the filters of every report."""

    persona: str = ""
    against: str = ""
    personas: dict[str, str] = field(default_factory=dict)


@get("/journeys/{key:str}")
async def journey(
    request: AnyRequest,
    read: Read,
    viewer: Viewer,
    wish: Wished,
    key: FromPath[str],
    persona: FromQuery[str] = "",
    against: FromQuery[str] = "",
) -> Response[str]:
    asked = await places.journey(read, key)
    if asked is None:
        raise NotFound(_("There is nothing here"))
    definition = await places.definition(read, asked)
    offer = await offered(read, viewer.scope)
    filters = await checked(read, offer, wish, now().date())
    chosen = _checked(definition, filters, offer, persona, against)
    own = _walked(definition, persona)
    found = await experience_report(read, viewer.scope, filters, own)
    address = f"/journeys/{key}"
    costly = [one for one in await moments_of_truth.moments(read, viewer.scope, COSTLY) if one.touchpoint in own]
    page: dict[str, Any] = {
        "title": asked.name_zh if words.is_chinese() else asked.name_en,
        "found": found,
        "touchpoints": found.touchpoints,
        "themes": await themes_shown(read, viewer.scope, filters, own),
        "sees_several": sees_several(viewer.scope),
        "definition": definition,
        "names": {one.key: words.name(one) for one in found.touchpoints},
        "asked_beside": against,
        "costly": {one.touchpoint: one for one in costly},
        "flows": (await flow_by(read, viewer.scope, "touchpoint", filters)).flows,
        "beside": await _beside(read, viewer, found, chosen, offer, own) if against else None,
        **_pictures(found.touchpoints, found, costly, address),
    }
    framed = frame(filters, offer, address)
    framed["filter_bar"] += _more(chosen, filters, offer)
    return staff_page(request, viewer, "analysis/journey.html", nav="journey", **page, **framed)


def _checked(definition: JourneyDefinition, filters: Filters, offer: Offer, persona: str, against: str) -> Chosen:
    walking = {way.persona for way in definition.scenarios}
    names = {one.key: one.name.zh if words.is_chinese() else one.name.en for one in definition.personas}
    personas = {key: name for key, name in names.items() if key in walking}
    if (persona and persona not in personas) or (against and against not in choices(filters, offer)):
        raise NotFound(_("There is nothing here"))
    return Chosen(persona, against, personas)


def _walked(definition: JourneyDefinition, persona: str) -> set[str]:
    """The touchpoints of this journey; of a persona those on their ways. Whole published sums, whichever are chosen."""
    own = {one.key for one in definition.touchpoints}
    ways = (way.touchpoints for way in definition.scenarios if way.persona == persona)
    return own & {key for way in ways for key in way} if persona else own


def _more(chosen: Chosen, filters: Filters, offer: Offer) -> list[dict[str, Any]]:
    bar: list[dict[str, Any]] = []
    if chosen.personas:
        options = [("", _("Everybody")), *chosen.personas.items()]
        bar.append({"name": "persona", "label": _("On the ways of"), "value": chosen.persona, "options": options})
    beside = [("", _("Nothing")), *((one, beside_words.option(one, offer)) for one in choices(filters, offer))]
    return [*bar, {"name": "against", "label": _("Compared with"), "value": chosen.against, "options": beside}]


def _pictures(
    shown: tuple[TouchpointReport, ...], found: ExperienceReport, costly: list[MomentView], address: str
) -> dict[str, Any]:
    to = f"{address}/touchpoints/"
    return {
        "journey": pictures.journey(found, "", to),
        "curve": pictures.emotional_curve(found, {one.touchpoint for one in costly}),
        "levels": pictures.levels(shown, Dimension.SATISFACTION, to),
    }


async def _beside(
    read: Read, viewer: Viewer, found: ExperienceReport, chosen: Chosen, offer: Offer, own: Collection[str]
) -> dict[str, Any] | None:
    pair = sides(found.filters, chosen.against, found.compared)
    if pair is None:
        return None
    here = [one for one in await places.touchpoints(read) if one.key in own]
    told = await side_by_side(read, viewer.scope, *pair, here)
    this, other = beside_words.side(*pair, offer), beside_words.side(pair[1], pair[0], offer)
    return {
        "this": this,
        "other": other,
        "surely": beside_words.clear(told),
        "compared": beside_words.compared(told),
        "missing": [this if one is told.this else other for one in beside_words.nothing_of(told)],
        "charts": beside_words.drawn(told, this, other),
        "stages": beside_words.worth_a_row(told.stages),
        "touchpoints": beside_words.worth_a_row(told.touchpoints),
        "is_clear": beside_words.is_clear,
    }
