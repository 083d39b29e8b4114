"""An experiences file as arrays, without any database. Of a comment only its likeness to others is kept."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from analysis.rules.experience_rows import SEGMENTS, Row, Rows
from analysis.statistics.moments import Experiences, Words
from analysis.statistics.moments.arrays import Flags, Floats, Ints, codes_of, commonest
from analysis.statistics.moments.chains import chains
from core.errors import Invalid
from journeys.schemas import FileForm, RowRejected
from journeys.service.log_files import opened_log
from journeys.service.log_rows import CsvRows

Progress = Callable[[int], None]
LISTED = 100
TOLD_EVERY = 2000
MOST_VALUES = 100  # of a segment dimension
TEXTS = ("touchpoint", "person", "journey", "ticket", *SEGMENTS)


@dataclass
class Reading:
    """What was read of a file; of the rejects the first are listed and all are counted."""

    rows: int = 0
    repeated: int = 0  # rows with an event_id that was there before
    later: int = 0  # than the day looked back from
    rejected_total: int = 0
    rejected: list[RowRejected] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)


@dataclass
class _Columns:
    ids: list[str] = field(default_factory=list)
    day: "array[float]" = field(default_factory=lambda: array("d"))
    score: "array[float]" = field(default_factory=lambda: array("d"))
    is_end: bytearray = field(default_factory=bytearray)
    repaired: bytearray = field(default_factory=bytearray)
    texts: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in TEXTS})
    known: dict[str, str] = field(default_factory=dict)
    wording: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, row: Row) -> None:
        self.ids.append(row.event_id)
        self.day.append(row.day)
        self.score.append(row.score)
        self.is_end.append(row.is_end)
        self.repaired.append(row.repaired)
        for name, text in zip(TEXTS, (row.touchpoint, row.person, row.journey, row.ticket, *row.segments), strict=True):
            self.texts[name].append(self.known.setdefault(text, text))  # few texts, many rows
        self.wording.append(abs(hash(" ".join(row.comment.casefold().split()))) if row.comment else -1)


def read_experiences(
    path: Path, as_of: date | None = None, progress: Progress | None = None
) -> tuple[Experiences, Words, Reading]:
    """Rows with an id that was there before are passed over, and so is what happened after `as_of`."""
    reading, columns, seen = Reading(), _Columns(), set[str]()
    limit = float("inf") if as_of is None else (as_of.toordinal() - date(1970, 1, 1).toordinal()) + 1
    for row in _rows(path, reading, progress or (lambda _: None)):
        if row.event_id in seen:
            reading.repeated += 1
        elif row.day >= limit:
            reading.later += 1
        else:
            seen.add(row.event_id)
            columns.add(row)
    experiences, words = _arrays(columns)
    return experiences, words, reading


def _rows(path: Path, reading: Reading, progress: Progress) -> Iterator[Row]:
    with opened_log(path, FileForm()) as log:
        cells = CsvRows(log, FileForm())
        rows = Rows(cells.header)
        reading.attributes = rows.attributes
        for item in cells:
            reading.rows += 1
            if reading.rows % TOLD_EVERY == 0:
                progress(log.position())
            if isinstance(item, RowRejected):
                _reject(reading, item)
                continue
            try:
                yield rows.read(item[1])
            except Invalid as error:
                _reject(reading, RowRejected(item[0], error.errors))
        progress(log.position())


def _reject(reading: Reading, rejected: RowRejected) -> None:
    reading.rejected_total += 1
    if len(reading.rejected) < LISTED:
        reading.rejected.append(rejected)


def _arrays(columns: _Columns) -> tuple[Experiences, Words]:
    ids = np.array(columns.ids, dtype=np.str_)
    by_id = np.argsort(ids, kind="stable")  # so that nothing depends on the order of the rows
    codes = {name: codes_of(texts) for name, texts in columns.texts.items()}
    codes |= {name: commonest(*codes[name], MOST_VALUES) for name in SEGMENTS}
    is_end = np.frombuffer(bytes(columns.is_end), dtype=np.bool_)
    touchpoint, names = _touchpoints(columns.texts["touchpoint"], is_end)
    time = np.array(columns.day, dtype=np.float64)
    tie = np.empty(len(ids), dtype=np.int64)
    tie[by_id] = np.arange(len(ids))
    experiences = Experiences(
        names=names,
        values={name: codes[name][1] for name in SEGMENTS},
        time=time,
        tie=tie,
        journey=_journeys(codes, time, tie),
        person=_persons(codes, time, tie),
        touchpoint=touchpoint,
        score=np.array(columns.score, dtype=np.float64),
        repaired=np.frombuffer(bytes(columns.repaired), dtype=np.bool_),
        segments={name: codes[name][0] for name in SEGMENTS},
    )
    wording = np.array(columns.wording, dtype=np.int64)
    return experiences, Words([columns.ids[place] for place in by_id], wording[by_id])


def _touchpoints(texts: list[str], is_end: Flags) -> tuple[Ints, tuple[str, ...]]:
    codes, names = codes_of(["" if end else text for text, end in zip(texts, is_end, strict=True)])
    return np.where(is_end, len(names), codes), names


def _journeys(codes: dict[str, tuple[Ints, tuple[str, ...]]], time: Floats, tie: Ints) -> Ints:
    """By name, else by ticket, else the person's visits without a long pause, else each visit alone."""
    named, ticket, person = codes["journey"][0], codes["ticket"][0], codes["person"][0]
    chained = chains(np.where(person >= 0, person, len(codes["person"][1]) + tie), time)
    offset = len(codes["journey"][1])
    number = np.where(ticket >= 0, offset + ticket, offset + len(codes["ticket"][1]) + chained)
    return np.where(named >= 0, named, number)


def _persons(codes: dict[str, tuple[Ints, tuple[str, ...]]], time: Floats, tie: Ints) -> Ints:
    """Who is not named is taken for somebody else in each journey."""
    person = codes["person"][0]
    return np.where(person >= 0, person, len(codes["person"][1]) + _journeys(codes, time, tie))
