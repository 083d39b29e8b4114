from typing import Any

import msgspec
import pytest

from core.errors import Invalid
from journeys.schemas.places import Bilingual
from surveys.models import Mode
from surveys.rules.definitions import check_definition, faults
from surveys.schemas import DIMENSIONS, Construct, Kind, Option, Question, SurveyDefinition
from tests.surveys.story import post_ticket


def changed(number: int, **values: Any) -> SurveyDefinition:
    """The built-in survey with one question changed."""
    definition = post_ticket()
    questions = list(definition.questions)
    questions[number] = msgspec.structs.replace(questions[number], **values)
    return msgspec.structs.replace(definition, questions=questions)


def wrong(definition: SurveyDefinition) -> list[str]:
    return [fault.field for fault in faults(definition)]


def test_the_built_in_survey_can_be_published() -> None:
    check_definition(post_ticket())


def test_it_asks_for_all_dimensions_in_both_languages_with_as_many_good_as_bad_steps() -> None:
    questions = {question.construct: question for question in post_ticket().questions}
    assert set(questions) == {*DIMENSIONS, Construct.LOST_TIME, Construct.COMMENT, Construct.CONTACT}
    for construct in (Construct.FUNCTIONAL, Construct.EMOTIONAL, Construct.SATISFACTION):
        scale = questions[construct].scale
        assert scale
        assert (scale.min, scale.max, len(scale.labels)) == (1, 5, 5)
    assert not any(question.required for question in post_ticket().questions)


@pytest.mark.parametrize("name", ["submission_key", "language", "lang", "token"])
def test_it_refuses_a_question_that_hides_a_field_of_the_form(name: str) -> None:
    assert wrong(changed(0, key=name)) == ["questions.0.key"]


def test_it_refuses_two_questions_of_one_key_or_for_one_dimension() -> None:
    assert wrong(changed(1, key="functional")) == ["questions.key"]
    assert wrong(changed(1, construct=Construct.FUNCTIONAL)) == ["questions.construct"]


def test_it_refuses_a_missing_language() -> None:
    assert wrong(changed(2, wording=Bilingual(zh=" ", en="Fine?"))) == ["questions.2.wording"]
    assert wrong(msgspec.structs.replace(post_ticket(), thanks=Bilingual(zh="谢谢", en=""))) == ["thanks"]


def test_it_refuses_a_scale_without_a_word_for_each_step() -> None:
    scale = post_ticket().questions[0].scale
    assert scale
    assert wrong(changed(0, scale=msgspec.structs.replace(scale, labels=scale.labels[:4]))) == ["questions.0.scale"]
    assert wrong(changed(0, scale=msgspec.structs.replace(scale, max=7))) == ["questions.0.scale"]
    assert wrong(changed(0, scale=None)) == ["questions.0.scale"]


def test_it_refuses_lost_time_that_is_not_counted_in_minutes() -> None:
    both = Bilingual(zh="一点", en="a little")
    options = [Option(value="0", label=both), Option(value="some", label=both)]
    assert wrong(changed(3, options=options)) == ["questions.3.options"]
    assert wrong(changed(3, options=options[:1])) == ["questions.3.options"]


def test_it_refuses_a_dimension_that_is_asked_for_in_words() -> None:
    assert "questions.0.kind" in wrong(changed(0, kind=Kind.TEXT))


def test_a_personal_link_is_never_called_anonymous() -> None:
    with pytest.raises(Invalid):
        check_definition(msgspec.structs.replace(post_ticket(), mode=Mode.ANONYMOUS))


def test_a_misspelt_field_is_refused() -> None:
    question = {"key": "a", "construct": "other", "kind": "text", "wording": {"zh": "一", "en": "a"}, "requird": True}
    with pytest.raises(msgspec.ValidationError, match="requird"):
        msgspec.convert(question, Question)
