"""Numbers as they leave the house, in JSON, CSV and XLSX, and of which answers each of them is made."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import httpx
from openpyxl import load_workbook

from analysis.disclosure import ANY, STAGE, Group, Kind, Label, figure, veiled
from analysis.models import Dimension
from analysis.schemas.figures import Window, month_of
from analysis.service.experience import scale_of
from analysis.statistics import Sums
from bench.houses import SCORES, House, Scope

SMALLEST = 5
NAMED = {one.value: one for one in SCORES}
Band = tuple[float, float]


@dataclass(frozen=True)
class Number:
    """A figure as somebody was shown it; no `n`: as it was withheld. `section` and `key`: total; month and its number;
    touchpoint and its key; rest."""

    scope: Scope
    customer: str | None
    service: str | None
    window: Window
    section: str = "total"
    key: str = ""
    dimension: Dimension = Dimension.FUNCTIONAL
    n: int | None = None
    value: float | None = None
    band: Band | None = None

    def shows(self, label: Label, portfolios: Mapping[str, frozenset[str]]) -> bool:
        """Whether a published sum belongs to what was asked for: docs/reports.md, "When a number is not shown"."""
        asked = self.service in (None, label.service) and label.month in self.window
        return asked and self._is_here(label) and self._is_seen(label, portfolios)

    def _is_here(self, label: Label) -> bool:
        if self.section == "month":
            return label.month == int(self.key)
        if self.section == "touchpoint":
            return label.touchpoint == self.key
        return self.section == "total" or label.touchpoint == ANY or label.touchpoint.startswith(STAGE)

    def _is_seen(self, label: Label, portfolios: Mapping[str, frozenset[str]]) -> bool:
        """What else a customer said is told by place where its whole portfolio is seen, else by customer."""
        seen = self.scope if self.customer is None else frozenset([self.customer])
        whole = seen is None or portfolios.get(label.portfolio, frozenset([ANY])) <= seen
        if label.kind is Kind.PLACE:
            return whole
        named = seen is None or label.customer in seen
        return named and (label.kind is Kind.CELL or not whole)


class Book:
    """Everything published so far: each sum with the answers in it."""

    def __init__(self, one: House) -> None:
        self.portfolios = one.portfolios
        answers: dict[tuple[Dimension, Label], frozenset[int]] = {}
        for put in one.puts:
            key = put.dimension, put.label
            answers[key] = answers.get(key, frozenset()) | put.answers
        self.sums = {dimension: list[tuple[Label, frozenset[int], Sums]]() for dimension in SCORES}
        for (dimension, label), numbers in answers.items():
            self.sums[dimension].append(
                (label, numbers, _sums([one.scores[at][dimension] for at in numbers], dimension))
            )

    def made_of(self, number: Number) -> frozenset[int] | None:
        """The answers in it; None where it is not what the published sums that belong to it make."""
        mine = [one for one in self.sums[number.dimension] if number.shows(one[0], self.portfolios)]
        group = Group(sum((sums for _label, _answers, sums in mine), Sums()), out=True)
        expected = figure(group, SMALLEST, scale_of(number.dimension))
        told = (expected.n, None if expected.band else expected.value, expected.band)
        if told != (number.n, number.value, number.band):
            return None
        return frozenset(at for _label, answers, _sums in mine for at in answers)


def _sums(scores: list[int], dimension: Dimension) -> Sums:
    """As the page adds them: where all agree, as if one of them had answered a step differently."""
    return veiled(Sums(len(scores), sum(scores), sum(score**2 for score in scores)), scale_of(dimension))


def of_json(found: Mapping[str, Any], scope: Scope) -> Iterator[Number]:
    filters = found["filters"]
    base = Number(scope, filters["customer"], filters["service"], _window(found["window"]))
    for name, dimension in NAMED.items():
        of, total = replace(base, dimension=dimension), found["dimensions"][name]
        yield _shown(of, total)
        for month in total["months"]:
            yield _shown(replace(of, section="month", key=str(_window(month).last)), month)
        for place in found["touchpoints"]:
            yield _shown(replace(of, section="touchpoint", key=place["touchpoint"]), place[name])
        yield _shown(replace(of, section="rest"), found["touchpoints_not_shown_singly"][name])


def _window(told: Mapping[str, str]) -> Window:
    return Window(month_of(date.fromisoformat(told["from"])), month_of(date.fromisoformat(told["to"])))


def _shown(of: Number, told: Mapping[str, Any]) -> Number:
    return replace(of, n=told.get("n"), value=told.get("value"), band=tuple(told["band"]) if "band" in told else None)


def of_file(answer: httpx.Response, scope: Scope, query: str) -> Iterator[Number]:
    """`query`: what the file was asked for with."""
    chosen = dict(part.split("=") for part in query.split("&"))
    for line in _lines(answer):
        if line["dimension"] in NAMED:
            window = _window({"from": line["first_day"], "to": line["last_day"]})
            month = line["section"] == "month"
            key = str(window.last) if month else line["touchpoint"] or ""
            of = Number(scope, chosen.get("customer"), chosen.get("service"), window, line["section"], key)
            yield _figure(replace(of, dimension=NAMED[line["dimension"]]), line)


def _figure(of: Number, line: Mapping[str, Any]) -> Number:
    if line["shown"] == "no":
        return of
    if line["mean"] in ("", None):
        return replace(of, n=int(line["n"]), band=(float(line["band_low"]), float(line["band_high"])))
    return replace(of, n=int(line["n"]), value=float(line["mean"]))


def _lines(answer: httpx.Response) -> Iterator[Mapping[str, Any]]:
    if "csv" in answer.headers["content-type"]:
        yield from csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        return
    rows = load_workbook(io.BytesIO(answer.content))["figures"].iter_rows(values_only=True)
    names = [str(name) for name in next(rows)]
    yield from (dict(zip(names, row, strict=True)) for row in rows)
