"""Whom surveys ask, set by admins: a trigger with a look at whom it would have asked, the clocks, the funnel."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery

from core.clock import now
from core.errors import Invalid, NotFound
from core.i18n import gettext as _
from core.i18n import own_name
from core.requests import Admin, AnyRequest, Read, Write, staff_page
from core.settings import settings
from journeys.queries import places
from journeys.queries.tickets import words_in_use
from journeys.service.people import set_zone
from surveys import queries
from surveys.models import Survey
from surveys.routes.words import TAGS, Listed, detail_words, lists_of_trigger, reason_words, ticket_kinds
from surveys.rules.asking_forms import (
    LISTS,
    form_of_policy,
    form_of_trigger,
    policy_of_form,
    trigger_of_form,
    words_of,
)
from surveys.rules.asking_words import in_words
from surveys.rules.hours import known_zone
from surveys.schemas import AskingPolicy, DryRun, Funnel, TriggerDefinition
from surveys.service.dry_run import DAYS, dry_run
from surveys.service.triggers import set_asking_policy, set_trigger

WINDOWS = (7, 30, 90, 365)
LATEST, MOST_WORDS = 5_000, 12


@get("/surveys/{key:str}/asking")
async def trigger(request: AnyRequest, read: Read, admin: Admin, key: FromPath[str]) -> Response[str]:
    survey = await _survey(read, key)
    known = await queries.trigger_of(read, survey.id) or TriggerDefinition(active=False)
    return await _trigger_page(request, read, admin, survey, form_of_trigger(known), live=known.active)


@post("/surveys/{key:str}/asking", status_code=200)
async def change_trigger(request: AnyRequest, write: Write, admin: Admin, key: FromPath[str]) -> Response[str]:
    """Looked at first, kept afterwards: nothing goes live unseen."""
    survey, form = await _survey(write, key), await _fields(request)
    before = await queries.trigger_of(write, survey.id)
    live = bool(before and before.active)
    try:
        wanted = trigger_of_form(form)
    except Invalid as wrong:
        return await _trigger_page(request, write, admin, survey, form, live=live, wrong=wrong)
    if form.get("do") != "keep":
        run = await dry_run(write, survey.id, wanted)
        return await _trigger_page(request, write, admin, survey, form_of_trigger(wanted), live=live, run=run)
    await set_trigger(write, survey.id, wanted)
    fields = form_of_trigger(wanted)
    return await _trigger_page(request, write, admin, survey, fields, live=wanted.active, kept=True)


@get("/surveys/{key:str}/funnel")
async def funnel_page(
    request: AnyRequest, read: Read, admin: Admin, key: FromPath[str], days: FromQuery[int] = 30
) -> Response[str]:
    survey = await _survey(read, key)
    found = await _funnel(read, survey, days)
    return staff_page(
        request,
        admin,
        "surveys/funnel.html",
        nav="surveys",
        survey=survey,
        title=await _title(read, survey),
        funnel=found,
        steps=_steps(found),
        days=days,
        windows=[(str(one), _("the last %(n)s days") % {"n": one}) for one in WINDOWS],
        reason_words=reason_words(),
        detail_words=detail_words(),
    )


@get("/api/v1/surveys/{key:str}/funnel", tags=["Surveys"])
async def funnel_json(read: Read, admin: Admin, key: FromPath[str], days: FromQuery[int] = 30) -> Funnel:
    """Of the decisions of the last `days`: every step holds what the step before let through."""
    return await _funnel(read, await _survey(read, key), days)


@get("/asking")
async def clocks(request: AnyRequest, read: Read, admin: Admin) -> Response[str]:
    return await _clocks_page(request, read, admin, form_of_policy(await queries.asking_policy(read)))


@post("/asking", status_code=200)
async def change_clocks(request: AnyRequest, write: Write, admin: Admin) -> Response[str]:
    form = await _fields(request)
    try:
        policy = policy_of_form(form)
        zones = _zones(form)
    except Invalid as wrong:
        return await _clocks_page(request, write, admin, form, wrong=wrong)
    await set_asking_policy(write, policy)
    for customer, zone in zones.items():
        await set_zone(write, customer, zone or None)
    return await _clocks_page(request, write, admin, form_of_policy(policy), kept=True)


def _zones(form: dict[str, str]) -> dict[str, str]:
    told = {name.removeprefix("zone:"): zone.strip() for name, zone in form.items() if name.startswith("zone:")}
    wrong = next((name for name, zone in told.items() if zone and not known_zone(zone)), None)
    if wrong is not None:
        raise Invalid(_("There is no time zone “%(zone)s”. Write it as Asia/Shanghai.") % {"zone": told[wrong][:60]})
    return told


async def _fields(request: AnyRequest) -> dict[str, str]:
    """A list may come in several fields: what was ticked, and a line for the rest."""
    found = dict[str, str]()
    for key, value in (await request.form()).multi_items():
        if isinstance(value, str):
            found[key] = f"{found[key]}, {value}" if key in LISTS and found.get(key) else value
    return found


async def _survey(session: Read, key: str) -> Survey:
    survey = await queries.survey_by_key(session, key)
    if not survey:
        raise NotFound(_("There is no survey of this name"))
    return survey


async def _title(session: Read, survey: Survey) -> Any:
    newest = await queries.newest_version(session, survey.id)
    return newest.definition["title"] if newest else {"en": survey.key, "zh": survey.key}


async def _funnel(session: Read, survey: Survey, days: int) -> Funnel:
    until = now()
    return await queries.funnel(session, survey.id, until - timedelta(days=max(1, min(days, 3650))), until)


def _steps(funnel: Funnel) -> list[dict[str, Any]]:
    """Each step with its share of those that the steps before it let through."""
    names = [
        ("eligible", _("could be asked"), funnel.decided),
        ("sampled", _("drawn into the sample"), funnel.eligible),
        ("asked", _("asked"), funnel.sampled),
        ("delivered", _("mail delivered"), funnel.sent),
        ("opened", _("opened by a person"), funnel.asked),
        ("started", _("started to answer"), funnel.opened),
        ("finished", _("answered"), funnel.started),
    ]
    return [
        {"label": label, "n": n, "of": of, "share": round(100 * n / of) if of else None}
        for name, label, of in names
        for n in [getattr(funnel, name)]
    ]


async def _trigger_page(
    request: AnyRequest,
    session: Read,
    admin: Admin,
    survey: Survey,
    fields: dict[str, str],
    live: bool,
    wrong: Invalid | None = None,
    run: DryRun | None = None,
    kept: bool = False,
) -> Response[str]:
    policy = await queries.asking_policy(session)
    return staff_page(
        request,
        admin,
        "surveys/asking.html",
        422 if wrong else 200,
        nav="surveys",
        survey=survey,
        title=await _title(session, survey),
        fields=fields,
        lists=_offered(lists_of_trigger(), await _known(session), fields),
        policy=policy,
        sentences=_in_words(fields, policy),
        errors={error.field: error.message for error in wrong.errors} if wrong else {},
        run=run,
        run_days=DAYS,
        reasons=_reasons(run) if run else [],
        live=live,
        kept=kept,
        zone=settings().time_zone,
        tags={name: f"{settings().base_url}/t/{survey.key}/{tag}" for name, tag in TAGS.items()},
    )


def _in_words(fields: dict[str, str], policy: AskingPolicy) -> list[str]:
    """Of what stands in the fields; nothing where it cannot be read."""
    try:
        return in_words(trigger_of_form(fields), policy)
    except Invalid:
        return []


async def _known(session: Read) -> dict[str, list[tuple[str, str]]]:
    """Words that may stand in the lists and what they are called, as far as tickets have used them."""
    columns = {"priorities": "priority", "groups": "group", "channels": "channel", "close_reasons": "close_reason"}
    used = await words_in_use(session, list(columns.values()), LATEST, MOST_WORDS)
    found = {name: [(word, word) for word in used[column]] for name, column in columns.items()}
    found["services"] = [(one.key, own_name(one.name)) for one in await places.services(session)][:MOST_WORDS]
    everybody = await places.customers_in(session, None)
    found["customers"] = [(one.key, own_name(one.name)) for one in everybody][:MOST_WORDS]
    same = {"not_close_reasons": found["close_reasons"], "major_priorities": found["priorities"]}
    return found | same | {"kinds": ticket_kinds()}


def _offered(
    lists: Sequence[Listed], known: Mapping[str, list[tuple[str, str]]], fields: Mapping[str, str]
) -> dict[str, Listed]:
    """What is known stands there to be ticked, and what else is wished in a line of its own."""
    found = {}
    for one in lists:
        chosen, offers = words_of(fields.get(one.name, "")), known.get(one.name, [])
        ticked = [(word, label, word in chosen) for word, label in offers]
        rest = [word for word in chosen if word not in dict(offers)]
        found[one.name] = one._replace(offers=ticked, rest=", ".join(rest))
    return found


def _reasons(run: DryRun) -> list[tuple[str, int]]:
    reasons, details = reason_words(), detail_words()
    told = []
    for name, n in run.reasons.items():
        reason, _slash, detail = name.partition("/")
        words = reasons.get(reason, reason)
        told.append((f"{words}: {details[detail]}" if detail in details else words, n))
    return told


async def _clocks_page(
    request: AnyRequest,
    session: Read,
    admin: Admin,
    fields: dict[str, str],
    wrong: Invalid | None = None,
    kept: bool = False,
) -> Response[str]:
    triggers = await queries.triggers_by_key(session)
    return staff_page(
        request,
        admin,
        "surveys/clocks.html",
        422 if wrong else 200,
        nav="surveys",
        fields=fields,
        customers=await places.customers_in(session, None),
        surveys=triggers,
        titles={key: await _title(session, await _survey(session, key)) for key in triggers},
        errors={error.field: error.message for error in wrong.errors} if wrong else {},
        trouble=wrong.message if wrong and not wrong.errors else "",
        kept=kept,
        zone=settings().time_zone,
    )


router = Router(
    "/",
    route_handlers=[trigger, change_trigger, funnel_page, clocks, change_clocks],
    include_in_schema=False,
)
api_router = Router("/", route_handlers=[funnel_json], opt={"exclude_from_csrf": True})
