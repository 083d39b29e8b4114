"""Whether a spreadsheet of a report still says what it said, and whether the same data still give the same figures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from analysis.schemas.figures import Window, month_of
from analysis.schemas.reports import Filters
from analysis.service.exports.lines import COLUMNS, Line, digest_of, pack
from core.db import Session
from core.errors import Invalid

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NUMBERS = {"lowest", "highest", "mean", "band_low", "band_high", "ci95_low", "ci95_high"}
LARGEST = 50_000_000  # bytes unpacked
NO_REPORT = "This is no spreadsheet of a report"


@dataclass(frozen=True)
class Verified:
    """`untouched`: its lines give the digest that it names. `again`: the digest of the same report made now;
    `publication`: of which it is made, and the newest."""

    about: dict[str, str]
    untouched: bool
    again: str
    newest: int

    @property
    def same(self) -> bool:
        return self.again == self.about["sha256"]


async def verify(session: Session, content: bytes) -> Verified:
    """Raises `Invalid` where the file is no spreadsheet that the report was taken along as."""
    lines, about = _read(content)
    scope = None if about["seen_by_who_sees"] == "*" else frozenset(about["seen_by_who_sees"].split())
    first, last = (date.fromisoformat(day) for day in about["window"].split(" / "))
    chosen = {name: None if about[name] == "*" else about[name] for name in ("service", "customer")}
    made = await pack(session, scope, Filters(Window(month_of(first), month_of(last)), "dates", **chosen), "en")
    return Verified(about, digest_of(lines) == about["sha256"], made.digest, made.publication)


def _read(content: bytes) -> tuple[list[Line], dict[str, str]]:
    try:
        with ZipFile(BytesIO(content)) as book:
            if sum(one.file_size for one in book.infolist()) > LARGEST:
                raise Invalid(NO_REPORT)
            shared = "xl/sharedStrings.xml"
            kept = _tree(book, shared).iter(f"{NAMESPACE}si") if shared in book.namelist() else ()
            strings = [_text(one) for one in kept]
            head, *rows = _rows(book, 1, strings)
            about = {row[0]: (row[1] if len(row) > 1 else "") for row in _rows(book, 2, strings)}
    except (BadZipFile, KeyError, ElementTree.ParseError, ValueError) as wrong:
        raise Invalid(NO_REPORT) from wrong
    if tuple(head) != COLUMNS or not about.keys() >= {"sha256", "window", "service", "customer", "seen_by_who_sees"}:
        raise Invalid(NO_REPORT)
    return [_line(row) for row in rows], about


def _tree(book: ZipFile, name: str) -> ElementTree.Element:
    text = book.read(name)
    if b"<!" in text:  # no document types: entities are how such files are made to explode
        raise ValueError(name)
    return ElementTree.fromstring(text)  # noqa: S314 - what makes it dangerous was refused above


def _text(one: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in one.iter(f"{NAMESPACE}t"))


def _rows(book: ZipFile, sheet: int, strings: Sequence[str]) -> Iterator[list[str]]:
    for row in _tree(book, f"xl/worksheets/sheet{sheet}.xml").iter(f"{NAMESPACE}row"):
        found: list[str] = []
        for cell in row.iter(f"{NAMESPACE}c"):
            value = cell.findtext(f"{NAMESPACE}v") or ""
            kind = cell.get("t")
            text = strings[int(value)] if kind == "s" else _text(cell) if kind == "inlineStr" else value
            at = _column(cell.get("r") or "A1")
            found += [""] * (at - len(found)) + [text]
        yield found


def _column(reference: str) -> int:
    number = 0
    for letter in re.sub(r"[^A-Z]", "", reference):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _line(row: Sequence[str]) -> Line:
    cells = dict(zip(COLUMNS, [*row, *[""] * (len(COLUMNS) - len(row))], strict=True))
    hidden = cells["shown"] == "no"
    told = {name: _value(name, text, hidden) for name, text in cells.items()}
    return Line(**told)  # type: ignore[arg-type]


def _value(name: str, text: str, hidden: bool) -> str | float | int | None:
    if name not in NUMBERS and name != "n":
        return text.removeprefix("'")
    if not text or (hidden and text.startswith("<")):
        return None
    return int(float(text)) if name == "n" else float(text)
