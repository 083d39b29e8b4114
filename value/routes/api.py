"""The register for programs."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from analysis.schemas.figures import Figure
from core.requests import AnyRequest, Integration, Manager, Read, Write
from core.settings import settings
from value.models import Improvement
from value.routes.forms import InState
from value.routes.words import verdict as in_words
from value.rules.readings import LARGEST_FILE, checked, text_of
from value.rules.readings import readings as from_text
from value.schemas.measuring import Verdict
from value.schemas.register import Entry, Picture, Wish
from value.service.mapping import keep_readings
from value.service.viewing import detail, entries

Json = dict[str, Any]
SUPPRESSED = {"suppressed": True}
TOLD = ("title", "owner", "touchpoints", "service", "segment", "dimension", "target", "margin", "expected", "method")
STEPS = ("proposed_on", "planned_on", "started_on", "done_on", "measured_on", "closed_on", "dropped_on", "due_on")


@get("/improvements")
async def improvements(
    read: Read, manager: Manager, in_state: InState = "", touchpoint: FromQuery[str] = ""
) -> list[Json]:
    """The register, newest first; a verdict is "so far" while it is being measured."""
    return [_entry(one) for one in await entries(read, manager.scope, Wish(state=in_state, touchpoint=touchpoint))]


@get("/improvements/{improvement_id:uuid}")
async def improvement(read: Read, manager: Manager, improvement_id: FromPath[UUID]) -> Json:
    """One entry, with the figures before and after."""
    found = await detail(read, manager.scope, improvement_id)
    return {**_entry(found.entry), "figures": _figures(found.picture), "marks": found.entry.improvement.marks}


def _entry(entry: Entry) -> Json:
    one = entry.improvement
    return {
        "id": str(one.id),
        "state": one.state,
        "customers": sorted(entry.customers),
        **{name: getattr(one, name) for name in TOLD},
        **{name: day.isoformat() if (day := getattr(one, name)) else None for name in STEPS},
        "verdict": _verdict(entry.verdict, one),
        "smallest_group": settings().min_group,
    }


def _verdict(found: Verdict | None, one: Improvement) -> Json | None:
    if found is None:
        return None
    return {
        "kind": found.kind.value,
        "in_words": in_words(found, one.dimension),
        "value": found.value,
        "interval": None if found.low is None else [found.low, found.high],
        "n": found.n,
        "more_answers": found.more,
        "method": found.used.value,
        "compared_with": found.compared,
        "final": found.judging,
    }


def _figures(picture: Picture | None) -> Json:
    return {name: _figure(getattr(picture, name)) for name in ("before", "after")} if picture else {}


def _figure(figure: Figure) -> Json:
    if figure.suppressed:
        return dict(SUPPRESSED)
    return {"value": figure.value, "ci95": [figure.low, figure.high], "n": figure.n}


class ReadingIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A figure of one month (any of its days); where known with its interval, or with how many values it is the mean of
    and their standard deviation `sd`."""

    month: date
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    sd: float | None = None


@post("/indicators/{indicator_id:uuid}/readings", status_code=200)
async def readings(
    write: Write, integration: Integration, indicator_id: FromPath[UUID], data: JSONBody[list[ReadingIn]]
) -> Json:
    """Figures of an imported indicator; the same month again replaces what stood there."""
    rows = [{**msgspec.structs.asdict(one), "month": one.month.replace(day=1)} for one in data]
    return {"accepted": await keep_readings(write, integration.scope, indicator_id, checked(rows), integration.name)}


@post("/indicators/{indicator_id:uuid}/readings.csv", status_code=200, request_max_body_size=2 * LARGEST_FILE)
async def readings_file(
    request: AnyRequest, write: Write, integration: Integration, indicator_id: FromPath[UUID]
) -> Json:
    """The same from a CSV file, sent as it is: `month,value,low,high,n,sd`, with or without a heading."""
    rows = from_text(text_of(await request.body()))
    return {"accepted": await keep_readings(write, integration.scope, indicator_id, rows, integration.name)}
