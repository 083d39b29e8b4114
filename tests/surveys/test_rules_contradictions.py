"""What cannot be published: settings that contradict each other, and what nobody could answer."""

from typing import Any

import msgspec
import pytest

from surveys.models import Mode
from surveys.rules.definitions import check_definition, faults, missing_translations, weakens
from surveys.schemas import SurveyDefinition
from tests.surveys.questions import both, options, survey
from web import builtin


def wrong(definition: SurveyDefinition) -> list[str]:
    return [fault.field for fault in faults(definition)]


def one(**values: Any) -> SurveyDefinition:
    """One question, changed; a score stands before it."""
    score = {"key": "score", "construct": "other", "kind": "nps", "wording": both("Score?")}
    question = {"key": "q", "construct": "other", "kind": "choice", "wording": both("Q?"), **values}
    return survey(questions=[score, question])


def test_a_survey_with_every_kind_of_question_can_be_published() -> None:
    check_definition(survey())


@pytest.mark.parametrize("definition", [builtin.post_ticket(), builtin.journey_end()], ids=lambda one: one.key)
def test_what_is_built_in_can_be_published(definition: SurveyDefinition) -> None:
    check_definition(definition)
    assert missing_translations(definition) == []


def test_the_survey_at_the_end_asks_one_thing_about_the_whole_and_for_a_few_words() -> None:
    overall, *rest = builtin.journey_end().questions
    assert (overall.construct, overall.required) == ("overall", False)
    assert [question.construct for question in rest] == ["comment", "contact"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": ""}, "slug"),
        ({"edit_minutes": 5}, "edit_minutes"),
        ({"intro": both("About {{ticket.service}}")}, "mode"),
    ],
)
def test_an_anonymous_survey_promises_nothing_that_it_cannot_keep(changes: dict[str, Any], field: str) -> None:
    sound: dict[str, Any] = {"mode": "anonymous", "slug": "speak"}
    assert wrong(survey("faces", **sound)) == []
    assert field in wrong(survey("faces", **sound | changes))
    assert "mode" in wrong(survey("faces", "contact", **sound))
    assert "mode" in wrong(survey("faces", "vpn", **sound))


def test_behind_an_open_address_nobody_is_identified_or_contacted_and_nothing_is_changed() -> None:
    assert wrong(survey("faces", mode="identified", slug="open")) == ["slug"]
    assert wrong(survey("faces", slug="open", edit_minutes=5)) == ["edit_minutes"]
    assert wrong(survey("faces", "contact", slug="open")) == ["slug"]


def test_a_promise_may_grow_and_never_shrink() -> None:
    assert weakens(Mode.ANONYMOUS, Mode.CONFIDENTIAL)
    assert weakens(Mode.CONFIDENTIAL, Mode.IDENTIFIED)
    assert not weakens(Mode.CONFIDENTIAL, Mode.CONFIDENTIAL)
    assert not weakens(Mode.IDENTIFIED, Mode.ANONYMOUS)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"options": options("a")}, "options"),
        ({"options": options("a", "a")}, "options"),
        ({"options": options("a", "na")}, "options"),
        ({"options": [*options("a"), {"value": "b", "label": {"zh": "", "en": "B"}}]}, "options"),
        ({"kind": "reasons", "options": options("a", "b", a=(1, 2))}, "reasons_for"),
        ({"kind": "reasons", "options": options("a", "b"), "reasons_for": "score"}, "reasons_for"),
        ({"kind": "reasons", "options": options("a", "b", a=(2, 1)), "reasons_for": "score"}, "options"),
        ({"kind": "reasons", "options": options("a", "b", a=(1, 2)), "reasons_for": "later"}, "reasons_for"),
        ({"kind": "yesno", "other": True}, "other"),
        ({"kind": "yesno", "shuffle": True}, "shuffle"),
        ({"kind": "yesno", "options": options("a", "b")}, "options"),
        ({"kind": "yesno", "rows": options("a")}, "rows"),
        ({"kind": "matrix", "scale": {"min": 1, "max": 5, "labels": [both("a"), both("b")]}}, "rows"),
        ({"kind": "nps", "scale": {"min": 1, "max": 10, "labels": [both("a"), both("b")]}}, "scale"),
        ({"kind": "ces", "scale": {"min": 1, "max": 6, "labels": [both("a"), both("b")]}}, "scale"),
        ({"kind": "rating", "scale": {"min": 5, "max": 1}}, "scale"),
        ({"kind": "rating", "scale": {"min": 1, "max": 5, "labels": [both("a"), {"zh": "", "en": "b"}]}}, "scale"),
        ({"kind": "line", "construct": "recommendation"}, "kind"),
        ({"kind": "yesno", "hint": {"zh": "", "en": "Only in one"}}, "hint"),
        ({"kind": "yesno", "required": True, "not_applicable": True}, "required"),
        ({"kind": "yesno", "required": True, "required_if": [{"question": "score"}]}, "required"),
        ({"kind": "yesno", "show_if": [{"question": "q"}]}, "show_if"),
        ({"kind": "yesno", "show_if": [{"question": "score", "ticket": "kind"}]}, "show_if"),
        ({"kind": "yesno", "show_if": [{"ticket": "password", "values": ["x"]}]}, "show_if"),
        ({"kind": "yesno", "show_if": [{"ticket": "kind"}]}, "show_if"),
        ({"kind": "yesno", "show_if": [{"question": "score", "at_least": 5, "at_most": 4}]}, "show_if"),
        ({"kind": "yesno", "wording": both("Dear {{person.name}}")}, "wording.en"),
    ],
)
def test_it_names_the_place_of_what_is_wrong(values: dict[str, Any], field: str) -> None:
    assert f"questions.1.{field}" in wrong(one(**values))


def test_a_condition_never_looks_into_its_own_block() -> None:
    questions = [
        {"key": key, "construct": "other", "kind": "yesno", "wording": both(key), "block": "x"} for key in ("a", "b")
    ]
    questions[1] |= {"show_if": [{"question": "a", "values": ["no"]}]}
    assert wrong(survey(questions=questions)) == ["questions.1.show_if"]


def test_missing_translations_are_listed_by_place() -> None:
    definition = msgspec.structs.replace(survey("faces"), intro=msgspec.structs.replace(survey().intro, zh=""))
    assert missing_translations(definition) == ["intro.zh"]
