"""Webhooks of ticket systems: hook."""

import sys
from pathlib import Path

import click
import msgspec

from core.db import Database
from core.errors import Invalid
from core.settings import settings
from journeys.models import HookSystem
from journeys.queries.hooks import hooks_seen
from journeys.rules.hooks import HookReader
from journeys.schemas import HookReading, HookSeen
from journeys.service import hooks as service
from web.builtin import hook_mapping
from web.cli.serving import with_database
from web.cli.tickets import need_schema

REFUSED = 2
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_mapping = click.option("--mapping", type=_file, metavar="MAP.toml", help="How payloads are read (docs/hooks.md).")
_system = click.argument("system", type=click.Choice([one.value for one in HookSystem]))


@click.group()
def hook() -> None:
    """Addresses that ticket systems call when something happens there."""


@hook.command("add")
@_system
@click.argument("key")
@_mapping
@click.option("--secret-stdin", is_flag=True, help="Read the system's own secret from standard input.")
def add(system: str, key: str, mapping: Path | None, secret_stdin: bool) -> None:
    """Open an address for SYSTEM under the name KEY and print it with the secret that its calls must prove."""
    given, text = sys.stdin.readline().strip() if secret_stdin else None, _mapping_text(system, mapping)

    async def work(db: Database) -> str:
        async with db.write() as session:
            return await service.add_hook(session, HookSystem(system), key, text, given)

    need_schema()
    secret = with_database(work)
    click.echo(f"{settings().base_url}/hooks/{system}/{key}")
    if not secret_stdin:
        click.echo(f"Secret, shown this once: {secret}")


@hook.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """Every hook, and what became of the calls that are kept."""

    async def work(db: Database) -> list[HookSeen]:
        async with db.read() as session:
            return await hooks_seen(session)

    need_schema()
    seen = with_database(work)
    if as_json:
        click.echo(
            msgspec.json.encode(
                [{"system": s.system, "key": s.key, "calls": s.calls, "last_at": s.last_at} for s in seen]
            )
        )
        return
    for one in seen:
        counts = ", ".join(f"{n:,} {state.value}" for state, n in one.calls.items()) or "no calls"
        click.echo(f"{one.system.value}/{one.key}: {counts}")


@hook.command("try")
@_system
@click.argument("file", type=_file)
@_mapping
@click.pass_context
def try_(ctx: click.Context, system: str, file: Path, mapping: Path | None) -> None:
    """What the payload in FILE would tell, event by event. Needs no database and stores nothing."""
    payload = service.payload_of(file.read_bytes())
    if payload is None:
        raise Invalid(f"{file.name} does not hold one JSON object")
    reading = HookReader(_mapping_text(system, mapping)).read(payload)
    for event in reading.events:
        click.echo(msgspec.json.encode(event))
    _tell_problems(reading)
    ctx.exit(REFUSED if reading.problems else 0)


def _tell_problems(reading: HookReading) -> None:
    for problem in reading.problems:
        click.echo(f"  {problem.field}: {problem.message}", err=True)
    if not reading.events and not reading.problems:
        click.echo("Nothing in it that the mapping knows: no [[events]] block's conditions hold.", err=True)


@hook.command("mapping")
@_system
@click.argument("key", required=False)
@click.option("--set", "new", type=_file, metavar="MAP.toml", help="Read payloads by this file from now on.")
def mapping(system: str, key: str | None, new: Path | None) -> None:
    """Print the mapping of a hook, or the one that SYSTEM starts with; --set changes it."""
    if not key:
        click.echo(_mapping_text(system, None))
        return
    text = new.read_text("utf-8") if new else None
    need_schema()
    click.echo(with_database(lambda db: _set_mapping(db, system, key, text) if text else _mapping_of(db, system, key)))


async def _mapping_of(db: Database, system: str, key: str) -> str:
    async with db.read() as session:
        return (await service.existing(session, system, key)).mapping


async def _set_mapping(db: Database, system: str, key: str, text: str) -> str:
    async with db.write() as session:
        await service.change_mapping(session, system, key, text)
    return f"Changed. What came before is read again by `touchstone hook replay {system} {key}`."


@hook.command("replay")
@_system
@click.argument("key")
def replay(system: str, key: str) -> None:
    """Read the kept payloads again, as after a better mapping; what is known already changes nothing."""

    async def work(db: Database) -> int:
        async with db.write() as session:
            return await service.replay(session, system, key)

    need_schema()
    click.echo(f"{with_database(work):,} payloads are read again.")


@hook.command("remove")
@_system
@click.argument("key")
def remove(system: str, key: str) -> None:
    """Close the address; its kept payloads go, the tickets stay."""

    async def work(db: Database) -> None:
        async with db.write() as session:
            await service.remove_hook(session, system, key)

    need_schema()
    with_database(work)
    click.echo(f"{system}/{key} answers no more.")


def _mapping_text(system: str, file: Path | None) -> str:
    if file:
        return file.read_text("utf-8")
    if system == HookSystem.CUSTOM:
        raise Invalid("A custom hook needs --mapping: only you know what that system sends (docs/hooks.md)")
    return hook_mapping(system)


commands = [hook]
