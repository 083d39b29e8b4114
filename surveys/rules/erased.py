"""Answers without what somebody wrote in them."""

from collections.abc import Iterable
from typing import Any

from surveys.schemas import Kind

WRITTEN = {Kind.LINE.value, Kind.TEXT.value}


def without_words(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was picked from what was offered stays; what was typed goes, the "other" beside a choice too."""
    return [_without(entry) for entry in entries]


def _without(entry: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in entry.items() if name != "other"}
    written = entry.get("kind") in WRITTEN and isinstance(entry.get("value"), str)
    return kept | {"value": ""} if written else kept
