"""A consistent copy of everything in the database, and back: one format for both engines.

A zip with `manifest.json` and one `<table>.ndjson` a table, rows in the order of their keys: the order in which they
came is not in it, nor is anything that was deleted. The secret key is not in it either; it is kept apart.
"""

import json
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import web.models  # noqa: F401 - every table has to be known
from core import copying
from core.clock import now
from core.db import Database
from core.errors import Conflict, Invalid
from web import schema

FORMAT = 1
AT_ONCE = 1000
Manifest = dict[str, Any]


async def backup(db: Database, path: Path) -> Manifest:
    """One state of all tables; a file that is there already is not touched."""
    _begin(path)
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            async with db.read() as session:
                counts = {name: await _write(archive, name, copying.rows(session, name)) for name in copying.tables()}
                manifest = await _manifest(db, counts)
            archive.writestr("manifest.json", json.dumps(manifest, indent=2))
    except BaseException:
        _remove(path)
        raise
    return manifest


def _begin(path: Path) -> None:
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise Conflict(f"{path} is there already") from None


def _remove(path: Path) -> None:
    """Half a copy looks like one."""
    path.unlink()


async def _manifest(db: Database, counts: dict[str, int]) -> Manifest:
    return {"format": FORMAT, "schema": await schema.revision(db), "day": now().date().isoformat(), "rows": counts}


async def _write(archive: zipfile.ZipFile, name: str, rows: AsyncIterator[dict[str, Any]]) -> int:
    n = 0
    with archive.open(f"{name}.ndjson", "w", force_zip64=True) as out:
        async for row in rows:
            out.write(json.dumps(row, ensure_ascii=False, default=_plain).encode() + b"\n")
            n += 1
    return n


def _plain(value: Any) -> Any:
    """What JSON has no word for, named by its kind."""
    if isinstance(value, bytes | memoryview):
        return {"$bytes": bytes(value).hex()}
    if isinstance(value, UUID):
        return {"$uuid": value.hex}
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    raise TypeError(type(value).__name__)


READ = {"$bytes": bytes.fromhex, "$uuid": UUID, "$time": datetime.fromisoformat, "$date": date.fromisoformat}


def _read(row: bytes) -> dict[str, Any]:
    return {name: _value(value) for name, value in json.loads(row).items()}


def _value(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1 and (kind := next(iter(value))) in READ:
        return READ[kind](value[kind])  # type: ignore[operator]
    return value


async def restore(db: Database, path: Path) -> Manifest:
    """Into an empty database at the schema of the copy: all of it, with the counts of the manifest, or nothing."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest: Manifest = json.loads(archive.read("manifest.json"))
            await _fits(db, manifest)
            async with db.write() as session:
                await copying.empty_built_in(session)
                for name in copying.tables():
                    with archive.open(f"{name}.ndjson") as lines:
                        await _take(session, name, lines, manifest["rows"][name])
                await copying.go_on_counting(session)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as wrong:
        raise Invalid(f"{path} is no whole backup of Touchstone") from wrong
    return manifest


async def _fits(db: Database, manifest: Manifest) -> None:
    mine = await schema.revision(db)
    if manifest["format"] != FORMAT or manifest["schema"] != mine:
        theirs = manifest["schema"]
        raise Invalid(f"The backup has schema {theirs}, the database {mine}: restore with the version that made it")
    async with db.read() as session:
        if await copying.holds_voices(session):
            raise Conflict("The database is not empty: restore into a new one")


async def _take(session: Any, name: str, lines: IO[bytes], promised: int) -> None:
    n, some = 0, list[dict[str, Any]]()
    for line in lines:
        some.append(_read(line))
        if len(some) == AT_ONCE:
            n += await _put(session, name, some)
            some = []
    n += await _put(session, name, some)
    if n != promised:
        raise Invalid(f"{name} has {n} rows, and the manifest promises {promised}: the backup is damaged")


async def _put(session: Any, name: str, rows: Sequence[dict[str, Any]]) -> int:
    await copying.put(session, name, rows)
    return len(rows)
