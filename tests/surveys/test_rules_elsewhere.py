"""Rows of a file, and the notes of a meeting, before any database sees them."""

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from surveys.rules.elsewhere import note, points_of, told
from surveys.schemas import Construct, Score

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ROW = {"event_id": "e1", "ts": "2026-03-01T09:30:00+08:00", "touchpoint": "support"}


def read(**cells: Any) -> Any:
    return told(ROW | cells, "paper", {"support"}, NOW)


def wrong(**cells: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read(**cells)
    return {one.field: one.message for one in refused.value.errors}


def test_a_row_keeps_the_scale_that_it_came_with() -> None:
    one = read(functional="4", satisfaction=7, satisfaction_max="10", recovery="1", comment=" slow ", site="Wuhan")
    assert one.at == datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    assert one.scores == {Construct.FUNCTIONAL: Score(4), Construct.SATISFACTION: Score(7, 10)}
    assert (one.recovery, one.sla_met, one.comment, one.attributes) == (True, None, "slow", {"site": "Wuhan"})
    assert (one.source, one.external_id) == ("paper", "e1")


def test_rows_of_a_journey_without_a_person_are_of_one_who_walked_it() -> None:
    first, second, other = (read(person_id="", journey_id=name).person for name in ("7", "7", "8"))
    assert first == second == "paper/journey/7"
    assert other != first
    assert (read(person_id="li", journey_id="7").person, read(person_id="", journey_id="").person) == ("li", "")


def test_a_mere_visit_and_the_end_of_a_journey_are_rows_too() -> None:
    assert read(functional="").scores == {}
    end = read(kind="journey_end", touchpoint="", overall=2, functional=5)
    assert (end.scores, end.touchpoint) == ({Construct.OVERALL: Score(2)}, "")


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"ts": ""}, "ts"),
        ({"ts": "1/3/2026"}, "ts"),
        ({"ts": "2026-03-01T09:30:00"}, "ts"),
        ({"ts": "2027-03-01T09:30:00Z"}, "ts"),
        ({"event_id": ""}, "event_id"),
        ({"touchpoint": ""}, "touchpoint"),
        ({"touchpoint": "moon"}, "touchpoint"),
        ({"kind": "visit"}, "kind"),
        ({"functional": "6"}, "functional"),
        ({"functional": "0"}, "functional"),
        ({"functional": "good"}, "functional"),
        ({"functional": "nan"}, "functional"),
        ({"functional": "1", "functional_max": "1"}, "functional"),
        ({"recovery": "perhaps"}, "recovery"),
        ({"comment": "x" * 10_001}, "comment"),
        ({"person_id": "x" * 201}, "person_id"),
    ],
)
def test_every_cell_that_is_wrong_is_named(cells: dict[str, str], field: str) -> None:
    assert list(wrong(**cells)) == [field]


@given(st.dictionaries(st.sampled_from([*ROW, "functional", "overall", "kind", "recovery"]), st.text(max_size=12)))
def test_a_row_is_read_or_refused_and_nothing_else(cells: dict[str, str]) -> None:
    with suppress(Invalid):
        assert read(**cells).external_id


def test_the_points_of_a_meeting_are_lines_or_paragraphs() -> None:
    assert points_of("- Too slow\n• Friendly\r\n\n") == ("Too slow", "Friendly")
    assert points_of("Too slow,\nall week\n\nFriendly") == ("Too slow, all week", "Friendly")
    assert points_of(" \n- \n") == ()


def test_notes_that_say_nothing_are_refused_field_by_field() -> None:
    with pytest.raises(Invalid) as refused:
        note({"meeting": "pub", "day": "2026-03-03", "points": ""}, date(2026, 3, 2))
    assert [one.field for one in refused.value.errors] == ["meeting", "day", "points"]
    said = note(
        {"meeting": "focus_group", "day": "2026-03-02", "points": "a\nb", "satisfaction": "9"}, date(2026, 3, 2)
    )
    assert (said.points, said.satisfaction) == (("a", "b"), None)
