"""`touchstone import experiences`, as somebody at a terminal meets it."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from journeys.service import log_rows
from web.cli import touchstone

HEADER = "event_id,ts,touchpoint,person_id,customer,channel,kind,satisfaction,overall,comment,site\n"
ROWS = (
    "e1,2026-03-01T09:30:00Z,{place},li,acme,paper,,2,,Too slow.,Wuhan\n"
    "e2,2026-03-02T09:30:00Z,,li,acme,paper,journey_end,,4,,\n"
    "e3,2026-03-03T09:30:00Z,{place},wang,acme,paper,touchpoint,,,,\n"
)
HEADERS = {
    "experiences": HEADER,
    "tickets": "source,event_id,ticket,type,at,kind\n",
    "feedback": "source,external_id,text\n",
}
LINES = {
    "experiences": "e{n},2026-03-01T09:30:00Z,restoration,li,acme,paper,,2,,Too slow.,Wuhan\n",
    "tickets": "desk,e{n},T-1,updated,2026-03-01T09:30:00Z,incident\n",
    "feedback": "forum,{n},Words\n",
}


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(touchstone, [str(argument) for argument in arguments])


@pytest.fixture
def place() -> str:
    assert run("init").exit_code == 0
    return "restoration"


@pytest.fixture
def file(tmp_path: Path, place: str) -> Path:
    path = tmp_path / "said.csv"
    path.write_text(HEADER + ROWS.format(place=place), encoding="utf-8")
    return path


def test_a_file_goes_in_once(file: Path) -> None:
    tried = run("import", "experiences", file, "--dry-run")
    assert (tried.exit_code, tried.stdout) == (0, "3 rows read: nothing stored (dry run). Rows rejected: 0.\n")
    first = run("import", "experiences", file)
    assert (first.exit_code, first.stdout) == (0, "3 rows read: 3 new, 0 known. Rows rejected: 0.\n")
    again = json.loads(run("import", "experiences", file, "--json").stdout)
    assert (again["accepted"], again["duplicate"], again["rejected"]) == (0, 3, [])
    other = json.loads(run("import", "experiences", file, "--source", "another", "--json").stdout)
    assert other["accepted"] == 3


def test_ndjson_says_the_same(tmp_path: Path, place: str) -> None:
    row = {"source": "app", "external_id": "7", "ts": "2026-03-01T09:30:00Z", "touchpoint": place, "functional": 3}
    path = tmp_path / "said.ndjson.gz"
    path.write_bytes(gzip.compress(f"{json.dumps(row)}\n\n{json.dumps(row)}\n".encode()))
    assert run("import", "experiences", path).stdout == "2 rows read: 1 new, 1 known. Rows rejected: 0.\n"


def test_bad_rows_are_listed_by_number_and_the_others_are_in(file: Path) -> None:
    with file.open("a") as more:
        more.write("e4,yesterday,moon,,,,,9,,,\n")
    done = run("import", "experiences", file)
    assert done.exit_code == 1
    assert "3 new" in done.stdout
    assert "row 5: ts is not a time" in done.stderr
    assert "touchpoint is no touchpoint of the journey" in done.stderr


def test_what_is_no_file_of_experiences_is_refused(tmp_path: Path, place: str) -> None:
    path = tmp_path / "said.csv"
    path.write_text("a,b\n1,2\n")
    refused = run("import", "experiences", path)
    assert refused.exit_code == 2
    assert "ts: column is missing" in refused.stderr


@pytest.mark.parametrize("what", list(HEADERS))
def test_g7_import_bomb(tmp_path: Path, place: str, what: str) -> None:
    """Too many columns, an archive with a path that leads out, an endless line, too many rows: refused, and where."""
    path = tmp_path / "bomb.csv"
    path.write_text(",".join(f"c{number}" for number in range(100_000)) + "\n")
    assert "100,000 columns in row 1" in refused(what, path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../outside.csv", HEADER)
        archive.writestr("inner.zip", b"PK\x03\x04")
    assert "is a ZIP archive" in refused(what, path)
    path.write_bytes(gzip.compress(b"x" * (1 << 24)))
    assert "characters in line 1" in refused(what, path)
    path.write_text(HEADERS[what] + "e1," + "y" * 200_000 + "\n")
    assert "row 2" in refused(what, path)


def refused(what: str, path: Path) -> str:
    done = run("import", what, path)
    assert done.exit_code == 2
    assert not (path.parent.parent / "outside.csv").exists()
    return done.stderr


@pytest.mark.parametrize("what", list(LINES))
def test_g7_too_many_rows_are_refused_with_the_first_that_is(
    tmp_path: Path, place: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_rows, "MOST_ROWS", 2)
    path = tmp_path / "rows.csv"
    path.write_text(HEADERS[what] + "".join(LINES[what].format(n=number) for number in range(3)))
    assert "more than 2 rows; row 4 is too many" in refused(what, path)
    path.write_text(HEADERS[what] + "".join(LINES[what].format(n=number) for number in range(2)))
    assert run("import", what, path).exit_code == 0


def test_g7_too_many_rows_store_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_rows, "MOST_ROWS", 2)
    assert "row 4 is too many" in refused("experiences", file)
    monkeypatch.setattr(log_rows, "MOST_ROWS", 3)
    assert "3 new, 0 known" in run("import", "experiences", file).stdout
