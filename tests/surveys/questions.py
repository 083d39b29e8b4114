"""A survey that has every kind of question, for tests."""

from typing import Any
from uuid import UUID

import msgspec

from surveys.models import Mode
from surveys.schemas import Published, SurveyDefinition

LABELS = [{"zh": "差", "en": "Bad"}, {"zh": "好", "en": "Good"}]


def both(en: str, zh: str = "") -> dict[str, str]:
    return {"zh": zh or f"中文 {en}", "en": en}


def options(*values: str, **scores: tuple[int, int]) -> list[dict[str, Any]]:
    return [
        {"value": value, "label": both(value.title())} | ({"scores": scores[value]} if value in scores else {})
        for value in values
    ]


QUESTIONS: list[dict[str, Any]] = [
    {"key": "faces", "construct": "satisfaction", "kind": "rating", "scale": {"min": 1, "max": 5, "labels": LABELS}},
    {
        "key": "stars",
        "construct": "expectation",
        "kind": "rating",
        "look": "stars",
        "not_applicable": True,
        "scale": {"min": 1, "max": 5, "labels": LABELS},
    },
    {
        "key": "pain",
        "construct": "other",
        "kind": "rating",
        "look": "numbers",
        "scale": {"min": 0, "max": 10, "direction": "down", "labels": LABELS},
    },
    {"key": "csat", "construct": "overall", "kind": "csat"},
    {"key": "ces", "construct": "effort", "kind": "ces"},
    {"key": "nps", "construct": "recommendation", "kind": "nps"},
    {"key": "one", "construct": "other", "kind": "choice", "options": options("phone", "mail"), "other": True},
    {"key": "many", "construct": "other", "kind": "choices", "options": options("a", "b", "c"), "not_applicable": True},
    {
        "key": "why",
        "construct": "other",
        "kind": "reasons",
        "reasons_for": "faces",
        "shuffle": True,
        "options": options("slow", "rude", "kind", "quick", slow=(1, 3), rude=(1, 2), kind=(4, 5), quick=(4, 5)),
        "other": True,
    },
    {"key": "felt", "construct": "other", "kind": "emotions", "options": options("angry", "calm", "glad")},
    {"key": "short", "construct": "other", "kind": "line", "max_length": 50},
    {
        "key": "words",
        "construct": "comment",
        "kind": "text",
        "required_if": [{"question": "faces", "at_most": 2}],
    },
    {"key": "lost", "construct": "lost_time", "kind": "minutes", "max_minutes": 600},
    {
        "key": "grid",
        "construct": "other",
        "kind": "matrix",
        "rows": options("speed", "tone"),
        "scale": {"min": 1, "max": 5, "labels": LABELS},
    },
    {"key": "solved", "construct": "other", "kind": "yesno"},
    {"key": "since", "construct": "other", "kind": "date", "show_if": [{"question": "solved", "values": ["no"]}]},
    {"key": "vpn", "construct": "other", "kind": "yesno", "show_if": [{"ticket": "service", "values": ["vpn"]}]},
    {"key": "contact", "construct": "contact", "kind": "checkbox"},
]


def survey(*keys: str, **more: Any) -> SurveyDefinition:
    """With these questions, or with all; `more` changes the survey."""
    found = [{"wording": both(f"About {one['key']}?"), **one} for one in QUESTIONS if not keys or one["key"] in keys]
    content = {
        "key": "mine",
        "mode": Mode.CONFIDENTIAL,
        "title": both("A survey"),
        "intro": both("An intro"),
        "thanks": both("Thanks"),
        "questions": found,
    }
    return msgspec.convert(content | more, SurveyDefinition)


def published(*keys: str, **more: Any) -> Published:
    return Published(UUID(int=2), 1, survey(*keys, **more))
