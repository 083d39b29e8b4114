"""Looking after an installation: what is wrong is said, what was given up is seen, and a copy comes back whole."""

import asyncio
import json
import re
import zipfile
from pathlib import Path

import httpx
import pytest
import yaml
from click import Context
from click.testing import CliRunner
from prometheus_client import CONTENT_TYPE_LATEST
from sqlmodel import func, select

from core.auth.models import Role
from core.backlog import replay
from core.clock import now
from core.db import Database
from core.errors import Conflict, Invalid, Misconfigured
from core.outbox import Delivery, Fact
from core.settings import ROOT, Settings, settings
from core.tasks import dead_letters, waits
from surveys.models import Response
from surveys.schemas import Submission
from tests.conftest import Visitor, _signed_in
from tests.surveys.story import install, link, reply
from web import backup, doctor
from web.app import create_app
from web.cli import touchstone
from web.doctor import Level

SAID = Submission("k", "en", {"functional": 2, "comment": "慢，太慢了 \u2028 '\""})


async def given_up(db: Database) -> None:
    async with db.write() as session:
        session.add(Fact(id=7, name="ResponseReceived", data={}, not_before=now(), fanned_out=True))
        await session.flush()
        session.add(
            Delivery(fact_id=7, job="understand", due_at=now(), attempts=8, dead=True, cause="ValueError at x:1")
        )


async def counted(db: Database) -> int:
    async with db.read() as session:
        return (await session.exec(select(func.count()).select_from(Response))).one()


async def test_h7_what_was_given_up_is_red_seen_with_its_cause_and_tried_again(
    db: Database, site: httpx.ASGITransport, visitor: Visitor, alice: Visitor
) -> None:
    ada = await _signed_in(db, site, "ada", Role.ADMIN, [])
    await given_up(db)
    ready = await visitor.http.get("/health/ready")
    assert (ready.status_code, ready.json()["reasons"]) == (503, ["understand: 1 tasks were given up"])
    page = await ada.http.get("/tasks")
    assert "ValueError at x:1" in page.text
    assert (await alice.http.get("/tasks")).status_code == 403
    form = {"_csrf_token": ada.http.cookies.get("csrftoken")}
    assert (await alice.http.post("/tasks/understand/again", data=form)).status_code == 403
    assert (await ada.http.post("/tasks/understand/again", data=form)).status_code == 303
    assert (await visitor.http.get("/health/ready")).status_code == 200
    async with db.read() as session:
        assert await dead_letters(session, 10) == []
        [job] = await waits(session, now())
        assert (job.job, job.waiting, job.dead) == ("understand", 1, 0)
    await ada.http.aclose()


async def test_only_the_named_job_is_tried_again(db: Database) -> None:
    await given_up(db)
    async with db.write() as session:
        assert await replay(session, "find_themes") == 0
        assert await replay(session) == 1


async def test_metrics_name_jobs_and_nothing_else(db: Database, visitor: Visitor) -> None:
    await given_up(db)
    told = await visitor.http.get("/metrics")
    assert 'touchstone_tasks_dead{job="understand"} 1.0' in told.text
    assert "process_resident_memory_bytes" in told.text
    assert told.headers["content-type"] == CONTENT_TYPE_LATEST  # Prometheus 3 scrapes nothing with a word too many
    passed_on = await visitor.http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert passed_on.status_code == 404


async def test_the_interface_is_shown_without_asking_anybody_else(visitor: Visitor) -> None:
    page = await visitor.http.get("/api/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    for file in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert (await visitor.http.get(f"/api/docs/ui/{file}")).status_code == 200


# ---- doctor ----


@pytest.mark.durable
async def test_a_healthy_installation_has_nothing_wrong(db: Database) -> None:
    levels = {one.level for one in await doctor.examine(db)}
    assert levels <= {Level.WELL, Level.WARNING}  # the tests' PostgreSQL does not wait for the disk, and that is said


async def test_the_doctor_says_what_to_do(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await given_up(db)
    monkeypatch.setenv("TOUCHSTONE_SMTP_URL", "smtp://127.0.0.1:9")
    settings.cache_clear()
    found = {one.about: one for one in await doctor.examine(db)}
    assert (found["jobs"].level, found["jobs"].remedy) == (Level.WRONG, "touchstone tasks list")
    assert "mails wait" in found["mail"].message


@pytest.mark.parametrize(
    ("values", "about"),
    [
        ({"TOUCHSTONE_SECRET_KEY": "changeme-changeme-changeme-changeme"}, "secret"),
        ({"TOUCHSTONE_SECRET_KEY": "short"}, "secret"),
        ({"TOUCHSTONE_REDIS_URL": "redis://redis.example.com:6379/0"}, "redis"),
        ({"TOUCHSTONE_BASE_URL": "https://voice.example.com", "LITESTAR_DEBUG": "1"}, "debug"),
    ],
)
def test_e5_unsafe_settings_do_not_start(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], about: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    unsafe = [one for one in doctor.of_settings(Settings()) if one.level is Level.UNSAFE]
    assert [one.about for one in unsafe] == [about]
    assert unsafe[0].remedy


@pytest.mark.durable
async def test_e5_an_unsafe_database_does_not_start(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await doctor.refuse_unsafe(db)

    async def off() -> dict[str, str]:
        return {
            "synchronous_commit": "off",
            "track_commit_timestamp": "on",
            "log_statement": "mod",
            "wal_recycle": "on",
        }

    monkeypatch.setattr(db, "durability", off)
    with pytest.raises(Misconfigured, match=r"synchronous_commit is off.*track_commit_timestamp is on.*log_statement"):
        await doctor.refuse_unsafe(db)
    (doubtful,) = [one for one in await doctor.of_database(db) if one.level is Level.WARNING]
    assert "wal_recycle = off" in doubtful.remedy


# ---- backup and restore ----


@pytest.fixture
def other_database(tmp_path: Path, migrated_sqlite: Path) -> Database:
    path = tmp_path / "other.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    return Database(f"sqlite+aiosqlite:///{path}")


async def test_h11_a_copy_comes_back_whole_on_either_engine(
    db: Database, other_database: Database, tmp_path: Path
) -> None:
    await install(db)
    token, open_ = await link(db), await link(db, "INC-2")
    before = await reply(db, token, SAID)
    manifest = await backup.backup(db, tmp_path / "copy.zip")
    await reply(db, open_, SAID)  # after the copy: open again in it, which is reported
    try:
        assert await backup.restore(other_database, tmp_path / "copy.zip") == manifest
        again = await backup.backup(other_database, tmp_path / "again.zip")
        assert again["rows"] == manifest["rows"]
        assert manifest["rows"]["response"] == await counted(other_database) == 1
        repeated = await reply(other_database, token, SAID)
        assert (repeated.confirmation, repeated.new) == (before.confirmation, False)
        with pytest.raises(Conflict, match="not empty"):
            await backup.restore(other_database, tmp_path / "copy.zip")
    finally:
        await other_database.close()
    if not db.is_sqlite:
        await _and_back_into_postgres(db, tmp_path / "copy.zip", manifest)


async def _and_back_into_postgres(db: Database, copy: Path, manifest: backup.Manifest) -> None:
    from core import copying

    async with db.write() as session:
        await copying.empty_built_in(session)
    assert await backup.restore(db, copy) == manifest
    await reply(db, await link(db, "INC-3"), SAID)  # new rows are numbered on from the old ones


async def test_a_damaged_copy_brings_back_nothing(db: Database, other_database: Database, tmp_path: Path) -> None:
    await install(db)
    await reply(db, await link(db), SAID)
    await backup.backup(db, tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as whole, zipfile.ZipFile(tmp_path / "less.zip", "w") as less:
        for name in whole.namelist():
            less.writestr(name, b"" if name == "response.ndjson" else whole.read(name))
    (tmp_path / "none.zip").write_bytes(b"PK but no zip")
    try:
        for name in ("less.zip", "none.zip"):
            with pytest.raises(Invalid):
                await backup.restore(other_database, tmp_path / name)
        assert await counted(other_database) == 0
    finally:
        await other_database.close()


async def test_a_copy_is_for_its_owner_and_holds_no_key(db: Database, tmp_path: Path) -> None:
    await backup.backup(db, tmp_path / "copy.zip")
    assert (tmp_path / "copy.zip").stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict):
        await backup.backup(db, tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as copy:
        assert all(settings().secret not in copy.read(name) for name in copy.namelist())


async def test_the_commands_do_the_same(db: Database, tmp_path: Path) -> None:
    await install(db)
    await link(db)
    await given_up(db)
    run = CliRunner()

    def call(*arguments: str) -> tuple[int, str]:
        done = run.invoke(touchstone, arguments)
        return done.exit_code, done.output

    code, told = await asyncio.to_thread(call, "doctor", "--json")
    assert (code, {one["about"] for one in json.loads(told)} >= {"secret", "disk", "jobs"}) == (1, True)
    assert "understand: 0 due, 0 planned, 1 given up" in (await asyncio.to_thread(call, "tasks", "list"))[1]
    assert await asyncio.to_thread(call, "tasks", "again") == (0, "1 tasks are tried again.\n")
    assert (await asyncio.to_thread(call, "doctor"))[0] == 0
    assert (await asyncio.to_thread(call, "backup", str(tmp_path / "c.zip")))[0] == 0
    code, told = await asyncio.to_thread(call, "restore", str(tmp_path / "c.zip"))
    assert (code, "not empty" in told) == (1, True)


# ---- what is shipped to start from ----


def test_no_address_that_holds_a_secret_is_logged_by_the_proxy() -> None:
    unlogged = re.search(r"location ~ (\S+) \{\s+access_log off;", (ROOT / "deploy" / "nginx.conf").read_text())
    assert unlogged
    secret = re.compile(r"\{(token|secret|link|proof|code|receipt)\b")
    named = [route.path_format for route in create_app().routes if secret.search(route.path_format)]
    assert {"/s/{token}", "/password/{secret}"} <= set(named)
    assert [address for address in named if not re.match(unlogged[1], address)] == []


def test_the_files_to_start_from_name_real_commands_and_settings() -> None:
    known = {f"TOUCHSTONE_{name.upper()}" for name in Settings.model_fields}
    for path in (ROOT / "deploy").iterdir():
        words = path.read_text(encoding="utf-8").replace("=", " ").replace(":", " ").split()
        assert {word for word in words if word.startswith("TOUCHSTONE_")} <= known, path.name
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    for service in services.values():
        if service["command"][0] == "touchstone":
            command = touchstone.get_command(Context(touchstone), service["command"][1])
            assert command, service["command"]
            options = {option for one in command.params for option in one.opts}
            assert {word for word in service["command"][2:] if word.startswith("--")} <= options
    needed = {name for one in services.values() for name in one.get("depends_on", {})}
    assert needed <= set(services)
