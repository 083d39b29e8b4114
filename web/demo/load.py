"""Filling an empty database with the demo company, once."""

import gc
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import msgspec

from core import clock
from core.auth import service as auth
from core.auth.models import Role
from core.auth.queries import user_by_email
from core.db import Database
from core.errors import Conflict
from core.settings import settings
from journeys.queries import places
from journeys.schemas.places import JourneyDefinition, TouchpointDefinition
from journeys.service.places import install_journey, name_customer, name_service
from web import builtin
from web.cli.progress import watched
from web.cli.serving import with_database
from web.demo.acting import act
from web.demo.company import Company, company
from web.demo.life import Life
from web.demo.tickets import tickets
from web.demo.waiting import still_open

SEED, RESPONSES = 7, 2500
ANSWERED_SHARE = 0.55  # answers, of either survey, for each ticket: after sampling, fatigue and silence
SIGN_IN = "demo-sign-in.txt"
MANAGER, ADMIN = "rita@demo.example", "admin@demo.example"
Show = Callable[[str], None]


def once(show: Show) -> None:
    """Generate the company unless the database holds tickets already; show how to sign in."""
    if not with_database(_has_tickets):
        generate(SEED, RESPONSES, show)
        return
    kept = settings().data_dir / SIGN_IN
    if kept.exists():
        show(kept.read_text().rstrip())


def generate(seed: int, responses: int, show: Show) -> None:
    async def work(db: Database) -> str:
        if await _has_tickets(db):
            raise Conflict("The database holds tickets already; the demo goes into an empty one only")
        sign_in = await _let_in(db)  # first: who is interrupted can look at what there is
        with watched(100) as step:
            answered = await _fill(db, seed, responses, step)
        show(f"The demo company is there: {answered} people answered within a year.")
        return sign_in

    show(f"Generating the demo company (about {responses} responses); this happens once ...")
    with _little_collecting():
        show(with_database(work, alone=True))


@contextmanager
def _little_collecting() -> Iterator[None]:
    """Hardly anything that is made here goes in circles, and looking for it takes time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def _has_tickets(db: Database) -> bool:
    async with db.read() as session:
        return await places.has_tickets(session)


async def _fill(db: Database, seed: int, responses: int, step: Callable[[str], Callable[[int], None]]) -> int:
    made, rng = company(), Random(seed)  # noqa: S311 - it draws a story, not a secret
    journey = _journey(made)
    until = clock.now().replace(minute=0, second=0, microsecond=0)
    await _name_things(db, made, journey)
    drawn = tickets(made, journey.touchpoints, rng, until, round(responses / ANSWERED_SHARE))
    life = Life(db, rng, drawn, until)
    await life.live(step("A year of tickets and answers"))
    await life.speak_unasked(max(12, responses // 40))
    await life.handle_feedback(MANAGER, ADMIN)
    await life.look_back()
    await life.work(still_open(drawn, until))
    await act(db, until, [customer.key for customer in made.customers if customer.manager])
    return life.answered


def _journey(made: Company) -> JourneyDefinition:
    """The built-in journey, with the company's own touchpoints before the general ones of their stage."""
    plain = builtin.journey()
    touchpoints: list[TouchpointDefinition] = [*made.touchpoints, *plain.touchpoints]
    return msgspec.structs.replace(plain, touchpoints=touchpoints, personas=made.personas, scenarios=made.scenarios)


async def _name_things(db: Database, made: Company, journey: JourneyDefinition) -> None:
    async with db.write() as session:
        await install_journey(session, journey)
        for customer in made.customers:
            await name_customer(session, customer.key, customer.name)
        for service in made.services:
            await name_service(session, service.key, service.name)


async def _let_in(db: Database) -> str:
    """A manager and an admin, with one password made up here and kept beside the data."""
    path = settings().data_dir / SIGN_IN
    async with db.read() as session:
        begun_before = await user_by_email(session, MANAGER) is not None
    if begun_before and path.exists():
        return path.read_text().rstrip()
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    hers = [customer.key for customer in company().customers if customer.manager]
    async with db.write() as session:
        await auth.add_user(session, MANAGER, password, Role.MANAGER, hers)
        await auth.add_user(session, ADMIN, password, Role.ADMIN, [])
    text = f"Sign in as {MANAGER} (relationship manager) or {ADMIN} (admin)\nPassword: {password}\n"
    path.touch(mode=0o600)
    path.write_text(text)
    return text.rstrip()
