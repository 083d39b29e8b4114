"""`touchstone import tickets` and `touchstone flow`, as somebody at a terminal meets them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.settings import ROOT
from tests.journeys.story import as_json, event
from web.cli import touchstone

MAPPING = """
source = "desk"
[time]
formats = ["%d/%m/%Y %H:%M"]
zone = "UTC"
[event]
ticket = "id"
at = "when"
what = "what"
[meanings]
New = "created"
Done = "resolved"
"""
HEADER = "id,what,when\n"
ROWS = "1,New,13/02/2016 10:00\n1,Done,13/02/2016 14:00\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "map.toml").write_text(MAPPING)
    (tmp_path / "log.csv").write_text(HEADER + ROWS)
    return tmp_path


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(touchstone, [str(argument) for argument in arguments])


def test_a_log_goes_in_once(folder: Path) -> None:
    first = run("import", "tickets", folder / "log.csv", "--mapping", folder / "map.toml")
    assert (first.exit_code, first.stdout) == (0, "2 rows read, 2 events: 2 new, 0 known. Rows rejected: 0.\n")
    again = run("import", "tickets", folder / "log.csv", "--mapping", folder / "map.toml", "--json")
    told = json.loads(again.stdout)
    assert (told["accepted"], told["duplicate"], told["rejected"]) == (0, 2, [])


def test_the_flow_of_the_database_is_that_of_the_log(folder: Path) -> None:
    run("import", "tickets", folder / "log.csv", "--mapping", folder / "map.toml")
    straight = run("flow", folder / "log.csv", "--mapping", folder / "map.toml", "--json")
    assert json.loads(straight.stdout)["hours_to_final_resolution"]["p50"] == 4
    assert run("flow", "--json").stdout == straight.stdout


def test_the_flow_is_also_told_in_tables(folder: Path) -> None:
    told = run("flow", folder / "log.csv", "--mapping", folder / "map.toml")
    assert told.exit_code == 0
    assert "1 tickets, 2 events" in told.stdout
    assert "final resolution" in told.stdout


def test_flow_tells_how_sure_it_is_and_programs_get_it_for_the_asking(folder: Path) -> None:
    rows = "".join(f"{n},New,13/02/2016 10:00\n{n},Done,13/02/2016 {10 + n}:00\n" for n in range(1, 9))
    (folder / "log.csv").write_text(HEADER + rows)
    log = ("flow", folder / "log.csv", "--mapping", folder / "map.toml")
    assert "(1.00 to 8.00)" in run(*log).stdout
    assert "handed on: 0 tickets, 0.0% (0.0 to 32.4%)" in run(*log).stdout
    plain, asked = (json.loads(run(*log, "--json", *more).stdout) for more in ((), ("--intervals",)))
    sure = asked.pop("sure")
    assert asked == plain
    assert sure["resolution_hours"] == {"value": 4.5, "low": 1, "high": 8, "n": 8}
    assert (sure["active_percent"]["n"], sure["reopened_percent"]["low"]) == (8, 0)


def test_rejected_rows_are_told_by_row_and_reason(folder: Path) -> None:
    (folder / "log.csv").write_text(HEADER + ROWS + "2,New,02/13/2016 10:00\n")
    done = run("import", "tickets", folder / "log.csv", "--mapping", folder / "map.toml")
    assert done.exit_code == 1
    assert "Rows rejected: 1." in done.stdout
    assert "row 4: at “02/13/2016 10:00” does not fit" in done.stderr


def test_a_log_of_which_nothing_can_be_used_is_bad_input(folder: Path) -> None:
    (folder / "log.csv").write_text(HEADER + "2,New,02/13/2016 10:00\n")
    assert run("import", "tickets", folder / "log.csv", "--mapping", folder / "map.toml").exit_code == 2
    assert run("flow", folder / "log.csv", "--mapping", folder / "map.toml").exit_code == 2


@pytest.mark.parametrize("command", [["import", "tickets"], ["flow"]])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        ((HEADER + ROWS).encode()[:-19], "is cut off: its last row, 3"),
        ((HEADER + "é,New,13/02/2016 10:00\n").encode("latin-1"), "line 2, byte 13 is 0xe9"),
        (b"number,what,when\n", "event.ticket: names the column “id”, which is not in the file"),
    ],
)
def test_a_log_that_cannot_be_read_is_bad_input(folder: Path, command: list[str], content: bytes, said: str) -> None:
    (folder / "log.csv").write_bytes(content)
    done = run(*command, folder / "log.csv", "--mapping", folder / "map.toml")
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_mapping_that_cannot_be_used_is_bad_input(folder: Path) -> None:
    (folder / "map.toml").write_text(MAPPING.replace('"created"', '"born"'))
    done = run("import", "tickets", folder / "log.csv", "--mapping", folder / "map.toml")
    assert done.exit_code == 2
    assert "meanings.New: “born” is not one of" in done.stderr


def test_bad_usage_is_told_from_bad_luck(folder: Path) -> None:
    assert run("import", "tickets", folder / "none.csv").exit_code == 2
    assert run("flow", "--mapping", folder / "map.toml").exit_code == 2


def test_without_a_mapping_the_file_holds_the_neutral_form(folder: Path) -> None:
    lines = [as_json(event("created")), as_json(event("resolved", 3)), {"ticket": "T-2"}]
    (folder / "log.ndjson").write_text("\n".join(map(json.dumps, lines)) + "\n")
    done = run("import", "tickets", folder / "log.ndjson", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["accepted"], told["rejected"][0]["row"]) == (1, 2, 3)
    assert {"field": "source", "message": "is missing"} in told["rejected"][0]["errors"]


def test_a_log_of_another_form_needs_a_mapping(folder: Path) -> None:
    done = run("import", "tickets", folder / "log.csv")
    assert done.exit_code == 2
    assert "log.csv needs a mapping" in done.stderr


def test_a_csv_may_hold_the_neutral_form(folder: Path) -> None:
    names = "source,event_id,ticket,type,at,kind,service,customer,requester.key,requester.email"
    (folder / "log.csv").write_text(f"{names}\njira,1,T-1,created,2025-03-03T08:00:00Z,incident,vpn,acme,alice,\n")
    done = run("import", "tickets", folder / "log.csv", "--json")
    assert (done.exit_code, json.loads(done.stdout)["accepted"]) == (0, 1)


def test_a_dry_run_needs_no_database_and_makes_none(folder: Path) -> None:
    done = run("import", "tickets", folder / "log.csv", "--mapping", folder / "map.toml", "--dry-run")
    assert (done.exit_code, "nothing stored (dry run)" in done.stdout) == (0, True)
    assert not (folder / "data").exists()


def test_flow_of_a_log_needs_no_database_and_makes_none(folder: Path) -> None:
    run("flow", folder / "log.csv", "--mapping", folder / "map.toml")
    assert not (folder / "data").exists()


@pytest.mark.parametrize("mapping", sorted((ROOT / "docs" / "mappings").glob("*.toml")), ids=lambda path: path.stem)
def test_the_worked_mappings_can_be_used(folder: Path, mapping: Path) -> None:
    done = run("flow", folder / "log.csv", "--mapping", mapping)
    assert "which is not in the file" in done.stderr, "the mapping is read, and the file is another one"
