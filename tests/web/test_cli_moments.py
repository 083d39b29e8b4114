"""`touchstone moments` and `touchstone drivers`: from a file to findings, without a database."""

import csv
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from analysis.statistics.moments import Experiences
from core.settings import ROOT
from tests.support.journeys import CUSTOMERS, PLACES, World, experiences
from web.cli import touchstone

DATA = Path(os.environ.get("TOUCHSTONE_TEST_DATA", ROOT.parent / "shared" / "data")) / "itsm"
LOUNGE = "comfort,cleanliness,bar_beverages,catering,washrooms,wifi_connectivity,staff_service"
KINDS = {"negative_moment_of_truth", "positive_moment_of_truth", "watch", "recovered", "level_change"}
KINDS |= {"carried_over", "low_and_harmless"}


def told(*arguments: str) -> Result:
    return CliRunner().invoke(touchstone, list(arguments))


def stored(rows: Experiences, path: Path) -> Path:
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            [
                "event_id",
                "ts",
                "kind",
                "touchpoint",
                "journey_id",
                "person_id",
                "customer",
                "satisfaction",
                "overall",
                "comment",
            ]
        )
        for i in range(len(rows)):
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=float(rows.time[i]))
            end, score = bool(rows.is_end[i]), "" if np.isnan(rows.score[i]) else int(rows.score[i])
            place = "whole" if end else PLACES[rows.touchpoint[i]]
            kind = "journey_end" if end else "touchpoint"
            who = (f"j{rows.journey[i]}", f"p{rows.person[i]}", CUSTOMERS[rows.segments["customer"][i]])
            out.writerow(
                [i, at.isoformat(), kind, place, *who, "" if end else score, score if end else "", f"words {i}"]
            )
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = experiences(World(cost={"place c": 1.0}, ugly=("place f",)))
    return stored(rows, tmp_path_factory.mktemp("moments") / "experiences.csv")


def test_findings_are_printed_as_json_in_the_form_that_is_promised(file: Path) -> None:
    report = json.loads(told("moments", str(file), "--json").stdout)
    first = report["findings"][0]
    assert {finding["kind"] for finding in report["findings"]} <= KINDS
    assert (first["kind"], first["touchpoint"], first["segment"], first["rank"]) == (
        "negative_moment_of_truth", "place c", None, 1,
    )  # fmt: skip
    assert first["ci95"][0] < first["loss_per_100_visits"] < first["ci95"][1]
    assert {"loss_per_100_journeys", "n", "since", "first_detected", "evidence"} <= set(first)
    assert report["method"]["rows"] == 2500 * 7


def test_a_person_reads_a_table(file: Path) -> None:
    result = told("moments", str(file))
    assert result.exit_code == 0
    costly, harmless = result.stdout.split("Rated low and harmless")
    assert "place c" in costly
    assert "place f" in harmless
    assert "place f" not in costly


def test_it_can_look_back_from_an_earlier_day(file: Path) -> None:
    report = json.loads(told("moments", str(file), "--as-of", "2024-12-31", "--json").stdout)
    assert report["method"]["rows_later"] > 1000
    assert report["method"]["as_of"] == "2024-12-31"


def test_five_rows_are_not_enough_and_a_bad_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("event_id,ts,touchpoint,satisfaction\n1,2026-01-01T00:00:00Z,desk,4\n2,today,desk,4\n")
    result = told("moments", str(path), "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["findings"]) == (0, [])
    assert report["method"]["note"].startswith("not enough data yet")
    assert "row 3: ts is not a time" in result.stderr


@pytest.mark.parametrize("text", ["event_id,ts,touchpoint\n", "event_id,ts,touchpoint\n1,now,desk\n", "a,b\n1,2\n", ""])
def test_a_file_without_anything_to_read_is_answered(tmp_path: Path, text: str) -> None:
    path = tmp_path / "nothing.csv"
    path.write_text(text)
    assert told("moments", str(path)).exit_code == (0 if text.endswith("touchpoint\n") else 2)


def test_without_a_file_and_before_anything_was_counted_it_says_so() -> None:
    """The first command that anybody gives."""
    done = told("moments")
    assert (done.exit_code, done.stdout) == (0, "No findings.\nnote: nobody has looked yet\n")


def test_drivers_of_a_file(tmp_path: Path) -> None:
    random, path = np.random.default_rng(0), tmp_path / "ratings.csv"
    scores = random.integers(0, 6, (800, 2))
    happy = (scores[:, 0] + random.normal(size=800)) > 3
    lines = [f"{a},{b},{'satisfied' if c else 'neutral'}" for (a, b), c in zip(scores, happy, strict=True)]
    path.write_text("Desk,Chat room,mood\n" + "\n".join(lines) + "\n")
    arguments = (
        "--outcome",
        "mood",
        "--positive",
        "satisfied",
        "--touchpoints",
        "Desk,Chat room",
        "--not-applicable",
        "0",
    )
    report = json.loads(told("drivers", str(path), *arguments, "--json").stdout)
    assert report["verdict"] == "Desk is the strongest driver"
    assert report["drivers"][0]["n"] < 800
    assert "Desk is the strongest driver" in told("drivers", str(path), *arguments).stdout
    assert told("drivers", str(path), "--outcome", "none", "--touchpoints", "Desk").exit_code == 2


@pytest.mark.skipif(not DATA.exists(), reason=f"no data sets in {DATA}")
def test_lounges_mix_two_scales_and_their_first_drivers_tie() -> None:
    path = str(DATA / "skytrax_lounge_reviews.csv.gz")
    names = ",".join(f"{name}_rating" for name in LOUNGE.split(","))
    outcome = ("--outcome", "overall_rating", "--touchpoints", names, "--not-applicable", "0", "--json")
    report = json.loads(told("drivers", path, *outcome).stdout)
    assert report["verdict"].startswith("a tie for the first place")
    assert any("mixes two scales" in notice for notice in report["notices"])


@pytest.mark.skipif(not DATA.exists(), reason=f"no data sets in {DATA}")
def test_contacts_without_ratings_have_no_drivers() -> None:
    path = str(DATA / "ecommerce_csat_cs1.csv.gz")
    outcome = ("--outcome", "CSAT Score", "--positive", "5", "--touchpoints", "channel_name,category", "--json")
    report = json.loads(told("drivers", path, *outcome).stdout)
    assert report["verdict"].startswith("no reliable driver found")


@pytest.mark.skipif(not DATA.exists(), reason=f"no data sets in {DATA}")
def test_parts_of_the_same_whole_are_called_so() -> None:
    path = str(DATA / "hcahps_national_results.csv.gz")
    columns = ("--touchpoints", "Bottom-box Percentage,Middle-box Percentage")
    report = json.loads(told("drivers", path, "--outcome", "Top-box Percentage", *columns, "--json").stdout)
    assert report["verdict"].startswith("no reliable driver found")
    assert "parts of the same whole" in report["verdict"]
