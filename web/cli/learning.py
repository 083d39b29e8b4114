"""The classifier of this installation: learning from corrections, its versions, reading again."""

import asyncio
import json
from typing import Any

import click
import msgspec

from analysis.classifier import VERSION
from analysis.queries.heads import current_version
from analysis.schemas.versions import Progress, Version
from analysis.service import comparing, heads, rereading
from analysis.service import learning as service
from core.db import Database
from web.cli.progress import Watcher, watched
from web.cli.serving import with_database

LOOK_SECONDS = 1.0
as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")


@click.command()
@as_json
def learn(as_json: bool) -> None:
    """Learn from the corrections now; the new version is used when it is better on corrections it has not seen."""
    made = with_database(_learn)
    if made is None:
        click.echo("null" if as_json else "There is nothing new to learn from.")
        return
    _echo(made, as_json, _line(made))


async def _learn(db: Database) -> Version | None:
    async with db.read() as session:
        found = await service.material(session, asked=True)
    if found is None:
        return None
    learned = await asyncio.to_thread(service.learn, found)
    async with db.write() as session:
        made = await service.keep(session, found, learned)
        return next((one for one in await heads.versions(session) if made and one.version == made.version), None)


@click.command()
@click.option("--no-wait", is_flag=True, help="Do not wait until it is done.")
def reread(no_wait: bool) -> None:
    """Have comments read again that an older version read, or that knew other touchpoints. Corrections stay.

    The server or a worker does it, batch by batch; this command only asks for it and watches.
    """
    asked = with_database(_ask)
    click.echo(f"{asked:,} to be read again." if asked else "Everything was read by the current version.")
    if asked and not no_wait:
        with watched(asked) as step:
            with_database(lambda db: _watch(db, asked, step("Reading")))


async def _ask(db: Database) -> int:
    async with db.write() as session:
        return await rereading.ask_to_read_again(session)


async def _watch(db: Database, asked: int, tell: Watcher) -> None:
    while (left := await _left(db)).outdated:
        tell(asked - left.outdated)
        await asyncio.sleep(LOOK_SECONDS)


async def _left(db: Database) -> Progress:
    async with db.read() as session:
        return await rereading.how_far(session)


@click.group()
def classifier() -> None:
    """Versions of the classifier: the shipped one, and what was learnt from corrections."""


@classifier.command("list")
@as_json
def list_versions(as_json: bool) -> None:
    """All versions with their scores on held-out corrections, before and after learning."""
    found = with_database(_versions)
    _echo(found, as_json, "\n".join(_line(one) for one in found))


async def _versions(db: Database) -> list[Version]:
    async with db.read() as session:
        return await heads.versions(session)


def _line(one: Version) -> str:
    state = "reads now" if one.current else one.state
    if one.before is None or one.after is None:
        return f"{one.version}  {state}"
    sentiment = _scores(one.before.sentiment, one.after.sentiment)
    places = _scores(one.before.touchpoints, one.after.touchpoints)
    told = f"{one.corrections} corrections; on {one.held_out} held out: sentiment {sentiment}, touchpoints {places}"
    return f"{one.version}  {state}  {told}"


def _scores(before: float | None, after: float | None) -> str:
    return "too few" if before is None or after is None else f"{before:.1f} -> {after:.1f}"


@classifier.command()
@click.argument("version")
def promote(version: str) -> None:
    """Read new comments by VERSION from now on."""
    click.echo(_reads_now(with_database(lambda db: _promote(db, version))))


async def _promote(db: Database, version: str) -> str:
    async with db.write() as session:
        return await heads.promote(session, version)


@classifier.command()
def rollback() -> None:
    """Read by the version before again, at once and for all workers."""
    click.echo(_reads_now(with_database(_rollback)))


async def _rollback(db: Database) -> str:
    async with db.write() as session:
        return await heads.rollback(session)


def _reads_now(version: str) -> str:
    shipped = " (shipped)" if version == VERSION else ""
    return f"{version}{shipped} reads new comments from now on. `touchstone reread` reads the others again."


@classifier.command()
@click.argument("version")
@as_json
def shadow(version: str, as_json: bool) -> None:
    """Read the last month's comments by the current version and by VERSION: what would change, in counts."""
    with watched() as step:
        tell = step("Reading twice")
        found = with_database(lambda db: _shadow(db, version, tell))
    _echo(found, as_json, _compared(found))


async def _shadow(db: Database, version: str, tell: Watcher) -> dict[str, Any]:
    async with db.read() as session:
        present = await current_version(session)
    return await comparing.compare(db, present, version, tell)


def _compared(found: dict[str, Any]) -> str:
    lines = [
        f"{found['present']} and {found['other']}, {found['comments']:,} comments since {found['since']}",
        f"labels that change: {found['labels_changed']:,}",
        *(f"  {one['from']} -> {one['to']}: {one['n']:,}" for one in found["labels"]),
        f"comments whose touchpoints change: {found['touchpoints_changed']:,}",
        *(f"  gained by {key}: {n:,}" for key, n in found["touchpoints_gained"].items()),
        *(f"  lost by {key}: {n:,}" for key, n in found["touchpoints_lost"].items()),
    ]
    for what, one in found["corrected"].items():
        lines.append(f"corrected {what} met: {one['present']} -> {one['other']} of {one['n']}")
    return "\n".join(lines)


def _echo(found: Any, as_json: bool, text: str) -> None:
    click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False) if as_json else text)


commands = [learn, reread, classifier]
