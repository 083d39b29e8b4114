from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import i18n
from core.errors import Invalid
from surveys.rules.answers import checked_answers
from surveys.schemas import AnswerValue, Published
from tests.surveys.story import published

SURVEY = published()
SCORES = {"functional": 4, "emotional": 2, "satisfaction": 3}


def wrong(given: dict[str, Any], survey: Published = SURVEY) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        checked_answers(survey, given)
    return {error.field: error.message for error in refused.value.errors}


def kept(given: dict[str, Any]) -> dict[str, AnswerValue]:
    return {entry["question"]: entry["value"] for entry in checked_answers(SURVEY, given).entries}


def test_an_answer_keeps_its_question_version_scale_construct_and_raw_value() -> None:
    [entry] = checked_answers(SURVEY, {"emotional": "2"}).entries
    assert entry == {
        "question": "emotional",
        "version": 1,
        "construct": "emotional",
        "kind": "rating",
        "scale": {"min": 1, "max": 5},
        "value": 2,
    }


def test_a_form_and_a_program_say_the_same_thing_alike() -> None:
    form = {"functional": "4", "lost_time": "40", "contact": "1", "comment": " fine\r\n\r\nthanks "}
    program = {"functional": 4, "lost_time": 40, "contact": True, "comment": "fine\n\nthanks"}
    assert checked_answers(SURVEY, form) == checked_answers(SURVEY, program)


def test_words_stand_in_one_place_only() -> None:
    answers = checked_answers(SURVEY, {"comment": "slow", "contact": "on"})
    assert answers.comment == "slow"
    assert answers.may_contact
    assert "slow" not in str(answers.entries)


@pytest.mark.parametrize("given", [{}, {"comment": " \n "}, {"contact": True}, {"lost_time": "0"}, {"functional": ""}])
def test_something_has_to_be_said(given: dict[str, Any]) -> None:
    assert wrong(given) == {"functional": "Please answer at least one question, or write a few words."}


@pytest.mark.parametrize("given", [{"functional": 1}, {"emotional": "5"}, {"satisfaction": 3.0}, {"comment": "好"}])
def test_one_score_or_a_few_words_are_enough(given: dict[str, Any]) -> None:
    answers = checked_answers(SURVEY, given)
    assert len(answers.entries) + bool(answers.comment) == 1


@pytest.mark.parametrize("value", [0, 6, -1, 9999, "0", "6", "3.5", 3.5, "four", "1_0", True, "²", "9" * 5000, "-1"])
def test_it_refuses_a_step_that_is_not_on_the_scale(value: AnswerValue) -> None:
    assert list(wrong({**SCORES, "functional": value})) == ["functional"]


@pytest.mark.parametrize("value", ["soon", "1", 7, True, 40.5])
def test_it_refuses_an_answer_that_was_not_offered(value: AnswerValue) -> None:
    assert wrong({**SCORES, "lost_time": value}) == {"lost_time": "Please choose one of the answers."}


def test_it_names_every_field_that_is_wrong() -> None:
    given = {"functional": "9", "emotional": "x", "comment": "a" * 2001, "contact": "maybe", "score": 5}
    assert set(wrong(given)) == {"functional", "emotional", "comment", "contact", "score"}


def test_it_says_how_much_too_long_a_text_is() -> None:
    assert kept({**SCORES, "comment": "好" * 2000})
    assert "3 characters too long" in wrong({"comment": "好" * 2003})["comment"]


@pytest.mark.parametrize("value", [5, True, 1.5, "half a pair \ud83d", "nul \0"])
def test_it_refuses_what_is_no_text(value: AnswerValue) -> None:
    assert wrong({"comment": value}) == {"comment": "Please write plain text."}


def test_a_required_question_has_to_be_answered() -> None:
    questions = [msgspec.structs.replace(q, required=q.key == "emotional") for q in SURVEY.definition.questions]
    strict = Published(SURVEY.version_id, 1, msgspec.structs.replace(SURVEY.definition, questions=questions))
    assert wrong({"functional": 3}, strict) == {"emotional": "Please answer this question."}


def test_it_explains_itself_in_chinese() -> None:
    i18n.use("zh")
    assert wrong({}) == {"functional": "请至少回答一个问题，或写几句话。"}


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text("0159 .x好\n\ud83d", max_size=6),
)
KEYS = st.sampled_from([question.key for question in SURVEY.definition.questions])


@given(st.dictionaries(KEYS, VALUES))
def test_whatever_comes_is_kept_soundly_or_refused(given: dict[str, AnswerValue]) -> None:
    try:
        answers = checked_answers(SURVEY, given)
    except Invalid:
        return
    for entry in answers.entries:
        if entry["kind"] == "rating":
            assert entry["value"] in (1, 2, 3, 4, 5)
        if entry["kind"] == "choice":
            assert entry["value"] in entry["scale"]["options"]
    assert answers.comment == answers.comment.strip()
    assert answers.entries or answers.comment
