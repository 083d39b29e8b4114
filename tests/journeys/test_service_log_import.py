"""Real logs, by configuration alone: into the database, twice, shuffled, and checked against another computation."""

import gzip
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.db import Database
from core.errors import Invalid
from core.settings import ROOT
from journeys.models import Ticket, TicketEvent
from journeys.schemas import FlowReport, Mapping
from journeys.service import flow as stored_flow
from journeys.service import log_import, log_spool
from journeys.service.log_events import mapping_from
from journeys.service.log_flow import flow_of_log
from journeys.service.log_import import Stopped, dry_run, import_log
from tests.journeys import uci
from tests.journeys.story import rows
from tests.support.data import data_file

MAPPINGS = ROOT / "docs" / "mappings"
UCI = "itsm/uci_incident_event_log.csv.gz"


def mapping(name: str) -> Mapping:
    return mapping_from(MAPPINGS / f"{name}.toml")


async def flow_stored(db: Database, scope: frozenset[str] | None = None) -> FlowReport:
    async with db.read() as session:
        return await stored_flow.flow(session, scope)


def part_of(path: Path, copy: Path, n: int, change: Callable[[list[str]], None] = lambda lines: None) -> Path:
    """The first `n` rows of a packed log, changed."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        header, *lines = [line for _, line in zip(range(n + 1), file, strict=False)]
    change(lines)
    copy.write_text("".join([header, *lines]), encoding="utf-8")
    return copy


# ---- the whole logs, without a database ----


def close_to(expected: Any) -> Any:
    return (
        {k: close_to(v) for k, v in expected.items()}
        if isinstance(expected, dict)
        else pytest.approx(expected, abs=1e-5)
    )


def test_the_uci_figures_agree_with_an_independent_computation() -> None:
    path = data_file(UCI)
    report, reading = flow_of_log(path, mapping("uci"))
    found = msgspec.to_builtins(report)
    expected = uci.figures(path)
    assert {name: found[name] for name in expected} == close_to(expected)
    assert (reading.rows, reading.rejected_total) == (141_712, 0)


def test_the_documented_figures_are_the_measured_ones() -> None:
    text = (ROOT / "docs" / "flow.md").read_text(encoding="utf-8")
    for log, name in ((UCI, "uci"), ("itsm/italian_helpdesk.csv.gz", "italian_helpdesk")):
        report, _ = flow_of_log(data_file(log), mapping(name))
        for figure in documented(report):
            assert figure in text, f"docs/flow.md does not say {figure} ({name})"


def documented(report: FlowReport) -> list[str]:
    shares = [report.pooled, report.per_ticket_mean]
    hours = [report.hours_to_response, report.hours_to_first_resolution, report.hours_to_final_resolution]
    percents = [f"{part:.1%}" for one in shares for part in msgspec.structs.astuple(one)]
    numbers = [f"{value:,.2f}" for one in hours for value in msgspec.structs.astuple(one)]
    counts = [f"{n:,}" for n in (report.tickets, report.events, report.ping_pong, report.reopened)]
    return [*percents, *numbers, *counts, *(f"{n:,}" for n in report.handoffs.values())]


def test_the_italian_log_is_read_whatever_its_header() -> None:
    report, reading = flow_of_log(data_file("itsm/italian_helpdesk.csv.gz"), mapping("italian_helpdesk"))
    assert (report.tickets, report.events) == (4580, 21_348 - 127), "exact duplicates count once"
    assert (reading.rows, reading.rejected_total) == (21_348, 0)


def test_a_list_of_tickets_with_several_times_is_read_by_configuration_alone() -> None:
    report, reading = flow_of_log(data_file("itsm/technical_support_dataset.csv.gz"), mapping("one_row_per_ticket"))
    assert (reading.rows, report.tickets, reading.rejected_total) == (2330, 2330, 0)
    assert report.left_out == {"not_resolved": 418}
    assert report.hours_to_response.p50 == pytest.approx(0.091331, abs=1e-6)


# ---- into the database ----


async def test_a_log_goes_in_once_and_gives_the_figures_of_the_file(db: Database) -> None:
    path = data_file("itsm/italian_helpdesk.csv.gz")
    first = await import_log(db, path, mapping("italian_helpdesk"))
    assert (first.rows, first.accepted, first.duplicate) == (21_348, 21_221, 127)
    assert await flow_stored(db) == flow_of_log(path, mapping("italian_helpdesk"))[0]
    again = await import_log(db, path, mapping("italian_helpdesk"))
    assert (again.accepted, again.duplicate) == (0, 21_348)
    assert len(await rows(db, TicketEvent)) == 21_221


async def test_shuffled_rows_give_the_same_tickets(db: Database, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(log_spool, "BATCH", 300)
    path = data_file(UCI)
    straight = part_of(path, tmp_path / "straight.csv", 3000)
    shuffled = part_of(path, tmp_path / "shuffled.csv", 3000, random.Random(1).shuffle)
    await import_log(db, shuffled, mapping("uci"))
    assert await flow_stored(db) == flow_of_log(straight, mapping("uci"))[0]
    before = {one.key: one for one in await rows(db, Ticket)}
    assert (await import_log(db, straight, mapping("uci"))).accepted == 0
    assert {one.key: one for one in await rows(db, Ticket)} == before


async def test_progress_is_told_to_the_end(db: Database, tmp_path: Path) -> None:
    path = part_of(data_file(UCI), tmp_path / "part.csv", 1200)
    read: list[float] = []
    stored: list[float] = []
    await import_log(db, path, mapping("uci"), read.append, stored.append)
    assert 0 < read[0] <= read[-1] <= 1
    assert stored == [1.0]


# ---- nothing half done ----


@pytest.mark.parametrize("harm", ["cut", "latin-1", "month first"])
async def test_a_log_that_cannot_be_trusted_leaves_nothing_behind(db: Database, tmp_path: Path, harm: str) -> None:
    path = part_of(data_file(UCI), tmp_path / "part.csv", 5000)
    text = path.read_text(encoding="utf-8")
    if harm == "cut":
        path.write_text(text[:-60], encoding="utf-8")
    elif harm == "latin-1":
        path.write_bytes(text.encode() + b"INC9,caf\xe9\n")
    else:
        path.write_text(re.sub(r"(\d+)/(\d+)/2016", r"\2/\1/2016", text), encoding="utf-8")
    with pytest.raises(Invalid):
        await import_log(db, path, mapping("uci"))
    assert list(await rows(db, TicketEvent)) == []


async def test_rejected_rows_are_listed_and_the_others_go_in(db: Database, tmp_path: Path) -> None:
    def spoil(lines: list[str]) -> None:
        lines[6] = lines[6].replace("29/2/2016", "2/29/2016")

    path = part_of(data_file(UCI), tmp_path / "part.csv", 400, spoil)
    done = await import_log(db, path, mapping("uci"))
    assert (done.rows, done.accepted, done.rejected_total) == (400, 399, 1)
    assert done.rejected[0].row == 8


async def test_an_import_that_breaks_off_says_what_is_in_and_goes_on(
    db: Database, tmp_path: Path, monkeypatch: Any
) -> None:
    path = part_of(data_file(UCI), tmp_path / "part.csv", 1000)
    record, seen = log_import.record_events, []

    async def breaks_at_third(session: Any, events: Any) -> Any:
        seen.append(len(events))
        if len(seen) == 3:
            raise OSError("No space left on device")
        return await record(session, events)

    monkeypatch.setattr(log_spool, "BATCH", 250)
    monkeypatch.setattr(log_import, "record_events", breaks_at_third)
    with pytest.raises(Stopped, match="stopped after 500 of 1,000 events"):
        await import_log(db, path, mapping("uci"))
    assert len(await rows(db, TicketEvent)) == 500
    done = await import_log(db, path, mapping("uci"))
    assert (done.accepted, done.duplicate) == (500, 500)


async def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    done = dry_run(part_of(data_file(UCI), tmp_path / "part.csv", 100), mapping("uci"))
    assert (done.dry_run, done.events, done.accepted) == (True, 100, 0)
