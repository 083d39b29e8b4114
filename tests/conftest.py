"""Real servers, migrated databases, and people: Alice owns, Bob is in her team, Charlie is a stranger."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import web.models  # noqa: F401 - the whole schema has to be known before tables are emptied
from core import i18n
from core.auth import service as auth
from core.auth.models import Role
from core.auth.service import passwords
from core.db import Database
from core.months import by_month
from core.settings import settings
from tests.support.servers import Servers
from web import schema

PASSWORD = "correct horse battery staple"
SECRET = "a secret key for tests, long enough to count"
DATABASE, REDIS = "TOUCHSTONE_TEST_DATABASE_URL", "TOUCHSTONE_TEST_REDIS_URL"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # nobody guesses passwords of tests
_servers: list[Servers] = []
hypothesis.settings.register_profile("busy machine", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("busy machine")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests wait for browsers, servers and disks, and somebody should work meanwhile."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that hands out the work; workers inherit the addresses."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    servers = Servers()
    _servers.append(servers)
    if not os.environ.get(DATABASE):
        os.environ[DATABASE] = servers.start_postgres()
    if not os.environ.get(REDIS):
        os.environ[REDIS] = servers.start_redis()


def pytest_unconfigure() -> None:
    while _servers:
        _servers.pop().stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest of the files stand under web: begun last, one process would work on while the others have ended."""
    items.sort(key=lambda item: item.path.parent.name != "web")


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test has an installation of its own, and speaks English until it says otherwise."""
    for name in [name for name in os.environ if name.startswith("TOUCHSTONE_") and "_TEST_" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY", SECRET)
    monkeypatch.setenv("TOUCHSTONE_PUBLISH_MINUTES", "0")  # tests drain the outbox when they want to see something
    monkeypatch.setattr(passwords, "hasher", QUICK_HASHER)
    settings.cache_clear()
    i18n.use("en")
    yield
    settings.cache_clear()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "template.db"
    schema.migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
async def migrated_postgres(worker_id: str) -> AsyncIterator[str]:
    server = os.environ[DATABASE].replace("postgresql://", "postgresql+asyncpg://", 1)
    name = f"touchstone_{os.getpid()}_{worker_id}"
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    url = server.rsplit("/", 1)[0] + "/" + name
    await _in_thread(schema.migrate, url)
    yield url
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await engine.dispose()


async def _in_thread(call: object, *args: object) -> None:
    """Migrations run an event loop of their own."""
    import asyncio

    await asyncio.to_thread(call, *args)  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database at the newest schema: every test that uses it runs on both engines."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("migrated_postgres")
        return url
    path = tmp_path / "data" / "touchstone.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def db(
    request: pytest.FixtureRequest, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Database]:
    monkeypatch.setenv("TOUCHSTONE_DATABASE_URL", database_url)
    settings.cache_clear()
    made = Database(database_url)
    if made.is_sqlite and request.node.get_closest_marker("durable") is None:
        event.listen(made.engine.sync_engine, "connect", _wait_for_no_disk)
    yield made
    if not made.is_sqlite:
        await _emptied(made)
    await made.close()


def _wait_for_no_disk(connection: Any, _record: Any) -> None:
    """As the tests' PostgreSQL does; whoever asks what a power cut leaves starts a server or opens the file anew."""
    connection.execute("PRAGMA synchronous=OFF")


async def _emptied(made: Database) -> None:
    """Only what has rows: to empty a table costs a file, and most tests write to few of the eighty."""
    names = [f'"{table.name}"' for table in SQLModel.metadata.sorted_tables]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
    async with made.write() as session:
        connection = await session.connection()
        if found := set((await connection.execute(text(filled))).scalars()):
            parted = [f'"{name}"' for name in reversed(by_month())]  # a file for each of their partitions' indexes
            for name in parted:
                if name in found:
                    await connection.execute(text(f"DELETE FROM {name}"))
            if rest := sorted(found - set(parted)):
                await connection.execute(text(f"TRUNCATE {', '.join(rest)} CASCADE"))


@dataclass
class Visitor:
    """Somebody with a browser."""

    http: httpx.AsyncClient

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        await self.http.get("/sign-in")
        form = {"email": email, "password": password, "_csrf_token": self.http.cookies.get("csrftoken") or ""}
        return await self.http.post("/sign-in", data=form)


@pytest.fixture
async def site(db: Database) -> httpx.ASGITransport:
    """The application over `db`, with nothing in the background: tests drain the outbox themselves."""
    from web.app import fresh_state

    app = _app(settings().secret, settings().secure_cookies)
    app.state = fresh_state()
    app.state.db = db
    return httpx.ASGITransport(app=app)


@cache
def _app(_secret: bytes, _secure_cookies: bool) -> Litestar:
    """What an application is made of does not change from test to test, and making it takes a third of a second."""
    from web.app import create_app

    return create_app()


@pytest.fixture
async def visitor(site: httpx.ASGITransport) -> AsyncIterator[Visitor]:
    async with _browser(site) as http:
        yield Visitor(http)


def _browser(site: httpx.ASGITransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8000", headers={"Accept-Language": "en"})


async def _signed_in(db: Database, site: httpx.ASGITransport, name: str, role: Role, customers: list[str]) -> Visitor:
    email = f"{name}@touchstone.example"
    async with db.write() as session:
        await auth.add_user(session, email, PASSWORD, role, customers)
    person = Visitor(_browser(site))
    assert (await person.sign_in(email)).status_code == 303
    return person


@pytest.fixture
async def alice(db: Database, site: httpx.ASGITransport) -> AsyncIterator[Visitor]:
    """Manages the customer `acme`."""
    person = await _signed_in(db, site, "alice", Role.MANAGER, ["acme"])
    yield person
    await person.http.aclose()


@pytest.fixture
async def bob(db: Database, site: httpx.ASGITransport) -> AsyncIterator[Visitor]:
    """In Alice's team: manages `acme` too."""
    person = await _signed_in(db, site, "bob", Role.MANAGER, ["acme"])
    yield person
    await person.http.aclose()


@pytest.fixture
async def charlie(db: Database, site: httpx.ASGITransport) -> AsyncIterator[Visitor]:
    """A stranger: manages `globex`, and must see nothing of `acme`."""
    person = await _signed_in(db, site, "charlie", Role.MANAGER, ["globex"])
    yield person
    await person.http.aclose()


@pytest.fixture
async def helpdesk(db: Database, site: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    """A program with an integration token."""
    async with db.write() as session:
        token = await auth.add_token(session, "helpdesk", Role.INTEGRATION, [])
    async with _browser(site) as http:
        http.headers["Authorization"] = f"Bearer {token}"
        yield http
