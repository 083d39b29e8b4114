"""Every kind of question: what is taken, what is refused and why, and what is asked only sometimes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from surveys.rules.answers import checked_answers, fields_of
from surveys.rules.kept import given_again
from surveys.schemas import AnswerValue
from tests.surveys.questions import published

ALL = published()
VPN = {"service": "vpn"}


def kept(given: dict[str, Any], ticket: dict[str, str] | None = None) -> dict[str, Any]:
    return {one["question"]: one["value"] for one in checked_answers(ALL, {"faces": 3, **given}, ticket or {}).entries}


def wrong(given: dict[str, Any], ticket: dict[str, str] | None = None) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        checked_answers(ALL, {"faces": 3, **given}, ticket or {})
    return {error.field: error.message for error in refused.value.errors}


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"stars": "4"}, 4),
        ({"pain": "0"}, 0),
        ({"csat": "5"}, 5),
        ({"ces": "7"}, 7),
        ({"nps": "10"}, 10),
        ({"nps": 0}, 0),
        ({"one": "phone"}, "phone"),
        ({"many": "b"}, ["b"]),
        ({"many": ["c", "a", "c"]}, ["a", "c"]),
        ({"why": ["rude", "slow"]}, ["slow", "rude"]),
        ({"felt": ["glad"]}, ["glad"]),
        ({"short": " two \n words "}, "two words"),
        ({"lost": "45"}, 45),
        ({"lost": 0}, 0),
        ({"grid": {"speed": 2}}, {"speed": 2}),
        ({"grid.speed": "2", "grid.tone": "5"}, {"speed": 2, "tone": 5}),
        ({"solved": "no"}, False),
        ({"solved": True}, True),
    ],
)
def test_every_kind_keeps_its_answer(given: dict[str, Any], value: Any) -> None:
    key = next(iter(given)).partition(".")[0]
    assert kept(given)[key] == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stars", 6),
        ("pain", 11),
        ("csat", 0),
        ("ces", 8),
        ("nps", 11),
        ("nps", "ten"),
        ("one", "fax"),
        ("one", ["phone", "mail"]),
        ("many", ["a", "z"]),
        ("many", {"a": 1}),
        ("why", "fine"),
        ("felt", [["glad"]]),
        ("short", "x" * 51),
        ("lost", 601),
        ("lost", "-5"),
        ("lost", "an hour"),
        ("grid", {"speed": 6}),
        ("grid", {"colour": 1}),
        ("grid", [1, 2]),
        ("solved", "maybe"),
    ],
)
def test_every_kind_says_what_is_wrong(field: str, value: Any) -> None:
    found = wrong({field: value})
    assert list(found) == [field]
    assert len(found[field]) > 10


@pytest.mark.parametrize("day", ["2026-02-30", "31.03.2026", "soon", "0001-01-01", 20260331])
def test_a_day_is_a_day_of_the_calendar(day: Any) -> None:
    assert list(wrong({"solved": "no", "since": day})) == ["since"]
    assert kept({"solved": "no", "since": "2026-03-31"})["since"] == "2026-03-31"


def test_not_applicable_is_kept_apart_from_empty() -> None:
    entries = {
        one["question"]: one for one in checked_answers(ALL, {"faces": 3, "stars": "na", "many": ["na"]}).entries
    }
    assert (entries["stars"]["value"], entries["stars"]["not_applicable"]) == (None, True)
    assert entries["many"]["not_applicable"]
    assert "ces" not in entries
    assert list(wrong({"nps": "na"})) == ["nps"]


def test_a_comment_is_required_at_low_scores_only() -> None:
    assert wrong({"faces": 2}) == {"words": "Please answer this question."}
    assert kept({"faces": 3}) == {"faces": 3}
    assert checked_answers(ALL, {"faces": 1, "words": "slow"}).comment == "slow"


def test_something_else_is_an_answer_in_words() -> None:
    [_faces, entry] = checked_answers(ALL, {"faces": 3, "one.other": " pigeon  post "}).entries
    assert (entry["value"], entry["other"]) == ("", "pigeon post")
    [_faces, entry] = checked_answers(ALL, {"faces": 3, "many": ["a"], "why.other": "smell"}).entries[:2]
    assert entry["value"] == ["a"]
    assert list(wrong({"many.other": "there is no such line"})) == ["many.other"]
    assert list(wrong({"one": "phone", "one.other": "x" * 201})) == ["one"]


def test_what_an_earlier_answer_turns_off_is_neither_needed_nor_kept() -> None:
    assert "since" not in kept({"solved": "yes", "since": "2026-03-31"})
    assert "since" not in kept({"since": "not even a day"})


def test_a_question_for_one_service_is_asked_of_its_tickets_only() -> None:
    assert kept({"vpn": "yes"}, VPN)["vpn"] is True
    assert "vpn" not in kept({"vpn": "yes"}, {"service": "mail"})


def test_a_scale_keeps_which_end_is_good() -> None:
    entries = {one["question"]: one for one in checked_answers(ALL, {"pain": 2, "ces": 6}).entries}
    assert entries["pain"]["scale"] == {"min": 0, "max": 10, "direction": "down"}
    assert entries["ces"]["scale"] == {"min": 1, "max": 7}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 12) | st.floats() | st.text("a0159na .-好\n\ud83d", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["speed", "tone", "x"]), inner),
    max_leaves=4,
)
FIELDS = st.sampled_from([name for question in ALL.definition.questions for name in fields_of(question)])


@given(st.dictionaries(FIELDS, VALUES), st.sampled_from([{}, VPN]))
def test_whatever_comes_is_kept_soundly_or_refused(given: dict[str, AnswerValue], ticket: dict[str, str]) -> None:
    try:
        answers = checked_answers(ALL, given, ticket)
    except Invalid:
        return
    assert answers.entries or answers.comment
    again = given_again(ALL.definition, answers.entries, answers.comment)
    assert checked_answers(ALL, again | {"contact": answers.may_contact}, ticket) == answers
