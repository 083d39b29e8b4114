"""Files of experiences and of ratings: read in any order, refused with the row and the reason."""

import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from analysis.service.experience_files import read_experiences
from analysis.service.rating_files import Asked, read_ratings
from core.errors import Invalid

HEAD = "event_id,person_id,journey_id,ts,kind,touchpoint,functional,satisfaction,overall,customer,recovery,comment,mood"
ROWS = [
    "e1,p1,j1,2026-01-05T10:00:00Z,touchpoint,desk,2,3,,acme,1,Waited  long,sunny",
    "e2,p1,j1,2026-01-06T10:00:00+01:00,,chat,,,,acme,0,,",
    "e3,p1,j1,2026-01-07T10:00:00Z,journey_end,whole,,,4,acme,,waited long,",
    "e4,p2,j2,2026-02-05T10:00:00Z,touchpoint,desk,5,5,,,,Fine,",
]


def written(folder: Path, *lines: str) -> Path:
    path = folder / "experiences.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_becomes_arrays(tmp_path: Path) -> None:
    rows, words, reading = read_experiences(written(tmp_path, HEAD, *ROWS))
    assert (rows.names, rows.values["customer"], rows.values["service"]) == (("chat", "desk"), ("acme",), ())
    assert rows.touchpoint.tolist() == [1, 0, 2, 1]
    assert np.array_equal(rows.score, [2.5, np.nan, 4, 5], equal_nan=True)
    assert rows.repaired.tolist() == [True, False, False, False]
    assert rows.segments["customer"].tolist() == [0, 0, 0, -1]
    assert rows.time[1] == pytest.approx(rows.time[0] + 23 / 24)
    assert (reading.rows, reading.rejected_total, reading.attributes) == (4, 0, ["mood"])
    assert words.wording[0] == words.wording[2] != words.wording[3]
    assert words.wording[1] == -1


def test_the_order_of_lines_and_packing_change_nothing(tmp_path: Path) -> None:
    rows, words, _ = read_experiences(written(tmp_path, HEAD, *ROWS))
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress("\n".join([HEAD, *reversed(ROWS)]).encode() + b"\n"))
    other, same, _ = read_experiences(packed)
    back = np.argsort(other.tie)
    assert words.ids == same.ids
    assert np.array_equal(words.wording, same.wording)
    assert np.array_equal(rows.score, other.score[back], equal_nan=True)
    assert rows.journey.tolist() == other.journey[back].tolist()


def test_a_row_that_comes_twice_counts_once_and_what_is_later_not_at_all(tmp_path: Path) -> None:
    rows, _, reading = read_experiences(written(tmp_path, HEAD, *ROWS, ROWS[0]), as_of=date(2026, 1, 31))
    assert (len(rows), reading.repeated, reading.later) == (3, 1, 1)


@pytest.mark.parametrize(
    ("line", "field", "why"),
    [
        ("e,p,j,2026-01-05T10:00:00,,desk,2,,,,,,", "ts", "zone"),
        ("e,p,j,yesterday,,desk,2,,,,,,", "ts", "ISO 8601"),
        ("e,p,j,,,desk,2,,,,,,", "ts", "empty"),
        ("e,p,j,2026-01-05T10:00:00Z,,,2,,,,,,", "touchpoint", "empty"),
        (",p,j,2026-01-05T10:00:00Z,,desk,2,,,,,,", "event_id", "empty"),
        ("e,p,j,2026-01-05T10:00:00Z,,desk,7,,,,,,", "functional", "from 1 to 5"),
        ("e,p,j,2026-01-05T10:00:00Z,,desk,good,,,,,,", "functional", "not a number"),
        ("e,p,j,2026-01-05T10:00:00Z,,desk,nan,,,,,,", "functional", "not a number"),
        ("e,p,j,2026-01-05T10:00:00Z,visit,desk,2,,,,,,", "kind", "journey_end"),
        ("e,p,j,2026-01-05T10:00:00Z,,desk,2,,,,maybe,,", "recovery", "0 or 1"),
        ("e,p,j,2026-01-05T10:00:00Z,,desk", "", "cells"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(tmp_path: Path, line: str, field: str, why: str) -> None:
    rows, _, reading = read_experiences(written(tmp_path, HEAD, ROWS[0], line, ROWS[3]))
    assert (len(rows), reading.rejected_total) == (2, 1)
    (rejected,) = reading.rejected
    assert (rejected.row, rejected.errors[0].field) == (3, field)
    assert why in rejected.errors[0].message


def test_a_file_without_the_needed_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read_experiences(written(tmp_path, "event_id,when,place", "1,2,3"))
    assert [error.field for error in refused.value.errors] == ["ts", "touchpoint"]


def test_other_scales_are_brought_to_one_to_five(tmp_path: Path) -> None:
    head = "event_id,ts,touchpoint,satisfaction,satisfaction_max"
    path = written(tmp_path, head, "1,2026-01-05T10:00:00Z,desk,10,10", "2,2026-01-05T10:00:00Z,desk,4,7")
    assert read_experiences(path)[0].score.tolist() == [5, 3]


def test_journeys_without_names_are_a_persons_visits_without_a_long_pause(tmp_path: Path) -> None:
    lines = [
        f"{n},{who},{ticket},{day}T10:00:00Z,desk"
        for n, (who, ticket, day) in enumerate([
            ("p1", "", "2026-01-01"), ("p1", "", "2026-01-20"), ("p1", "", "2026-04-01"), ("p2", "", "2026-01-02"),
            ("p2", "T1", "2026-01-03"), ("p3", "T1", "2026-01-04"), ("", "", "2026-01-01"), ("", "", "2026-01-01"),
        ])
    ]  # fmt: skip
    rows, _, _ = read_experiences(written(tmp_path, "event_id,person_id,ticket_id,ts,touchpoint", *lines))
    one, two, late, other, ticket, linked, nobody, somebody = rows.journey.tolist()
    assert one == two
    assert ticket == linked
    assert len({one, late, other, ticket, nobody, somebody}) == 6
    assert rows.person[6] != rows.person[7]


ASKED = Asked("overall", (), ("desk", "chat"), ("0",), None)


def test_words_among_numbers_are_missing_and_columns_of_words_are_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "overall,desk,chat,team", "4,5,0,a", "3,Not Available,2,b", "1,2,3,a", ",1,1,b")
    read = read_ratings(path, Asked("overall", (), ("desk", "chat", "team"), ("0",), "team"))
    assert read.ratings.names == ("desk", "chat")
    assert np.array_equal(read.ratings.scores, [[5, np.nan], [np.nan, 2], [2, 3]], equal_nan=True)
    assert read.labels == ["a", "b", "a"]
    said = " ".join(read.notices)
    assert "desk: 1 cells are words" in said
    assert "team left out: it holds words (2 of them), not ratings" in said
    assert "chat: 1 not applicable" in said


def test_a_value_may_stand_for_a_good_outcome(tmp_path: Path) -> None:
    path = written(tmp_path, "overall,desk,chat", "satisfied,5,1", "neutral,3,1", "Satisfied,2,1", ",1,1")
    read = read_ratings(path, Asked("overall", ("satisfied",), ("desk", "chat"), (), None))
    assert read.ratings.outcome.tolist() == [1, 0, 1]
    with pytest.raises(Invalid, match="positive"):
        read_ratings(path, Asked("overall", ("happy",), ("desk", "chat"), (), None))


def test_a_column_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read_ratings(written(tmp_path, "overall,desk", "1,2"), ASKED)
    assert [error.field for error in refused.value.errors] == ["chat"]
