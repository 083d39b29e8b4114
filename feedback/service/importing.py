"""Voices from elsewhere: rows of a file. Idempotent: the same row again changes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import Conflict, FieldError, Invalid
from core.i18n import gettext as _
from feedback.models import Channel, Kind
from feedback.schemas import BEST, WORST, Received, Said
from feedback.service.receiving import receive
from journeys.schemas import RowRejected
from journeys.service.log_cells import named_cells
from journeys.service.log_rows import Row, within_limit

SCORES = ("functional", "emotional", "satisfaction")
LISTED = 20
NEEDED = ("source", "external_id", "text")


@dataclass
class Imported:
    new: int = 0
    known: int = 0
    wrong: int = 0


def rows(path: Path) -> Iterator[Row]:
    """CSV by its header, or NDJSON, gzipped or not: its number and what it says, or why it cannot be read."""
    return within_limit(named_cells(path, _check_header), path)


def _check_header(path: Path, names: list[str]) -> None:
    missing = [FieldError(name, _("This is missing")) for name in NEEDED if name not in names]
    if missing:
        raise Invalid(_("%(file)s is no file of feedback") % {"file": path.name}, missing)


async def import_rows(session: AsyncSession, found: Iterator[Row]) -> Imported:
    """All of the file or nothing: what is wrong is named by its row, in the first `LISTED` of them."""
    counts, wrong = Imported(), list[FieldError]()
    for row in found:
        number = row.row if isinstance(row, RowRejected) else row[0]
        try:
            received = await _taken(session, row)
        except Invalid as trouble:
            where = _("Row %(n)s") % {"n": number}
            wrong += [FieldError(f"{where}: {one.field}".rstrip(": "), one.message) for one in trouble.errors]
            counts.wrong += 1
            if counts.wrong == LISTED:
                break
            continue
        counts.new += received.new
        counts.known += not received.new
    if wrong:
        raise Invalid(_("Nothing was taken in: some rows are not right"), wrong)
    return counts


async def _taken(session: AsyncSession, row: Row) -> Received:
    if isinstance(row, RowRejected):
        raise Invalid("", row.errors)
    return await _one(
        session, {str(name).strip().casefold(): "" if cell is None else str(cell) for name, cell in row[1].items()}
    )


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
