"""Conditions as people write them: by the words of an answer, in either language; kept is the answer's value."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from surveys.schemas import Condition, Kind, Question

YES_NO = {"yes": "yes", "no": "no", "是": "yes", "否": "no"}
BETWEEN = re.compile(r"[,，、;；]")


def meant(questions: Sequence[Question]) -> list[Question]:
    """The same questions, with every condition on an answer naming its value."""
    values = {question.key: _values(question) for question in questions}
    return [
        msgspec.structs.replace(
            question,
            show_if=[_meant(one, values) for one in question.show_if],
            required_if=[_meant(one, values) for one in question.required_if],
        )
        for question in questions
    ]


def _meant(condition: Condition, values: Mapping[str, Mapping[str, str]]) -> Condition:
    known = values.get(condition.question, {})
    return msgspec.structs.replace(condition, values=[known.get(one.casefold(), one) for one in condition.values])


def _values(question: Question) -> dict[str, str]:
    words = {
        getattr(option.label, language).strip().casefold(): option.value
        for option in question.options
        for language in ("zh", "en")
    }
    return words | {option.value.casefold(): option.value for option in question.options} | _yes_no(question)


def _yes_no(question: Question) -> dict[str, str]:
    return YES_NO if question.kind in (Kind.YESNO, Kind.CHECKBOX) else {}


def written(questions: Sequence[Question], condition: Condition, language: str) -> str:
    """How the values of a condition are shown in the editor; `meant` reads it again."""
    asked = next((one for one in questions if one.key == condition.question), None)
    words = {one.value: str(getattr(one.label, language)) for one in asked.options} if asked else {}
    if asked and language == "zh":
        words |= {value: word for word, value in _yes_no(asked).items()}
    return ", ".join(_shown(words.get(value, ""), value) for value in condition.values)


def _shown(word: str, value: str) -> str:
    """A word with a comma in it would be read as two."""
    return value if not word.strip() or BETWEEN.search(word) else word


def strange_values(asked: Question, condition: Condition) -> list[str]:
    """Values that nobody can have answered."""
    known = {one.value for one in asked.options} | set(_yes_no(asked).values())
    return [value for value in condition.values if known and value not in known]
