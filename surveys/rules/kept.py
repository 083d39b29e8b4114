"""From what was kept back to what a form holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.rules.reading import NOT_APPLICABLE
from surveys.schemas import Construct, SurveyDefinition


def given_again(definition: SurveyDefinition, entries: Sequence[Mapping[str, Any]], comment: str) -> dict[str, Any]:
    given = {str(entry["question"]): _value(entry) for entry in entries}
    given |= {f"{entry['question']}.other": entry["other"] for entry in entries if entry.get("other")}
    words = [question.key for question in definition.questions if question.construct is Construct.COMMENT]
    return given | dict.fromkeys(words, comment)


def _value(entry: Mapping[str, Any]) -> Any:
    return NOT_APPLICABLE if entry.get("not_applicable") else entry["value"]
