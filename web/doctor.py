"""Is the installation well, and is it safe to start? What is wrong, and what to do about it."""

import asyncio
import os
import shutil
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from core.clock import now
from core.db import UNAVAILABLE, Database
from core.errors import Misconfigured
from core.log import cause
from core.months import lacking
from core.settings import Settings, settings
from core.tasks import waits
from feedback.rules.handling import kept_by_channel
from feedback.service.mailbox import checked_address
from web import schema
from web.ageing import due, held_back

LEAST_FREE_BYTES = 1_000_000_000
LONGEST_WAIT_SECONDS = 600
KNOCK_SECONDS = 3


class Level(StrEnum):
    WELL = "well"
    WARNING = "warning"
    WRONG = "wrong"
    UNSAFE = "unsafe"  # the server and the workers do not start like this


@dataclass(frozen=True)
class Finding:
    level: Level
    about: str
    message: str
    remedy: str = ""


def of_settings(one: Settings) -> list[Finding]:
    """What can be said without asking anybody."""
    found, host = [_secret(one)], urlsplit(one.base_url).hostname or ""
    public = not _private(host)
    if public and os.environ.get("LITESTAR_DEBUG", "").lower() in ("1", "true"):
        found.append(Finding(Level.UNSAFE, "debug", "LITESTAR_DEBUG shows code and values in errors", "Unset it"))
    if public and not one.secure_cookies:
        wrong = "people sign in without HTTPS at a public address"
        found.append(Finding(Level.WARNING, "address", wrong, "Give TOUCHSTONE_BASE_URL its https:// address"))
    if one.secure_cookies and not one.trusted_proxies:
        told = "with HTTPS a proxy stands in front, and none is trusted: all visitors share one budget of tries"
        found.append(Finding(Level.WARNING, "proxies", told, "Set TOUCHSTONE_TRUSTED_PROXIES to their number"))
    return [*found, *_redis(one), *_listening(one)]


def _secret(one: Settings) -> Finding:
    try:
        _ = one.secrets
    except Misconfigured as wrong:
        return Finding(Level.UNSAFE, "secret", wrong.message, "openssl rand -base64 48")
    kept = one.data_dir / "secret.key"
    if not one.secret_key and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        return Finding(Level.WARNING, "secret", f"{kept} can be read by others", f"chmod 600 {kept}")
    return Finding(Level.WELL, "secret", "the secret key is long and no placeholder")


def _redis(one: Settings) -> list[Finding]:
    if not one.redis_url:
        return []
    parts = urlsplit(one.redis_url)
    if not parts.password and not _private(parts.hostname or ""):
        wrong = "Redis has no password and stands at a public address"
        return [Finding(Level.UNSAFE, "redis", wrong, "Set requirepass, and put the password into the address")]
    return []


def _listening(one: Settings) -> list[Finding]:
    """What would be found out only when a first message came in, or the first one went."""
    try:
        kept_by_channel(one.feedback_days_by_channel)
        checked_address(one.imap_url)
    except Misconfigured as wrong:
        return [Finding(Level.UNSAFE, "feedback", wrong.message, "Correct it, and start again")]
    return []


def _private(host: str) -> bool:
    """Loopback, a private range, or a name without a dot, as in a compose file."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


async def of_database(db: Database) -> list[Finding]:
    try:
        found = await _engine(db)
        current = await schema.is_current(db)
    except UNAVAILABLE as error:
        gone = f"the database does not answer ({cause(error)})"
        return [Finding(Level.WRONG, "database", gone, "Start it, and check TOUCHSTONE_DATABASE_URL")]
    if not current:
        return [*found, Finding(Level.WRONG, "schema", "the schema is not the newest", "touchstone migrate")]
    return [*found, Finding(Level.WELL, "schema", "the schema is the newest"), *await _queue(db), *await _months(db)]


async def _months(db: Database) -> list[Finding]:
    lack = ", ".join(await lacking(db))
    told = f"partitions are missing: {lack}; rows of these months lie in the one for the rest"
    return [*([Finding(Level.WARNING, "months", told, "touchstone migrate")] if lack else []), *await _ageing(db)]


async def _ageing(db: Database) -> list[Finding]:
    months = settings().answer_months
    async with db.read() as session:
        held = await held_back(session)
    if not months:
        return []
    told = f"answers are kept for {months} months"
    if held is None or held.since < due(now().date() - timedelta(days=2), months):
        late = f"{told}, and what is older has not gone yet"
        return [Finding(Level.WARNING, "answers", late, "It goes in the coming night: does a worker run?")]
    if held.answers:
        kept = f"{told}; {held.answers} from before {held.since} stay, {held.under_way} of them under open improvements"
        return [Finding(Level.WARNING, "answers", kept, "Close or drop these improvements; see what waits: /tasks")]
    return [Finding(Level.WELL, "answers", f"{told}: those since {held.since} are there")]


async def _engine(db: Database) -> list[Finding]:
    kept = await db.durability()
    found = [
        Finding(Level.UNSAFE, "database", f"{name} is {value}: {why}", remedy)
        for name, value in kept.items()
        if (name, value) in UNSAFE
        for why, remedy in [UNSAFE[name, value]]
    ]
    found += [
        Finding(Level.WARNING, "database", wrong, remedy)
        for name, (good, wrong, remedy) in DOUBTFUL.items()
        if kept.get(name, good) != good
    ]
    told = ", ".join(f"{name} {value}" for name, value in kept.items())
    return found or [Finding(Level.WELL, "database", f"a commit is on disk ({told})")]


UNSAFE = {
    ("synchronous_commit", "off"): (
        "an answer that was confirmed may be lost",
        "ALTER DATABASE ... SET synchronous_commit = on",
    ),
    ("track_commit_timestamp", "on"): (
        "it writes down to the microsecond when each anonymous message was stored",
        "track_commit_timestamp = off in postgresql.conf, and restart PostgreSQL",
    ),
    **{
        ("log_statement", value): (
            "PostgreSQL's own log keeps each message, its hash and the moment at which it came",
            "log_statement = none in postgresql.conf",
        )
        for value in ("mod", "all")
    },
    ("synchronous", "0"): ("an answer that was confirmed may be lost", "PRAGMA synchronous=FULL"),
    ("synchronous", "1"): ("an answer that was confirmed may be lost", "PRAGMA synchronous=FULL"),
}

# Setting: what it should be, what is wrong otherwise, and what to do.
DOUBTFUL = {
    "fsync": ("on", "fsync is off: a power cut may destroy the whole database", "fsync = on in postgresql.conf"),
    "log_min_duration_statement": (
        "-1",
        "PostgreSQL's own log keeps slow statements with what was written, and when",
        "log_min_duration_statement = -1, or log_parameter_max_length = 0, in postgresql.conf",
    ),
    "wal_recycle": (
        "off",
        "what was deleted stands in old files of PostgreSQL's write-ahead log until they are written over",
        "wal_recycle = off and archive_timeout = 1h in postgresql.conf: then they go within hours",
    ),
}


async def _queue(db: Database) -> list[Finding]:
    async with db.read() as session:
        jobs = await waits(session, now())
    found = [
        Finding(Level.WRONG, "jobs", f"{job.job}: {job.dead} tasks were given up", "touchstone tasks list")
        for job in jobs
        if job.dead
    ]
    oldest = max((job.oldest_seconds for job in jobs), default=0)
    if oldest > LONGEST_WAIT_SECONDS:
        late = f"the oldest task has been due for {oldest // 60:.0f} minutes"
        found.append(Finding(Level.WARNING, "jobs", late, "Is a worker running? Start another `touchstone worker`"))
    return found or [Finding(Level.WELL, "jobs", f"{sum(job.waiting for job in jobs)} tasks wait, none was given up")]


def of_disk(one: Settings) -> Finding:
    try:
        one.data_dir.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(one.data_dir).free
    except OSError as error:
        return Finding(Level.WRONG, "disk", f"{one.data_dir} cannot be used ({cause(error)})", "Check its owner")
    if not os.access(one.data_dir, os.W_OK):
        return Finding(Level.WRONG, "disk", f"{one.data_dir} cannot be written", f"chown it to user {os.geteuid()}")
    level = Level.WELL if free > LEAST_FREE_BYTES else Level.WARNING
    return Finding(level, "disk", f"{free / 1e9:.1f} GB are free in {one.data_dir}", "Make room before it is full")


async def of_neighbours(one: Settings) -> AsyncIterator[Finding]:
    """Redis and the mail server: neither is needed for taking answers, both are missed soon."""
    for name, url, port, missed in (
        ("redis", one.redis_url, 6379, "workers look every ten seconds instead of being woken"),
        ("mail", one.smtp_url, 25, "mails wait"),
        ("mailbox", one.imap_url, 993 if one.imap_url.startswith("imaps") else 143, "mails of people stay in it"),
    ):
        if url and (error := await _knock(urlsplit(url).hostname or "", urlsplit(url).port or port)):
            gone = f"{name} does not answer ({error}): {missed}"
            yield Finding(Level.WARNING, name, gone, f"Start it, or correct TOUCHSTONE_{_SETTING[name]}")
        elif url:
            yield Finding(Level.WELL, name, f"{name} answers")


_SETTING = {"redis": "REDIS_URL", "mail": "SMTP_URL", "mailbox": "IMAP_URL"}


async def _knock(host: str, port: int) -> str:
    try:
        async with asyncio.timeout(KNOCK_SECONDS):
            _reader, writer = await asyncio.open_connection(host, port)
            writer.close()
    except (OSError, TimeoutError) as error:
        return type(error).__name__
    return ""


async def examine(db: Database) -> list[Finding]:
    one = settings()
    return [*of_settings(one), of_disk(one), *await of_database(db), *[found async for found in of_neighbours(one)]]


async def refuse_unsafe(db: Database) -> None:
    """Nothing starts that would break a promise: better no service than one that lies."""
    try:
        kept = await _engine(db)
    except UNAVAILABLE:
        kept = []  # a database that is away is waited for, and looked at by `doctor` when it is back
    unsafe = [one for one in [*of_settings(settings()), *kept] if one.level is Level.UNSAFE]
    if unsafe:
        raise Misconfigured("Not started: " + "; ".join(f"{one.message} ({one.remedy})" for one in unsafe))
