"""Any CSV with a column for the outcome and one for each touchpoint, as ratings. Nothing of it is stored."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.statistics.drivers import Ratings, second_scale
from analysis.statistics.drivers.shapes import Floats
from core.errors import FieldError, Invalid
from journeys.schemas import FileForm, RowRejected
from journeys.service.log_files import opened_log
from journeys.service.log_rows import CsvRows

Progress = Callable[[int], None]
TOLD_EVERY = 2000
MOSTLY = 0.5  # of the cells must be numbers, or the column holds no ratings


@dataclass(frozen=True, slots=True)
class Asked:
    outcome: str
    positive: tuple[str, ...]  # values of the outcome that count as 1, all others as 0; empty: it is a number
    touchpoints: tuple[str, ...]
    not_applicable: tuple[str, ...]
    segment: str | None


@dataclass(frozen=True, slots=True)
class Read:
    ratings: Ratings
    labels: list[str] | None
    notices: list[str]
    rejected: list[RowRejected]


@dataclass(frozen=True, slots=True)
class _Cells:
    outcome: list[str]
    touchpoints: list[list[str]]
    labels: list[str]
    rejected: list[RowRejected]


def read_ratings(path: Path, asked: Asked, progress: Progress | None = None) -> Read:
    """What is no number in a column of numbers is missing, and said so."""
    cells, notices = _cells(path, asked, progress or (lambda _: None)), list[str]()
    columns = [
        _numbers(name, texts, asked.not_applicable, notices)
        for name, texts in zip(asked.touchpoints, cells.touchpoints, strict=True)
    ]
    kept = [(name, column) for name, column in zip(asked.touchpoints, columns, strict=True) if column is not None]
    scores = np.column_stack([column for _, column in kept]) if kept else np.zeros((len(cells.outcome), 0))
    outcome = _outcome(cells.outcome, asked, scores, notices)
    there = ~np.isnan(outcome)
    labels = [label for label, use in zip(cells.labels, there, strict=True) if use] if asked.segment else None
    ratings = Ratings(tuple(name for name, _ in kept), scores[there], outcome[there])
    return Read(ratings, labels, notices, cells.rejected)


def _cells(path: Path, asked: Asked, progress: Progress) -> _Cells:
    found = _Cells([], [[] for _ in asked.touchpoints], [], [])
    with opened_log(path, FileForm()) as log:
        rows = CsvRows(log, FileForm())
        outcome, *touchpoints = _places(rows.header, (asked.outcome, *asked.touchpoints))
        segment = _places(rows.header, (asked.segment,))[0] if asked.segment else None
        for number, item in enumerate(_good(rows, found.rejected)):
            if number % TOLD_EVERY == 0:
                progress(log.position())
            found.outcome.append(item[outcome].strip())
            found.labels.append(item[segment].strip() if segment is not None else "")
            for column, place in zip(found.touchpoints, touchpoints, strict=True):
                column.append(item[place].strip())
    return found


def _good(rows: CsvRows, rejected: list[RowRejected]) -> Iterator[Sequence[str]]:
    for item in rows:
        if isinstance(item, RowRejected):
            rejected.append(item)
        else:
            yield item[1]


def _places(header: Sequence[str], wanted: Sequence[str]) -> list[int]:
    at = {name.strip().casefold(): place for place, name in reversed(list(enumerate(header)))}
    missing = [FieldError(name, "is no column of the file") for name in wanted if name.strip().casefold() not in at]
    if missing:
        raise Invalid(f"The columns are: {', '.join(header)}", missing)
    return [at[name.strip().casefold()] for name in wanted]


def _numbers(name: str, texts: list[str], not_applicable: Sequence[str], notices: list[str]) -> Floats | None:
    values = np.array([_number(text) for text in texts], dtype=np.float64)
    said = np.array([bool(text) for text in texts], dtype=np.bool_)
    wordy = said & np.isnan(values)
    if wordy.sum() > MOSTLY * max(1, said.sum()):
        kinds = len({text for text, word in zip(texts, wordy, strict=True) if word})
        notices.append(f"{name} left out: it holds words ({kinds:,} of them), not ratings")
        return None
    if wordy.any():
        notices.append(f"{name}: {int(wordy.sum()):,} cells are words among numbers, taken as missing")
    for text in not_applicable:
        hit = values == _number(text) if not np.isnan(_number(text)) else np.array([t == text for t in texts])
        if hit.any():
            notices.append(f"{name}: {int(hit.sum()):,} not applicable")
        values[hit] = np.nan
    return values


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def _outcome(texts: list[str], asked: Asked, scores: Floats, notices: list[str]) -> Floats:
    values = np.array([_number(text) for text in texts], dtype=np.float64)
    said = np.array([bool(text) for text in texts], dtype=np.bool_)
    other = second_scale(values, scores) if not np.isnan(values).all() else np.zeros(len(texts), dtype=np.bool_)
    if other.any():
        notices.append(
            f"{asked.outcome} mixes two scales: {int(other.sum()):,} of {int(said.sum()):,} answers lie above 5, from "
            "people no happier than those at 5; these rows are left out, low answers on the longer scale stay unseen"
        )
    if not asked.positive:
        wordy = int((said & np.isnan(values)).sum())
        if wordy:
            notices.append(
                f"{asked.outcome}: {wordy:,} cells are words, taken as missing; --positive names one of them"
            )
        return np.where(other, np.nan, values)
    positive = np.array([_is_one_of(text, asked.positive) for text in texts], dtype=np.float64)
    if not positive.any():
        known = ", ".join(sorted(set(texts) - {""})[:10])
        raise Invalid("No row is positive.", [FieldError("--positive", f"is no value of {asked.outcome}: {known}")])
    return np.where(said & ~other, positive, np.nan)


def _is_one_of(text: str, wanted: Sequence[str]) -> bool:
    return any(text.casefold() == value.casefold() or _number(text) == _number(value) for value in wanted)
