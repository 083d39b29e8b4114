"""The lexicon: service events, words of feeling and degrees as patterns, and what the emoji say."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Literal

from analysis.classifier.triggers import Strings, conditions, is_anchored, openings

Source = Literal["event", "emotion", "degree", "emoji"]

# How sure a word is of the feeling it names.
_NAMED = 0.8


@dataclass(frozen=True, slots=True)
class Event:
    """What a pattern tells. `fixed`: no negation turns it; `overrides`: its words say nothing else; `plain`: a word."""

    name: str
    source: Source
    weight: float = 0.0
    fixed: bool = False
    overrides: bool = False
    plain: bool = False
    emotions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Pattern:
    """One way to tell an event; compiled when a text first holds what it needs."""

    event: Event
    language: str
    expression: str

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.expression)

    @cached_property
    def tried(self) -> Callable[[str, int], re.Match[str] | None]:
        """Its match at a place where it may begin; where that is not known, its first match in a sentence."""
        return self.compiled.match if self.openings or is_anchored(self.expression) else self.compiled.search

    @cached_property
    def openings(self) -> Strings:
        return openings(self.expression)

    @cached_property
    def conditions(self) -> list[Strings]:
        """What a sentence has to hold for the pattern to be tried there; the openings first, where there are any."""
        found = [one for one in conditions(self.expression) if one != self.openings]
        return [self.openings, *found] if self.openings else found


@lru_cache(maxsize=1)
def patterns() -> tuple[Pattern, ...]:
    """All of the lexicon, both languages."""
    return (*_events(), *_feelings(), *_degrees())


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"lexicon/{name}.toml").read_text("utf-8"))


def _events() -> Iterator[Pattern]:
    table = _table("service")
    for told in table["event"]:
        known = {name: told[name] for name in ("fixed", "overrides", "plain", "emotions") if name in told}
        event = Event(told["name"], "event", told["weight"], **known)
        for language, macros in table["macros"].items():
            for expression in told.get(language, ()):
                yield Pattern(event, language, _expanded(expression, macros))


def _expanded(expression: str, macros: Mapping[str, str]) -> str:
    for name, macro in macros.items():
        expression = expression.replace("{" + name + "}", macro)
    return expression


def _feelings() -> Iterator[Pattern]:
    for name, words in _table("emotions").items():
        event = Event(name, "emotion", emotions={name: _NAMED})
        for language, expression in words.items():
            edge = r"\b" if language == "en" else ""
            yield Pattern(event, language, f"{edge}(?:{expression}){edge}")


def _degrees() -> Iterator[Pattern]:
    for name, by_language in _table("degrees").items():
        event = Event(name, "degree", fixed=True)
        for language, expressions in by_language.items():
            yield from (Pattern(event, language, expression) for expression in expressions)


@lru_cache(maxsize=1)
def emoji() -> dict[int, Event]:
    """What each emoji says, by its code."""
    return {
        ord(sign): Event(sign, "emoji", group["weight"], emotions=group["emotions"])
        for group in _table("emoji")["group"]
        for sign in group["signs"]
    }
