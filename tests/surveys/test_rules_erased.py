"""What stays of answers whose giver was erased."""

from typing import Any

from surveys.rules.erased import without_words


def entry(kind: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"question": "q", "kind": kind, "scale": None, "value": value, **more}


def test_what_was_picked_stays_and_what_was_typed_goes() -> None:
    given = [entry("rating", 4), entry("choice", "phone", other="my aunt"), entry("line", "Kira"), entry("text", "Why")]
    kept = [entry("rating", 4), entry("choice", "phone"), entry("line", ""), entry("text", "")]
    assert without_words(given) == kept
    assert without_words(kept) == kept
    assert given[1]["other"] == "my aunt"  # what was given is not changed behind anybody's back
