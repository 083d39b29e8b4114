"""Voices from elsewhere: rows of a file. Idempotent: the same row again changes nothing."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from feedback.models import Channel, Kind
from feedback.schemas import BEST, WORST, Received, Said
from feedback.service.receiving import receive

SCORES = ("functional", "emotional", "satisfaction")
NEEDED = ("source", "external_id", "text")


@dataclass
class Imported:
    new: int = 0
    known: int = 0


def rows(name: str, content: bytes) -> Iterator[Mapping[str, str]]:
    """CSV by its header, or NDJSON."""
    text = content.decode("utf-8-sig")
    if name.endswith((".ndjson", ".jsonl")):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield _object(number, line)
        return
    for row in csv.DictReader(io.StringIO(text)):
        yield {key: value or "" for key, value in row.items() if key}


def _object(number: int, line: str) -> Mapping[str, str]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(_("Line %(n)s is no JSON object") % {"n": number})
    return {str(key): "" if value is None else str(value) for key, value in found.items()}


async def import_rows(session: AsyncSession, found: Iterator[Mapping[str, str]]) -> Imported:
    """All of the file or nothing: what is wrong is named by its row."""
    counts = Imported()
    for number, row in enumerate(found, 1):
        try:
            received = await _one(session, row)
        except Invalid as wrong:
            where = _("Row %(n)s") % {"n": number}
            raise Invalid(where, [FieldError(f"{where}: {one.field}", one.message) for one in wrong.errors]) from None
        counts.new += received.new
        counts.known += not received.new
    return counts


async def _one(session: AsyncSession, row: Mapping[str, str]) -> Received:
    missing = [name for name in NEEDED if not row.get(name)]
    if missing:
        raise Invalid("", [FieldError(name, _("This is missing")) for name in missing])
    channel = row.get("channel") or Channel.SOCIAL.value
    if channel not in list(Channel):
        raise Invalid("", [FieldError("channel", _("This is not known here"))])
    more: dict[str, Any] = {name: _score(name, row.get(name, "")) for name in SCORES}
    more |= {name: row.get(name, "") for name in ("language", "service", "touchpoint", "customer")}
    said = Said(
        source=f"import:{row['source']}",
        submission_key=row["external_id"],
        text=row["text"],
        kind=row.get("kind") or Kind.SUGGESTION.value,
        channel=channel,
        author_name=row.get("author_name", ""),
        author_email=row.get("author_email", ""),
        **more,
    )
    try:
        return await receive(session, said)
    except Conflict as other:
        raise Invalid("", [FieldError("external_id", other.message)]) from None


def _score(name: str, given: str) -> int | None:
    if not given.strip():
        return None
    if not given.strip().isdecimal():
        message = _("A score is a whole number from %(low)s to %(high)s") % {"low": WORST, "high": BEST}
        raise Invalid("", [FieldError(name, message)])
    return int(given)
