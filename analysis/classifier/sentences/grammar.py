"""Puts sentences together from templates with slots: what a long and a short time mean, how often is too often."""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from analysis.classifier.sentences.written import Example, written

_SLOT = re.compile(r"\{(\w+)\}")
# How many fillings of one template are looked at for each one that is kept, before its variety is held to be used up.
_PATIENCE = 4
# Sentences written by hand that may stand in the slots {good} and {bad}: one clause, and not a long one.
_SIDES = {"good": "positive", "bad": "negative"}
_ONE_CLAUSE = re.compile(r"[^.,;:!?。，；：！？…“”\"]{4,60}[.。!！]?")


@lru_cache(maxsize=4)
def composed(language: str, seed: int = 0) -> tuple[Example, ...]:
    """Every template of a language filled as often as its rule says; the same seed fills alike."""
    table = tomllib.loads(files(__package__).joinpath(f"grammar_{language}.toml").read_text("utf-8"))
    slots = table["slots"] | {slot: _clauses(language, label) for slot, label in _SIDES.items()}
    return tuple(example for rule in table["rule"] for example in _of_rule(rule, slots, seed))


def _clauses(language: str, label: str) -> list[str]:
    """Sentences written by hand as they stand inside a longer one."""
    whole = [
        one.text.rstrip(".。!！") for one in written(language) if one.label == label and _ONE_CLAUSE.fullmatch(one.text)
    ]
    return [text if re.match(r"I\b|[A-Z]{2}", text) else text[:1].lower() + text[1:] for text in whole]


def _of_rule(rule: Mapping[str, Any], slots: Mapping[str, Sequence[str]], seed: int) -> Iterator[Example]:
    feelings = tuple(rule.get("emotions", ()))
    for template in rule["say"]:
        chance = random.Random(f"{seed} {template}")  # noqa: S311 - variety, not secrecy
        for text in sorted(_fillings(template, slots, rule.get("most", 20), chance)):
            yield Example(text, rule["label"], feelings, rule["event"])


def _fillings(template: str, slots: Mapping[str, Sequence[str]], most: int, chance: random.Random) -> set[str]:
    found: set[str] = set()
    for _ in range(most * _PATIENCE):
        if len(found) == most:
            break
        found.add(_tidy(_fill(template, slots, chance)))
    return found


def _fill(template: str, slots: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """Slots may hold slots."""
    while slot := _SLOT.search(template):
        template = template[: slot.start()] + chance.choice(slots[slot[1]]) + template[slot.end() :]
    return template


def _tidy(text: str) -> str:
    text = re.sub(r"\s+([.,!?])", r"\1", re.sub(r" {2,}", " ", text)).strip()
    return text[:1].upper() + text[1:]
