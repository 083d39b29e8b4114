"""Random organisations in installations of their own: the whole application, asked at its exits as they live."""

import os
import random
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
from argon2 import PasswordHasher

from analysis.disclosure import Label
from analysis.models import Dimension, VoiceKind
from analysis.queries.publication import portfolios_known
from analysis.schemas.figures import first_day, month_of
from analysis.schemas.voices import Voice
from analysis.service import publication
from analysis.service.reading import read_voices
from analysis.service.understanding import store
from bench.organisations import Organisation, Said
from core import clock
from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from core.outbox import drain_all
from core.settings import settings
from journeys.queries.places import touchpoints
from journeys.service.places import name_customer, name_service
from web import schema

SECRET, PASSWORD = "a secret key for benchmarks, long enough to count", "correct horse battery staple"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
BEGINS = month_of(datetime(2025, 3, 1, tzinfo=UTC))
SCORES: dict[Dimension, tuple[int, ...]] = {
    Dimension.FUNCTIONAL: (0, 25, 50, 75, 100),
    Dimension.EMOTIONAL: (0, 25, 50, 75, 100),
    Dimension.SATISFACTION: (0, 25, 50, 75, 100),
    Dimension.LOST_MINUTES: (0, 15, 60, 240, 480),
}
ANSWERS = {
    Dimension.FUNCTIONAL: 1.0,
    Dimension.EMOTIONAL: 0.8,
    Dimension.SATISFACTION: 0.9,
    Dimension.LOST_MINUTES: 0.3,
}
SENTENCES = (
    "It took far too long", "Nobody told me anything for days", "I had to explain everything three times",
    "It works again and that is what counts", "Quick and friendly, thank you", "The link did not open",
)  # fmt: skip
Scope = frozenset[str] | None
Scores = dict[int, dict[Dimension, int]]


@dataclass(frozen=True)
class Put:
    """What one batch added to a published sum: the numbers of the answers."""

    dimension: Dimension
    label: Label
    answers: frozenset[int]


def scores_of(org: Organisation, luck: random.Random) -> Scores:
    """What everybody answers; not everybody answers everything."""
    return {
        one.number: {of: luck.choice(steps) for of, steps in SCORES.items() if luck.random() < ANSWERS[of]}
        for one in org.answers
    }


def word_of(number: int) -> str:
    """A word that only this answer has."""
    return "q" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}") + "x"


@dataclass
class House:
    """`told`: who asked for what and when -> what they were told; `puts`: what was published, in order."""

    org: Organisation
    scores: Scores
    db: Database
    app: Any
    folder: Path
    places: list[str] = field(default_factory=list)
    puts: list[Put] = field(default_factory=list)
    portfolios: dict[str, frozenset[str]] = field(default_factory=dict)
    waiting: dict[tuple[Any, ...], list[int]] = field(default_factory=lambda: defaultdict(list))
    told: dict[tuple[int, str, str], str] = field(default_factory=dict)
    posted: list[str] = field(default_factory=list)

    def people(self) -> dict[str, tuple[Role, Scope]]:
        """Who looks: one who sees all, one of each set of customers, one of a single customer, and that customer."""
        several = {f"m{number}": (Role.MANAGER, one) for number, one in enumerate(self.org.scopes)}
        alone = frozenset(["c0"])
        return {
            "admin": (Role.ADMIN, None),
            **several,
            "one": (Role.MANAGER, alone),
            "client": (Role.CUSTOMER, alone),
        }

    async def move_in(self) -> None:
        from web import builtin

        await builtin.install(self.db)
        async with self.db.write() as session:
            for key in sorted({one.customer for one in self.org.answers} | {"c0"}):
                await name_customer(session, key, f"Customer {key}")
            for key in sorted({one.service for one in self.org.answers}):
                await name_service(session, key, f"Service {key}")
            for name, (role, scope) in self.people().items():
                await auth.add_user(session, f"{name}@x.example", PASSWORD, role, sorted(scope or []))
            self.places = [one.key for one in await touchpoints(session)]

    def touchpoint(self, said: Said) -> str:
        return self.places[int(said.touchpoint[1:])]

    async def hear(self, answers: Sequence[Said]) -> None:
        async with self.db.write() as session:
            known = await touchpoints(session)
            await store(session, read_voices([self._voice(one) for one in answers], known))
        for one in answers:
            for dimension in self.scores[one.number]:
                at = (dimension, BEGINS + one.month, self.touchpoint(one), one.service, one.customer)
                self.waiting[at].append(one.number)

    def _voice(self, one: Said) -> Voice:
        luck = random.Random(one.number)
        day = first_day(BEGINS + one.month)
        words = f"{luck.choice(SENTENCES)}, {word_of(one.number)}." if luck.random() < 0.4 else ""
        return Voice(
            kind=VoiceKind.RESPONSE,
            id=UUID(int=(1 << 100) + one.number),
            said_at=datetime(day.year, day.month, 1 + one.number % 27, 10, tzinfo=UTC),
            text=words,
            language="en",
            channel="mail",
            scores=self.scores[one.number],
            person_id=UUID(int=(1 << 101) + one.person),
            customer=one.customer,
            service=one.service,
            chosen=self.touchpoint(one),
        )

    async def publish(self) -> None:
        async with self.db.write() as session:
            await publication.publish(session, clock.now())
            self.portfolios = {one.key: frozenset(one.customers) for one in await portfolios_known(session)}

    def note(self, dimension: Dimension, parts: Sequence[Any]) -> None:
        """What the gate lets out, as the answers in it."""
        if dimension in SCORES:
            for part in parts:
                cells = [(dimension, one.month, one.touchpoint, one.service, one.customer) for one in part.cells]
                found = frozenset(number for cell in cells for number in self.waiting[cell])
                self.puts.append(Put(dimension, part.label, found))

    def forget(self, dimension: Dimension, parts: Sequence[Any]) -> None:
        for part in parts if dimension in SCORES else ():
            for one in part.cells:
                self.waiting.pop((dimension, one.month, one.touchpoint, one.service, one.customer), None)

    async def work(self) -> None:
        """Everything that waits is done: letters, messages, looks for moments."""
        from web.worker import SUBSCRIPTIONS

        await drain_all(self.db, SUBSCRIPTIONS)

    @asynccontextmanager
    async def signed_in(self, name: str) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=self.app)
        headers = {"Accept-Language": "en"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as client:
            await client.get("/sign-in")
            form = {"email": f"{name}@x.example", "password": PASSWORD}
            answer = await client.post("/sign-in", data=form | csrf(client))
            assert answer.status_code == 303, answer.text
            yield client

    def letters(self) -> list[str]:
        return [path.read_text() for path in sorted((self.folder / "mail").glob("*.eml"))]


def csrf(client: httpx.AsyncClient) -> dict[str, str]:
    return {"_csrf_token": client.cookies.get("csrftoken") or ""}


def day_of(month: int) -> datetime:
    """The last of the month of an organisation, at ten."""
    following = first_day(BEGINS + month + 1)
    return datetime(following.year, following.month, 1, 10, tzinfo=UTC) - timedelta(days=1)


@asynccontextmanager
async def house(org: Organisation, scores: Scores, folder: Path) -> AsyncIterator[House]:
    """An empty installation, where every id follows from the ones before."""
    url = f"sqlite+aiosqlite:///{folder / 'touchstone.db'}"
    (folder / "touchstone.db").write_bytes(_empty())
    with surroundings(url, folder):
        db = Database(url, alone=True)
        found = House(org, scores, db, _application(), folder)
        from web.app import fresh_state

        found.app.state = fresh_state()
        found.app.state.db = db
        with watched(found):
            await found.move_in()
            yield found
        await db.close()


@contextmanager
def surroundings(url: str, folder: Path) -> Iterator[None]:
    given = {"TOUCHSTONE_DATA_DIR": str(folder), "TOUCHSTONE_DATABASE_URL": url, "TOUCHSTONE_SECRET_KEY": SECRET}
    with patch.dict(os.environ, given):
        settings.cache_clear()
        yield
    settings.cache_clear()


@contextmanager
def watched(found: House) -> Iterator[None]:
    add, forget, luck = publication._add, publication._forget, random.Random(1)

    async def adding(session: Any, dimension: Dimension, parts: Sequence[Any]) -> None:
        found.note(dimension, parts)
        await add(session, dimension, parts)

    async def forgetting(session: Any, dimension: Dimension, smallest: int, parts: Sequence[Any]) -> None:
        await forget(session, dimension, smallest, parts)
        found.forget(dimension, parts)

    async def post(*given: Any) -> int:
        found.posted.append(str(given[-1]))
        return 200

    with ExitStack() as changed:
        for place, instead in (
            ("analysis.service.publication._add", adding),
            ("analysis.service.publication._forget", forgetting),
            ("core.webhooks.jobs.post", post),
            ("core.ids.uuid7", _numbered(luck)),
            ("core.auth.service.passwords.hasher", QUICK_HASHER),
        ):
            changed.enter_context(patch(place, instead))
        yield


def _numbered(luck: random.Random) -> Callable[[], UUID]:
    made = iter(range(1 << 40))
    return lambda: UUID(int=(next(made) << 80) | (7 << 76) | (2 << 62) | luck.getrandbits(60))


@cache
def _application() -> Any:
    from web.app import create_app

    return create_app()


@cache
def _empty() -> bytes:
    """A database at the newest schema; made in a thread, since migrations have a loop of their own."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as aside:
        path = Path(folder) / "empty.db"
        aside.submit(schema.migrate, f"sqlite+aiosqlite:///{path}").result()
        return path.read_bytes()
